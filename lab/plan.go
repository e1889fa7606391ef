package lab

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"pushbench/lab/machine"
	"pushbench/lab/path"
	"pushbench/lab/target"
	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/scenarios"
	"pushbench/scenarios/link"
	"pushbench/servers/wire"
)

// A Planned is one trial to be run.
type Planned struct {
	Scenario string
	Sweep    string // empty: none
	Point    string // empty without a sweep, and for a variant that the sweep does not touch
	Target   target.Target
	Variant  wire.Variant
	Number   int           // 1.. within scenario, point, target and variant
	Slot     int           // of trials side by side: the place among them
	Estimate time.Duration // of wall time
	Cell     scenarios.Cell
}

// Estimate is the wall time that the trials of plan take together.
func Estimate(plan []Planned) (total time.Duration) {
	for _, p := range plan {
		total += p.Estimate
	}
	return total
}

// Plan returns the trials in the order in which Run will run them. What this
// machine cannot run is not among them: Run lists it in the record.
func (r *Runner) Plan() []Planned {
	plan, _ := r.plan(machine.OwnLimits())
	return r.ordered(plan)
}

// NotRun returns what this machine cannot run, with the reasons.
func (r *Runner) NotRun() []results.NotRun {
	_, not := r.plan(machine.OwnLimits())
	return not
}

// plan returns every trial that can be run within limits, not yet in order, and
// what cannot be run.
func (r *Runner) plan(limits machine.Limits) (plan []Planned, not []results.NotRun) {
	noPath := r.barred()
	kinds, warm := map[loadKind]bool{}, warmed{}
	for _, s := range r.Scenarios {
		cells := r.selected(s)
		if len(cells) == 0 {
			not = append(not, results.NotRun{Scenario: s.Name, Reason: "none of its variants was asked for"})
		}
		for _, c := range cells {
			reason := r.impossible(c, limits)
			if reason == "" {
				reason = unproxied(c)
			}
			if reason == "" {
				reason = r.unjoined(c)
			}
			if _, over := r.link(c); over && reason == "" {
				reason = noPath
			}
			if reason == "" {
				reason = r.unbroken(c.Scenario)
			}
			if reason == "" {
				reason = r.unshared(c)
			}
			if reason != "" {
				not = append(not, results.NotRun{Scenario: s.Name, Point: c.Point, Variant: c.Variant.String(), Reason: reason})
				continue
			}
			for _, t := range r.Targets {
				if reason := r.lacks(t, c, limits); reason != "" {
					not = append(not, results.NotRun{Scenario: s.Name, Point: c.Point, Target: t.Name, Variant: c.Variant.String(), Reason: reason})
					continue
				}
				for n := range r.repeats(s) {
					plan = append(plan, Planned{
						Scenario: s.Name, Sweep: s.Sweep.Key, Point: c.Point, Target: t, Variant: c.Variant,
						Number: n + 1, Estimate: r.trialTime(c) + preparing(t) + warm.takes(t, c), Cell: c,
					})
				}
				if k, ok := r.kindOf(c); ok && k.lacks() == nil && !kinds[k] && t.File == nil {
					kinds[k] = true
					plan[len(plan)-1].Estimate += ceilingTrial(c)
				}
			}
		}
	}
	return plan, not
}

// lacks says why t cannot answer c, or nothing. Of a described target its file tells;
// of another nothing is known to be lacking before it was asked.
func (r *Runner) lacks(t target.Target, c scenarios.Cell, l machine.Limits) string {
	if reason := unproxiedBy(t, c); reason != "" {
		return reason
	}
	if t.File != nil && r.Load != nil {
		return "target " + t.Name + " has routes of its own, and agents speak with servers that have the routes of pushbench alone"
	}
	if reason := unjoinedBy(t, c); reason != "" {
		return reason
	}
	if t.File != nil {
		if reason := r.unsaid(t, c); reason != "" || !t.Remote() {
			return reason
		}
		return oneAddress(c, l.Ports)
	}
	for _, a := range r.known[t.Name].Absent {
		if a.What == results.Floor && c.Variant.Transport == wire.TCP {
			return "target " + t.Name + " has no tcp floor: " + a.Reason
		}
	}
	return ""
}

// unsaid says why a described target cannot answer c, or nothing.
func (r *Runner) unsaid(t target.Target, c scenarios.Cell) string {
	v := c.Variant
	_, over := r.link(c)
	switch {
	case v.Transport == wire.TCP:
		return "target " + t.Name + " has no tcp floor: only servers with pushbench's own routes have one"
	case r.refused[way{t.Name, v.Transport}] != "":
		return fmt.Sprintf("target %s cannot be measured over %s: %s", t.Name, v.Transport, r.refused[way{t.Name, v.Transport}])
	case t.Fails(v.Transport) != "":
		return fmt.Sprintf("target %s is expected to fail on %s: %s", t.Name, v.Transport, t.Fails(v.Transport))
	case over:
		return "target " + t.Name + " has an address of its own, and the clients would be in another network namespace"
	case c.Scenario.Stall.For > 0 && !t.Started():
		return "target " + t.Name + " runs already, and cannot be paused"
	}
	o := Planned{Scenario: c.Scenario.Name, Variant: v, Number: 1, Cell: c}.options(r.Seed)
	o.Target.Dialect = t.Dialect()
	if err := o.Offered(); err != nil {
		if one := o; o.Topics > 1 {
			if one.Topics = 1; one.Offered() == nil {
				return fmt.Sprintf("target %s has one topic, and the scenario has %d: "+
					"write {topic} in its target file, or run the scenario broadcast", t.Name, o.Topics)
			}
		}
		return err.Error()
	}
	return ""
}

func (r *Runner) selected(s scenarios.Scenario) []scenarios.Cell { return s.Matching(r.Variants) }

func (r *Runner) repeats(s scenarios.Scenario) int {
	if r.Trials > 0 {
		return r.Trials
	}
	return s.Trials
}

// link is what lies between clients and server of c; over is false for
// loopback. An audit is over a link in any case.
func (r *Runner) link(c scenarios.Cell) (l link.Link, over bool) {
	if c.Scenario.Path != nil {
		return *c.Scenario.Path, true
	}
	return link.Link{}, r.Audit
}

// unbroken says why the clients' connections cannot be broken off in mid-trial, be it by the
// server that finds some of them slow, or nothing.
func (r *Runner) unbroken(s scenarios.Scenario) string {
	switch {
	case s.Slow.Clients > 0 && r.Audit:
		return "an audit compares the connections of all clients with their ledgers, and those that read slowly are in none"
	case s.Fault.Kind == "" && s.Reconnect == nil:
		return ""
	case r.Audit:
		return "an audit knows one connection of each client, and in this scenario they open others"
	case s.Fault.Kind == results.FaultCut:
		return uncut()
	}
	return ""
}

// uncut is found out once: it cuts a connection.
var uncut = sync.OnceValue(func() string {
	if err := loadgen.CanCut(); err != nil {
		return err.Error()
	}
	return ""
})

// barred says why no path can be opened here, or nothing: where none is asked
// for, nobody looks.
func (r *Runner) barred() string {
	if !r.Audit && !slices.ContainsFunc(r.Scenarios, func(s scenarios.Scenario) bool { return s.Path != nil }) {
		return ""
	}
	return barred()
}

// barred is found out once: it opens paths to see whether they open.
var barred = sync.OnceValue(func() string {
	if err := path.Possible(); err != nil {
		return err.Error()
	}
	return ""
})
