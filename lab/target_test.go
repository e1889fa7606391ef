//go:build linux

package lab

import (
	"slices"
	"strings"
	"testing"

	"pushbench/lab/target"
	"pushbench/results"
)

// A second target meets the same events as the first, and what it cannot do or tell
// is absent with the reason.
func TestTwoTargets(t *testing.T) {
	mine, err := target.Named("mine", self(t, "reticent"))
	if err != nil {
		t.Fatal(err)
	}
	s := parse(t, "clients: 100\nevents: {rate: 50, payload: 64}\nwarm-up: 50ms\nduration: 200ms\ntrials: 1\nvariants: [longpoll, sse, tcp]\n"+
		`expect: ["sse: missed-events == 0"]`+"\n")
	r := &Runner{Scenarios: scenariosOf(s), Targets: append(served(t, "serve"), mine), Dir: t.TempDir(), Seed: 3}
	rec, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	if len(rec.Targets) != 2 || rec.Targets[0].Name != results.Builtin || rec.Targets[1].Name != "mine" || len(rec.Targets[1].Absent) != 2 {
		t.Errorf("targets %+v", rec.Targets)
	}
	if len(rec.NotRun) != 1 || rec.NotRun[0].Target != "mine" || rec.NotRun[0].Variant != "tcp" ||
		!strings.Contains(rec.NotRun[0].Reason, "target mine has no tcp floor") {
		t.Errorf("not run: %+v", rec.NotRun)
	}
	if len(rec.Expectations) != 2 || rec.Expectations[0].Target == rec.Expectations[1].Target {
		t.Errorf("an expectation is judged once for each target: %+v", rec.Expectations)
	}
	cells := rec.Cells()
	if len(cells) != 5 {
		t.Fatalf("%d cells", len(cells))
	}
	memory, _ := results.MetricByUnit("server-mem-B/conn")
	allocations, _ := results.MetricByUnit("server-allocs/event")
	resident, _ := results.MetricByUnit("resident-B/conn")
	for _, c := range cells {
		if len(c.Failed) > 0 {
			t.Errorf("%s against %s: %s", c.Variant, c.Target, c.Failed[0].Failed)
			continue
		}
		_, inside := c.Summarize(memory)
		why := c.Why(memory)
		switch {
		case c.Target == results.Builtin && !inside && !strings.HasPrefix(why, "below what can be told"):
			t.Errorf("%s: our own servers do not tell their memory: %q", c.Variant, why)
		case c.Target == "mine" && (inside || why != "it answered GET /stats with status 404"):
			t.Errorf("%s: memory from inside of a target without figures: %t, %q", c.Variant, inside, why)
		case c.Target == "mine" && c.Why(allocations) != why, c.Target == results.Builtin && c.Why(allocations) != "":
			t.Errorf("%s against %s: allocations: %q", c.Variant, c.Target, c.Why(allocations))
		case c.Target == "mine" && c.Variant == "longpoll" && !strings.Contains(c.Why(resident), "does not tell whether it holds the requests"):
			t.Errorf("memory of long-polling from outside: %q", c.Why(resident))
		}
		if d := c.Trials[0].Deliveries; d.Missed != 0 || d.Offered != cells[0].Trials[0].Deliveries.Offered {
			t.Errorf("%s against %s: %+v", c.Variant, c.Target, d)
		}
	}
	for _, p := range rec.Predictions {
		if p.Finding && p.Tolerance == 0 { // of times a test asserts no figure
			t.Errorf("%s against %s: %s is %v, not %v", p.Variant, p.Target, p.Metric, p.Measured, p.Expected)
		}
	}
	loaded, err := results.Load(r.Dir)
	if err != nil || len(loaded.Cells()) != 5 {
		t.Errorf("loaded: %v", err)
	}
}

// What a server was made worse by is in the record of its trials, with a
// warning, and in no other's.
func TestInjectionsAreInTheRecord(t *testing.T) {
	worse, err := target.Named("worse", self(t, "worse"))
	if err != nil {
		t.Fatal(err)
	}
	s := parse(t, tiny+"variants: [sse]\ntrials: 1\n")
	rec, err := (&Runner{Scenarios: scenariosOf(s), Targets: append(served(t, "serve"), worse), Dir: t.TempDir()}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range rec.Trials {
		var want []string
		if trial.Target == "worse" {
			want = []string{"cpu=1µs", "memory=4096"}
		}
		if !slices.Equal(trial.Inject, want) || trial.Failed != "" {
			t.Errorf("%s: injected is %q, want %q; %s", trial.Target, trial.Inject, want, trial.Failed)
		}
		warned := slices.ContainsFunc(trial.Warnings, func(w results.Warning) bool {
			return w.Code == "injected" && strings.HasSuffix(w.Text, " by cpu=1µs, memory=4096")
		})
		if warned != (trial.Target == "worse") {
			t.Errorf("%s: warnings %+v", trial.Target, trial.Warnings)
		}
	}
	noChildren(t)
}

func TestRunWantsTargetsThatDiffer(t *testing.T) {
	s := parse(t, "variants: [sse]\n")
	for _, c := range []struct {
		targets []target.Target
		want    string
	}{
		{nil, "no target to run against"},
		{append(served(t, "serve"), served(t, "serve")...), "two targets are named builtin"},
		{[]target.Target{{Name: "mine", Command: []string{"/nonexistent/server"}}}, "target mine: cannot start the server"},
		{[]target.Target{{Name: "mine", Command: self(t, "mute")}}, "target mine: the server ended before it was ready"},
		{[]target.Target{{Name: "mine", Command: self(t, "deaf")}}, "target mine: "},
	} {
		_, err := (&Runner{Scenarios: scenariosOf(s), Targets: c.targets}).Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
	noChildren(t)
}
