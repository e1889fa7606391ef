//go:build linux

package lab

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/targets"
)

// Every target that comes with pushbench runs on each transport that it offers, where it
// is installed: what is published comes to every client, and every byte is accounted for.
func TestShippedTargets(t *testing.T) {
	if testing.Short() {
		t.Skip("each server is started for each of its transports")
	}
	all, err := targets.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { noChildren(t) })
	for _, f := range all {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel() // at most as many as there are CPUs: some need long to start
			if f.Untested != "" {
				t.Skip(f.Untested)
			}
			cold := *f
			cold.WarmUp = 0 // it takes longer than all else
			shipped, err := target.Described(&cold)
			if err != nil {
				t.Fatal(err)
			}
			s := parse(t, "clients: 3\nevents: {rate: 20, payload: 64}\nwarm-up: 100ms\nduration: 400ms\ntrials: 1\n"+
				"variants: [polling/interval=100ms, longpoll, sse, websocket]\n")
			rec, err := (&Runner{Scenarios: scenariosOf(s), Targets: []target.Target{shipped}}).Run(t.Context())
			var u *target.Unready
			if errors.As(err, &u) && u.Hint != "" && os.Getenv("PUSHBENCH_REQUIRE") != "all" {
				t.Skipf("%v (%s)", err, u.Hint)
			}
			if err != nil {
				t.Fatalf("%v: %v", err, u)
			}
			for _, trial := range rec.Trials {
				if trial.Failed != "" {
					t.Errorf("%s: %s", trial.Variant, trial.Failed)
				}
				for _, w := range trial.Warnings {
					if w.Code == "server-end" {
						t.Logf("%s: %s", trial.Variant, w.Text)
					}
				}
			}
			var not []string
			for _, n := range rec.NotRun {
				not = append(not, fmt.Sprintf("%s: %s", n.Variant, n.Reason))
			}
			t.Logf("%d transports, version %q; not run: %s", len(rec.Trials), rec.Targets[0].Version, strings.Join(not, "; "))
			if i := absent(rec.Targets[0], results.Version); i != "" {
				t.Errorf("its version is not told: %s", i)
			}
		})
	}
}

// absent is why a target cannot tell something, or nothing.
func absent(t results.Target, what string) string {
	for _, a := range t.Absent {
		if a.What == what {
			return a.Reason
		}
	}
	return ""
}
