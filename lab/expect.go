package lab

import (
	"slices"

	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/scenarios"
)

// judge returns the outcome of s's expectations in r, one for each cell that
// an expectation covers and that has the metric, or could have it and says why
// it does not. An expectation that nothing was measured for is not held.
func judge(r *results.Record, s scenarios.Scenario) (all []results.Expectation) {
	for _, e := range s.Expect {
		m, _ := results.MetricByUnit(e.Metric)
		judged := false
		for _, c := range r.Select(s.Name) {
			if !e.Who.Covers(c.Transport, c.Variant) {
				continue
			}
			got, ok := measured(c, m)
			reason := ""
			switch {
			case ok:
			case len(c.Trials) == 0:
				reason = "every trial failed"
			case slices.Contains(invariants, m.Unit) && c.Trials[0].Lacks(results.Due) != "":
				judged = true // with events of its own the server cannot break it
				continue
			default: // too few of something, or the transport has no such number: requests, say, on a stream
				if reason = c.Why(m); reason == "" {
					continue
				}
			}
			judged = true
			all = append(all, results.Expectation{
				Scenario: s.Name, Point: c.Point, Target: c.Target, Variant: c.Variant, Transport: c.Transport, Settings: c.Settings, Text: e.Text, Metric: e.Metric,
				Got: got, Want: e.Want, Held: ok && e.Holds(got), Reason: reason,
			})
		}
		if !judged {
			none := results.Expectation{Scenario: s.Name, Variant: e.Who.Name, Transport: string(e.Who.Variant.Transport), Text: e.Text, Metric: e.Metric, Want: e.Want,
				Reason: "no trial measured it"}
			if e.Who.Alone {
				none.Settings = loadgen.Settings(e.Who.Variant)
			}
			all = append(all, none)
		}
	}
	return all
}

// invariants are the metrics by which a trial fails. They are judged on the
// worst of all trials: over the valid ones they are 0 by definition.
var invariants = []string{"missed-events", "duplicated-events", "reordered-events"}

func measured(c results.Cell, m results.Metric) (float64, bool) {
	if !slices.Contains(invariants, m.Unit) {
		sum, ok := c.Summarize(m)
		return sum.Center, ok
	}
	worst, any := 0.0, false
	for _, t := range slices.Concat(c.Trials, c.Failed) {
		if v, ok := m.Value(t); ok {
			worst, any = max(worst, v), true
		}
	}
	return worst, any
}
