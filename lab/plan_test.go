package lab

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pushbench/lab/machine"
	"pushbench/lab/target"
	"pushbench/scenarios"
)

// key names a trial.
func key(p Planned) string { return fmt.Sprint(p.Scenario, p.Point, p.Variant, p.Number) }

func TestInterleave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		var plan []Planned
		trials := rapid.SliceOfN(rapid.IntRange(1, 5), 1, 8).Draw(t, "trials of each cell")
		for c, n := range trials {
			for i := range n {
				plan = append(plan, Planned{Scenario: fmt.Sprint("cell", c), Number: i + 1})
			}
		}
		order := interleave(plan, seed)
		if len(order) != len(plan) {
			t.Fatalf("%d trials in order of %d", len(order), len(plan))
		}
		seen := map[string]int{}
		for i, p := range order {
			seen[p.Scenario]++
			if p.Number != seen[p.Scenario] {
				t.Fatalf("trial %d of %s is number %d", seen[p.Scenario], p.Scenario, p.Number)
			}
			if i > 0 && p.Number < order[i-1].Number {
				t.Fatalf("trial %d of a cell after trial %d of another", p.Number, order[i-1].Number)
			}
		}
		for c, n := range trials {
			if got := seen[fmt.Sprint("cell", c)]; got != n {
				t.Fatalf("cell %d has %d trials, want %d", c, got, n)
			}
		}
		for i, p := range interleave(plan, seed) {
			if key(p) != key(order[i]) {
				t.Fatal("the same seed gave another order")
			}
		}
	})
}

func TestPlanOrderDependsOnTheSeed(t *testing.T) {
	all, err := scenarios.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	order := func(seed uint64) (keys []string) {
		for _, p := range (&Runner{Scenarios: all, Targets: ours, Seed: seed}).Plan() {
			keys = append(keys, key(p))
		}
		return keys
	}
	if !cmp.Equal(order(1), order(1)) {
		t.Error("the same seed gave two orders")
	}
	if cmp.Equal(order(1), order(2)) {
		t.Error("two seeds gave the same order")
	}
}

func TestPlanFilterAndTrials(t *testing.T) {
	s := parse(t, "variants: [sse, sse/tls, tcp]\ntrials: 4\n")
	tests := []struct {
		sentence string
		variants []string
		trials   int
		want     int
	}{
		{"no filter is everything", nil, 0, 12},
		{"a transport is all its variants", []string{"sse"}, 0, 8},
		{"a setting makes it one", []string{"sse/tls"}, 0, 4},
		{"several add up", []string{"sse/tls", "tcp"}, 0, 8},
		{"the number of trials can be set", []string{"tcp"}, 2, 2},
		{"nothing may be left", []string{"websocket"}, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.sentence, func(t *testing.T) {
			f, err := scenarios.ParseFilter(test.variants)
			if err != nil {
				t.Fatal(err)
			}
			r := &Runner{Scenarios: []scenarios.Scenario{s}, Targets: ours, Variants: f, Trials: test.trials}
			if got := len(r.Plan()); got != test.want {
				t.Errorf("%d trials, want %d", got, test.want)
			}
		})
	}
	if _, err := scenarios.ParseFilter([]string{"sse", "smoke-signals"}); err == nil {
		t.Error("an unknown transport is no filter")
	}
}

func TestPlanLeavesOutWhatTheLimitsForbid(t *testing.T) {
	many := "variants: [sse]\nsweep: {clients: [100, 20000]}\ntrials: 2\n"
	for _, test := range []struct {
		sentence, text string
		limits         machine.Limits
		planned        int
		reason         string // of what is not run; empty: all is
	}{
		{"too few descriptors", many, machine.Limits{Files: 20000, Ports: 28232}, 2,
			"20000 clients need 20129 file descriptors in each process and the limit is 20000 (ulimit -n)"},
		{"the publisher has a connection for each topic", "variants: [sse]\nclients: 15000\ntopics: 5000\ntrials: 1\nevents: {rate: 100}\n", machine.Limits{Files: 20000, Ports: 28232}, 0,
			"15000 clients and the publisher's 5000 topics need 20128 file descriptors in each process and the limit is 20000 (ulimit -n)"},
		{"too few ports", many, machine.Limits{Files: 1 << 20, Ports: 200}, 2,
			"20000 clients need 20009 ports of one address and there are 200 (net.ipv4.ip_local_port_range)"},
		{"no ports at all", "variants: [sse]\nclients: 1\ntrials: 1\n", machine.Limits{Files: 1 << 20, Ports: 1}, 0,
			"1 clients need 10 ports of one address and there are 1 (net.ipv4.ip_local_port_range)"},
		{"ports that are not known forbid nothing", many, machine.Limits{Files: 1 << 20}, 4, ""},
		{"enough of both", many, machine.Limits{Files: 1 << 20, Ports: 28232}, 4, ""},
	} {
		plan, not := (&Runner{Scenarios: []scenarios.Scenario{parse(t, test.text)}, Targets: ours}).plan(test.limits)
		if len(plan) != test.planned {
			t.Errorf("%s: planned %v, want %d trials", test.sentence, plan, test.planned)
		}
		reason := ""
		if len(not) > 0 {
			reason = not[0].Reason
		}
		if diff := cmp.Diff(test.reason, reason); diff != "" {
			t.Errorf("%s: not run (-want +got):\n%s", test.sentence, diff)
		}
	}
}

// A network namespace of a trial's own has the kernel's range of ports, not the
// machine's.
func TestPlanOfATrialInANamespace(t *testing.T) {
	c := parse(t, "variants: [sse]\nclients: 1000\npath: {}\n").Cells()[0]
	r := &Runner{}
	if reason := r.impossible(c, machine.Limits{Files: 1 << 20, Ports: 200}); reason != "" {
		t.Error(reason)
	}
	c.Scenario.Clients = 30_000
	if reason := r.impossible(c, machine.Limits{Files: 1 << 20, Ports: 60_000}); reason == "" {
		t.Error("30000 clients have 28232 ports there")
	}
}

func TestEta(t *testing.T) {
	e := &eta{plan: []Planned{{Estimate: 2 * time.Second}, {Estimate: 4 * time.Second}, {Estimate: 4 * time.Second}}}
	check := func(sentence string, got, want time.Duration) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s left, want %s", sentence, got, want)
		}
	}
	check("before the first trial it is the estimate", e.left(0, 0), 10*time.Second)
	check("half of a trial counts half", e.left(0, 0.5), 9*time.Second)
	e.done(e.plan[:1], 3*time.Second)
	check("a trial that took half as long again makes all of them longer", e.left(1, 0), 12*time.Second)
	e.done(e.plan[1:2], 6*time.Second)
	e.done(e.plan[2:3], 6*time.Second)
	check("after the last trial nothing is left", e.left(3, 0), 0)
}

// ours are our own servers, for plans.
var ours = []target.Target{target.Builtin()}

func parse(t *testing.T, text string) scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Parse("x", "x.yaml", []byte("about: x\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDefaultSuiteTakesLessThanFiveMinutes(t *testing.T) {
	all, err := scenarios.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	suite := slices.DeleteFunc(all, func(s scenarios.Scenario) bool { return s.Suite != scenarios.SuiteDefault })
	plan := (&Runner{Scenarios: suite, Targets: ours, Null: []string{"null"}}).Plan()
	if total := Estimate(plan); total > 280*time.Second {
		t.Errorf("the default suite takes %s: `make bench` is promised within five minutes", total)
	}
	for _, p := range plan {
		if p.Estimate <= 0 {
			t.Errorf("%s takes no time", key(p))
		}
	}
	t.Logf("%d trials, %s", len(plan), Estimate(plan))
}
