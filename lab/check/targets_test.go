//go:build linux

package check

import (
	"errors"
	"os"
	"slices"
	"testing"

	"pushbench/lab/target"
	"pushbench/results"
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

func checkFile(t *testing.T, f *targets.File) {
	server := start(t, f)
	known := map[string]string{}
	for _, k := range f.Known {
		known[k.Fact] = k.Why
	}
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
