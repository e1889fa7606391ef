package scenarios

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pushbench/results"
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
	all, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	order := func(seed uint64) (keys []string) {
		for _, p := range (&Runner{Scenarios: all, Seed: seed}).Plan() {
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
			f, err := ParseFilter(test.variants)
			if err != nil {
				t.Fatal(err)
			}
			r := &Runner{Scenarios: []Scenario{s}, Variants: f, Trials: test.trials}
			if got := len(r.Plan()); got != test.want {
				t.Errorf("%d trials, want %d", got, test.want)
			}
		})
	}
	if _, err := ParseFilter([]string{"sse", "smoke-signals"}); err == nil {
		t.Error("an unknown transport is no filter")
	}
}

func TestPlanLeavesOutWhatTheLimitsForbid(t *testing.T) {
	s := parse(t, "variants: [sse]\nsweep: {clients: [100, 20000]}\ntrials: 2\n")
	plan, not := (&Runner{Scenarios: []Scenario{s}}).plan(20000)
	if len(plan) != 2 || plan[0].Point != "100" {
		t.Errorf("planned %v, want two trials of 100 clients", plan)
	}
	want := []results.NotRun{{Scenario: "x", Point: "20000", Variant: "sse",
		Reason: "20000 clients need 20128 file descriptors in each process and the limit is 20000 (ulimit -n)"}}
	if diff := cmp.Diff(want, not); diff != "" {
		t.Errorf("not run (-want +got):\n%s", diff)
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
	e.done(0, 3*time.Second)
	check("a trial that took half as long again makes all of them longer", e.left(1, 0), 12*time.Second)
	e.done(1, 6*time.Second)
	e.done(2, 6*time.Second)
	check("after the last trial nothing is left", e.left(3, 0), 0)
}

func parse(t *testing.T, text string) Scenario {
	t.Helper()
	s, err := Parse("x", "x.yaml", []byte("about: x\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
