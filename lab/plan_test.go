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
	"pushbench/targets"
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
		{"the ports of one address are not all that there are", many, machine.Limits{Files: 1 << 20, Ports: 200}, 4, ""},
		{"but a proxy has those of one address", "variants: [sse]\nproxy: nginx\nclients: 300\ntrials: 2\n", machine.Limits{Files: 1 << 20, Ports: 200}, 0,
			"300 clients need 309 ports of one address and there are 200 (net.ipv4.ip_local_port_range)"},
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

// sized is a load of so many processes.
type sized struct {
	Load
	size int
}

func (s sized) Size() int { return s.size }

// Agents share the clients out, and so do nodes: each has descriptors of its own.
func TestDescriptorsAreThoseOfEachProcess(t *testing.T) {
	for _, test := range []struct {
		agents, nodes int // 0: one process
		want          string
	}{
		{0, 0, "200000 clients and the publisher's 22 topics need 200150 file descriptors in each process and the limit is 20000 (ulimit -n)"},
		{11, 0, "200000 clients and the publisher's 22 topics need 200150 file descriptors in one server process and the limit is 20000 (ulimit -n)"},
		{0, 13, "200000 clients and the publisher's 22 topics need 200150 file descriptors in one load generator and the limit is 20000 (ulimit -n)"},
		{10, 13, "200000 clients and the publisher's 22 topics need 20131 file descriptors in each of 10 agents and the limit is 20000 (ulimit -n)"},
		{11, 10, "200000 clients and the publisher's 22 topics need 20131 file descriptors in each of 10 server processes and the limit is 20000 (ulimit -n)"},
		{11, 11, ""},
		{11, 13, ""},
	} {
		text := "clients: 200000\ntopics: 22\nvariants: [sse]\n"
		if test.nodes > 0 {
			text += fmt.Sprintf("nodes: %d\nbackplane: nats\n", test.nodes)
		}
		r := &Runner{}
		if test.agents > 0 {
			r.Load = sized{size: test.agents}
		}
		if got := r.impossible(parse(t, text).Cells()[0], machine.Limits{Files: 20000}); got != test.want {
			t.Errorf("%d agents and %d nodes: %q, want %q", test.agents, test.nodes, got, test.want)
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

// Trials of kin stand together in each block, and those of a scenario within them; what stands
// first of them is still up to the seed.
func TestGather(t *testing.T) {
	kin := map[string]string{"near": "1", "far": "1", "feed": "2"}
	starts := map[string]bool{}
	for seed := range uint64(20) {
		var plan []Planned
		for _, scenario := range []string{"near", "feed", "far"} {
			for range 3 {
				plan = append(plan, Planned{Scenario: scenario, Number: 1}, Planned{Scenario: scenario, Number: 2})
			}
		}
		order := (&Runner{Seed: seed, Kin: kin}).ordered(plan)
		var runs []string // of one scenario and number
		for _, p := range order {
			if run := fmt.Sprint(p.Number, p.Scenario); len(runs) == 0 || runs[len(runs)-1] != run {
				runs = append(runs, run)
			}
		}
		if len(order) != len(plan) || len(runs) != 6 {
			t.Fatalf("seed %d: %q", seed, runs)
		}
		for block := range 2 {
			if runs[3*block+1] == fmt.Sprint(block+1, "feed") {
				t.Fatalf("seed %d: what is compared stands apart: %q", seed, runs)
			}
		}
		starts[runs[0]] = true
	}
	if len(starts) != 3 {
		t.Errorf("the first is one of %v", starts)
	}
}

// A server that is reached over a network is reached from one address.
func TestPlanOfARemoteTarget(t *testing.T) {
	for host, reason := range map[string]string{
		"127.0.0.1": "", "localhost": "",
		"192.0.2.1": "300 clients need 309 ports of one address and there are 200 (net.ipv4.ip_local_port_range)",
	} {
		f, err := targets.Quick("http://"+host+":9000/events", "POST /publish")
		if err != nil {
			t.Fatal(err)
		}
		there, err := target.Described(f)
		if err != nil {
			t.Fatal(err)
		}
		r := &Runner{Scenarios: []scenarios.Scenario{parse(t, "clients: 300\nvariants: [sse]\ntrials: 1\n")}, Targets: []target.Target{there}}
		got := ""
		if _, not := r.plan(machine.Limits{Files: 1 << 20, Ports: 200}); len(not) > 0 {
			got = not[0].Reason
		}
		if got != reason {
			t.Errorf("%s: not run because of %q, want %q", host, got, reason)
		}
	}
}
