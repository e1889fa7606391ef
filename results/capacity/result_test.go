package capacity

import (
	"strings"
	"testing"
	"time"

	"pushbench/results"
)

// A sought is a record of a search that raises clients from 2, one at a time up to ten, with
// two trials each.
type sought struct{ *results.Record }

func record() sought {
	return sought{&results.Record{
		Schema: results.Schema, Provenance: results.Provenance{Cores: 4},
		Targets:   []results.Target{{Name: results.Builtin}},
		Scenarios: []results.Scenario{{Name: "x", Sweep: "clients", Variants: []string{"sse", "websocket"}}},
		Capacity: &results.Capacity{Of: "clients", Objectives: []string{"p50-sec <= 0.1", "missed-events == 0"}, Trials: 2, Start: 2, Step: 1, Least: 1, Most: 10,
			Resolution: 0.1},
	}}
}

// trial adds one with so many clients, whose events were so late.
func (r sought) trial(variant string, clients int, late time.Duration, change func(*results.Trial)) {
	t := &results.Trial{Scenario: "x", Sweep: "clients", Target: results.Builtin, Variant: variant, Transport: variant, Number: 1 + len(r.Trials),
		Load: results.Workload{Clients: clients, Rate: 10}, Deliveries: results.Deliveries{Expected: 1, Delivered: 1}}
	if err := t.Latency.Record(late); err != nil {
		panic(err)
	}
	t.Server = results.Process{Share: 2.1}
	t.Generator = results.Process{Share: 1.5}
	t.Trust.Busy = 0.97
	if change != nil {
		change(t)
	}
	r.Trials = append(r.Trials, t)
}

// search adds the trials of a search with a border.
func (r sought) search(variant string, border int, change func(*results.Trial)) {
	c := r.Capacity
	s := New(Levels(c.Start, c.Step, c.Most, c.Resolution), c.Start, c.Trials)
	for _, e := range c.Ends {
		s.Bound(e.Level)
	}
	run(s, func(level, _ int) bool {
		late := time.Millisecond
		if level > border {
			late = time.Second
		}
		r.trial(variant, level, late, change)
		return level <= border
	})
}

func TestOf(t *testing.T) {
	if got := Of(&results.Record{}); got != nil {
		t.Errorf("a record that is no search: %+v", got)
	}
	for _, row := range []struct {
		fact          string
		make          func(r sought)
		outcome       Outcome
		most, over    int
		resource, why string
	}{
		{"the server's CPU ended it", func(r sought) { r.search("sse", 6, nil) }, Found, 6, 7, ServerCPU, "of 4 cores the server used 2.10, the load generator 1.50 and other programs 0.28"},
		{"the load generator was the limit: no result", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) { t.Generator.Share = 2.2 })
		}, NoResult, 6, 7, Generator, "the cores were used up: of 4 cores the server used 2.10, the load generator 2.20"},
		{"near its ceiling, too", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) {
				t.Trust.Ceiling, t.Deliveries.InWindow, t.SteadyClientSec = 100, 80, float64(t.Load.Clients)
			})
		}, NoResult, 6, 7, Generator, "80 % of its own ceiling"},
		{"and where it published late", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) { t.Warnings = []results.Warning{{Code: "schedule-lag"}} })
		}, NoResult, 6, 7, Generator, "published late"},
		{"and where its agents were", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) { t.Warnings = []results.Warning{{Code: "agent-limit"}, {Code: "schedule-lag"}} })
		}, NoResult, 6, 7, Generator, "the agents, which carried out the load"},
		{"and where an agent was lost", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) {
				t.Parts = &results.Parts{Agents: []results.Agent{{Name: "a"}, {Name: "b", Lost: "gone"}}}
			})
		}, NoResult, 6, 7, Generator, "was lost: b"},
		{"other programs used the cores: no result", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) { t.Server.Share, t.Generator.Share = 0.15, 0.14 })
		}, NoResult, 6, 7, Others, "the load generator 0.14 and other programs 3.59"},
		{"the proxy in front", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) {
				t.Proxy, t.Load.Window, t.Server.Share, t.Generator.Share = &results.Front{CPU: 5}, 2, 0.5, 0.5
			})
		}, Found, 6, 7, ProxyCPU, "the proxy 2.50"},
		{"a server with one thread", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) { t.Trust.Busy, t.Server.Share = 0.5, 0.98 })
		}, Found, 6, 7, ServerCPU, "as much as one thread can"},
		{"a quota", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) { t.Trust.Throttled = 0.2 })
		}, Found, 6, 7, Quota, "paused for 200 ms"},
		{"a quota that the load generator used: no result", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) { t.Trust.Throttled, t.Generator.Share = 0.2, 2.2 })
		}, NoResult, 6, 7, Generator, "paused for 200 ms: of 4 cores the server used 2.10 and the load generator 2.20"},
		{"the backplane between the nodes", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) {
				t.Backplane, t.Load.Window, t.Server.Share, t.Generator.Share = &results.Backplane{Nodes: 3, CPU: 5}, 2, 0.5, 0.5
			})
		}, Found, 6, 7, Backplane, "the load generator 0.50, the backplane 2.50 and other programs 0.38"},
		{"several nodes with one core together", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) {
				t.Backplane, t.Trust.Busy, t.Server.Share = &results.Backplane{Nodes: 3}, 0.5, 0.98
			})
		}, Found, 6, 7, Unknown, "no resource was used up"},
		{"clients that could not be connected: no result", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) {
				if t.Load.Clients > 6 {
					*t = results.Trial{Scenario: t.Scenario, Target: t.Target, Variant: t.Variant, Transport: t.Transport, Number: t.Number, Load: t.Load, Failed: "no answer"}
				}
			})
		}, NoResult, 6, 7, Unopened, "before all clients were connected"},
		{"nothing that is known", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) { t.Trust.Busy, t.Server.Share = 0.3, 0.3 })
		}, Found, 6, 7, Unknown, "no resource was used up"},
		{"a server of which nothing is known", func(r sought) {
			r.search("sse", 6, func(t *results.Trial) { t.Absent = []results.Absent{{What: results.Outside, Reason: "r"}} })
		}, Found, 6, 7, Unknown, "not known how much of that was the server"},
		{"all that was asked for", func(r sought) { r.search("sse", 99, nil) }, AtLeastIt, 10, 0, results.Asked, "no more than 10 was asked for"},
		{"descriptors", func(r sought) {
			r.Capacity.Ends = []results.End{{Target: results.Builtin, Variant: "sse", Level: 9, Resource: results.Descriptors, Reason: "few"}}
			r.search("sse", 99, nil)
		}, AtLeastIt, 8, 0, results.Descriptors, "few"},
		{"a border below what is out of reach", func(r sought) {
			r.Capacity.Ends = []results.End{{Target: results.Builtin, Variant: "sse", Level: 9, Resource: results.Descriptors, Reason: "few"}}
			r.search("sse", 3, nil)
		}, Found, 3, 4, ServerCPU, "the cores were used up"},
		{"nothing is carried", func(r sought) { r.search("sse", 0, nil) }, Nothing, 0, 1, ServerCPU, "the cores were used up"},
		{"a search that was ended", func(r sought) { r.trial("sse", 2, time.Millisecond, nil) }, Unsettled, 0, 0, "", ""},
		{"an objective that cannot be judged", func(r sought) {
			r.trial("sse", 2, time.Millisecond, nil)
			r.Capacity.Ends = []results.End{{Target: results.Builtin, Variant: "sse", Resource: results.Judgment, Reason: "few deliveries"}}
		}, NoResult, 0, 0, results.Judgment, "few deliveries"},
	} {
		r := record()
		row.make(r)
		all := Of(r.Record)
		if len(all) != 1 {
			t.Errorf("%s: %d results", row.fact, len(all))
			continue
		}
		got := all[0]
		if got.Outcome != row.outcome || got.Most != row.most || got.Over != row.over || got.Resource != row.resource || !strings.Contains(got.Why, row.why) {
			t.Errorf("%s: %s, %d to %d, %q: %q", row.fact, got.Outcome, got.Most, got.Over, got.Resource, got.Why)
		}
		if row.over > 0 && row.resource != Unopened && !strings.HasPrefix(got.Broke, "p50-sec <= 0.1 does not hold: p50-sec is 1") {
			t.Errorf("%s: what broke is %q", row.fact, got.Broke)
		}
	}
}

// Variants come in the order of the scenario, whatever the trials' order was.
func TestOrderOfResults(t *testing.T) {
	r := record()
	r.search("websocket", 4, nil)
	r.search("sse", 6, nil)
	all := Of(r.Record)
	if len(all) != 2 || all[0].Variant != "sse" || all[1].Variant != "websocket" || all[1].Most != 4 {
		t.Errorf("%+v", all)
	}
}

func TestJudge(t *testing.T) {
	r := record()
	r.trial("sse", 2, time.Millisecond, nil)
	for _, row := range []struct {
		fact       string
		objectives []string
		failed     string
		held       bool
		judged     bool
		wrong      string
	}{
		{"all hold", []string{"p50-sec <= 0.1", "missed-events == 0"}, "", true, true, ""},
		{"one does not", []string{"missed-events == 0", "p50-sec < 0.001"}, "", false, true, "p50-sec < 0.001 does not hold: p50-sec is 0.001"},
		{"a failed trial holds nothing", []string{"missed-events == 0"}, "gone", false, true, "the trial failed: gone"},
		{"one that cannot be judged", []string{"p99-sec <= 1"}, "", false, false, "p99-sec <= 1 cannot be judged: 1 of the 100 deliveries that a p99 needs"},
	} {
		one := *r.Trials[0]
		one.Failed = row.failed
		held, wrong, judged := Judge(row.objectives, &one)
		if held != row.held || judged != row.judged || (wrong == "") != (row.wrong == "") || !strings.HasPrefix(wrong, row.wrong) {
			t.Errorf("%s: %v, %v, %q", row.fact, held, judged, wrong)
		}
	}
}

func TestAt(t *testing.T) {
	trial := &results.Trial{Load: results.Workload{Clients: 7, Rate: 9.9999}}
	if a, b := At("clients", trial), At("rate", trial); a != 7 || b != 10 {
		t.Errorf("%d clients, %d events/s", a, b)
	}
}
