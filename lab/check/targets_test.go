//go:build linux

package check

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/servers/wire"
	"pushbench/targets"
)

// Each target that comes with pushbench, and is installed here, passes where its file does
// not say otherwise; and what its file says is so.
func TestTargets(t *testing.T) {
	all, err := targets.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.Untested != "" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			checkFile(t, f)
		})
	}
}

// start starts the server of f for the test, which it skips where what the server needs is
// not installed and may be missing.
func start(t *testing.T, f *targets.File) *target.Server {
	t.Helper()
	who, err := target.Described(f)
	if err != nil {
		t.Fatal(err)
	}
	server, err := who.Open(t.Context(), target.Conditions{}, nil)
	var not *target.Unready
	if errors.As(err, &not) && not.Hint != "" && os.Getenv("PUSHBENCH_REQUIRE") != "all" {
		t.Skipf("it cannot be started here: %v (%s)", err, not.Hint)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Logf("it did not end as it was told: %v", err)
		}
	})
	return server
}

// What is known of a slow client of some targets: one that bounds what it keeps, one that
// waits for it, and one that keeps everything. The atlas finds it out about all.
func TestSlowOfTargets(t *testing.T) {
	if testing.Short() {
		t.Skip("each target gets a hundred mebibytes over each transport")
	}
	all, err := targets.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if !slices.Contains([]string{"coder", "go-sse", "gws"}, f.Name) {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			server := start(t, f)
			patient := usual
			patient.flood = 2 * time.Minute // while other tests run
			s := Server{Name: f.Name, Address: server.HTTP, Dialect: server.Dialect, Memory: func() (int64, error) { return resident(server) }}
			p, err := newProber(s, patient, func(string) {})
			if err != nil {
				t.Fatal(err)
			}
			defer p.unpublish()
			known, found := knownOf(f), &table{}
			for _, on := range p.offered() {
				if on != wire.SSE && on != wire.WebSocket {
					continue
				}
				p.checkSlow(t.Context(), found, on)
				fact := found.Facts[len(found.Facts)-1]
				t.Logf("%-11s  %s: %s", fact.State, fact.Name, fact.Text)
				if failed, foreseen := fact.State == results.Fail, known[fact.Name] != ""; failed != foreseen {
					t.Errorf("%s: %s; the file knows of it: %t", fact.Name, fact.State, foreseen)
				}
			}
		})
	}
}

// resident is the memory of all processes of a server.
func resident(s *target.Server) (total int64, err error) {
	pids, err := s.Processes()
	for _, pid := range pids {
		text, unread := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
		if unread != nil { // it has ended
			continue
		}
		var size, pages int64
		if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
			return 0, err
		}
		total += pages * int64(os.Getpagesize())
	}
	return total, err
}

// knownOf is why facts of f fail, by name.
func knownOf(f *targets.File) map[string]string {
	known := map[string]string{}
	for _, k := range f.Known {
		known[k.Fact] = k.Why
	}
	return known
}

func checkFile(t *testing.T, f *targets.File) {
	server := start(t, f)
	known := knownOf(f)
	table, err := Run(t.Context(), Server{Name: f.Name, Address: server.HTTP, Dialect: server.Dialect, Cert: server.Cert, Known: known}, Options{Quick: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, fact := range table.Facts {
		t.Logf("%-11s  %s: %s", fact.State, fact.Name, fact.Text)
		if fact.State == results.Fail && fact.Known == "" {
			t.Errorf("%s fails, and the file does not know of it", fact.Name)
		}
	}
	for name := range known {
		i := slices.IndexFunc(table.Facts, func(fact results.Fact) bool { return fact.Name == name })
		if i >= 0 && table.Facts[i].State != results.Fail {
			t.Errorf("%s does not fail, and the file says that it does", name)
		}
	}
}
