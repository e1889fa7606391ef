package duel

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pushbench/results"
	"pushbench/results/power"
	"pushbench/scenarios"
)

// worse are the arms that are made worse, by sizes that are known from what the
// unchanged server takes.
func worse(base cost) (cpu5, cpu10, rest power.Arm) {
	const delay, share = 500e-6, 0.10
	more := share * (base.heap + base.stacks)
	const cpu = "server-cpu-sec/event"
	spend := func(name string, share float64) power.Arm {
		return power.Arm{Name: name, Inject: []string{injectTime("cpu", share*base.cpu/base.slope)}, Effects: []power.Effect{{Metric: cpu, Size: share}}}
	}
	rest = power.Arm{Name: "rest", Inject: []string{injectTime("latency", delay), "memory=" + strconv.Itoa(int(more)), "bytes=1"}, Effects: []power.Effect{
		{Metric: "p50-sec", Size: delay / base.latency}, {Metric: "heap-B/conn", Size: more / base.heap}, {Metric: "data-B/event", Size: 1, Exact: true},
	}}
	return spend("cpu-5", 0.05), spend("cpu-10", 0.10), rest
}

func injectTime(kind string, seconds float64) string {
	return kind + "=" + time.Duration(seconds*1e9).String()
}

// A cost is what the unchanged server takes on one variant.
type cost struct {
	cpu     float64 // seconds for each event
	slope   float64 // seconds of CPU that each second more of it costs when it is injected
	latency float64 // median, seconds
	heap    float64 // bytes for each connection
	stacks  float64
}

// probe is how much CPU the pilot injects for each event.
const probe = 2 * time.Microsecond

// pilot measures what the unchanged server takes, in the company of as many others as
// there are later, and what injected CPU time costs. That is more than the time itself:
// the loop that spends it takes the caches of the work around it, too.
func (c *Calibration) pilot(ctx context.Context, s scenarios.Scenario) (cost, error) {
	arms := unchanged()
	for _, name := range []string{"probe", "probe-again"} {
		arms = append(arms, power.Arm{Name: name, Inject: []string{injectTime("cpu", probe.Seconds())}})
	}
	r := c.runner(s, arms, pilotRuns, c.Seed+pilotSeed)
	c.stage("how much does the unchanged server take?", r)
	rec, err := r.Run(ctx)
	if err != nil {
		return cost{}, err
	}
	median := func(unit string, probes bool) float64 {
		m, _ := results.MetricByUnit(unit)
		var values []float64
		for _, t := range rec.Trials {
			if x, ok := m.Value(t); ok && t.Failed == "" && strings.HasPrefix(t.Target, "probe") == probes {
				values = append(values, x)
			}
		}
		if len(values) == 0 {
			return 0
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	one := cost{cpu: median("server-cpu-sec/event", false), latency: median("p50-sec", false), heap: median("heap-B/conn", false), stacks: median("stacks-B/conn", false)}
	if one.cpu <= 0 || one.latency <= 0 || one.heap <= 0 {
		return cost{}, fmt.Errorf("the unchanged server could not be measured on %s: %s", s.Variants[0], failures(rec))
	}
	slope := (median("server-cpu-sec/event", true) - one.cpu) / probe.Seconds()
	one.slope = min(max(slope, leastSlope), mostSlope)
	if one.slope != slope && c.Server.source.Report != nil {
		c.Server.source.Report(fmt.Sprintf("injected CPU seemed to cost %.2f times its time on %s: %.2f is taken", slope, s.Variants[0], one.slope))
	}
	return one, nil
}

// What injected CPU time costs at least and at most, in its own: a pilot that says
// otherwise was disturbed.
const leastSlope, mostSlope = 0.8, 1.5

// pilotSeed is far from those of the sessions.
const pilotSeed = 1 << 31

// failures are the reasons of failed trials, the first of each kind.
func failures(rec *results.Record) string {
	for _, t := range rec.Trials {
		if t.Failed != "" {
			return t.Failed
		}
	}
	return "it tells no figures of its own"
}
