package reading

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// An Alert is what a reader must know before any number.
type Alert struct {
	Text string
	Red  bool // numbers are missing or disturbed; otherwise only weaker than they could be
}

// Alerts says that a run is partial, failed in parts, was disturbed, or stands
// on few trials; the red ones first.
func Alerts(r *results.Record) []Alert {
	var out []Alert
	say := func(red bool, format string, args ...any) {
		out = append(out, Alert{fmt.Sprintf(format, args...), red})
	}
	switch {
	case r.Partial != "":
		say(true, "This run is partial: %s. It has %d of %s.", strings.TrimSuffix(text.Told(r.Partial), "."), len(r.Trials), text.Count(r.Planned, "planned trial"))
	case len(r.Trials) == 0:
		say(true, "This run has no trials.")
	case len(r.Trials) < r.Planned:
		say(true, "This run has %d of %s.", len(r.Trials), text.Count(r.Planned, "planned trial"))
	}
	if n, where := failedTrials(r); n > 0 {
		say(true, "%d of %s failed (in %s). Failed trials are in no number.", n, text.Count(len(r.Trials), "trial"), text.Join(where))
	}
	if n, codes := disturbedTrials(r); n > 0 {
		say(true, "In %d of %s the load generator or the machine was the limit (%s). ⚠ marks the numbers concerned.", n, text.Count(len(r.Trials), "trial"), text.Join(codes))
	}
	if r.Schema == 1 && len(r.Trials) > 0 {
		say(false, "This record has the old layout 1. Its latencies end when the load generator had read the event, so the generator's own wait is in them. Its bytes per event may be up to 1 %% too high. Do not compare it with a newer record.")
	}
	notMet := slices.DeleteFunc(slices.Clone(r.Expectations), func(e results.Expectation) bool { return e.Held })
	if n := len(notMet); n > 0 {
		say(false, "%d of %s %s not met.", n, text.Count(len(r.Expectations), "expectation"), text.Be(n, "was", "were"))
	}
	if n := len(r.NotRun); n > 0 {
		say(false, "%s of the plan %s not run. The reasons are listed.", text.Count(n, "part"), text.Be(n, "was", "were"))
	}
	one, few := fewTrials(r)
	if len(one) > 0 {
		say(false, "Some variants have a single valid trial, so their numbers have no interval: %s.", text.Join(one))
	}
	if len(few) > 0 {
		say(false, "Some variants have fewer than six trials. Their numbers show the least and the greatest in brackets instead of a 95 %% interval: %s.", text.Join(few))
	}
	return out
}

func failedTrials(r *results.Record) (n int, where []string) {
	for _, t := range r.Trials {
		if t.Failed != "" {
			n++
			where = text.Fresh(where, t.Scenario)
		}
	}
	return n, where
}

// disturbedTrials counts the trials with a warning that blames the machine.
func disturbedTrials(r *results.Record) (n int, codes []string) {
	for _, t := range r.Trials {
		before := n
		for _, w := range t.Warnings {
			if view.MachineLimited(w.Code) {
				n, codes = before+1, text.Fresh(codes, w.Code)
			}
		}
	}
	return n, codes
}

// fewTrials says which scenarios have cells with a single valid trial, which
// has no bounds at all, and which have ones with too few for an interval. A cell
// without a valid trial has no number to bound.
func fewTrials(r *results.Record) (one, few []string) {
	for _, c := range r.Cells() {
		switch n := len(c.Trials); {
		case n == 1:
			one = text.Fresh(one, c.Scenario)
		case n > 1 && n < 6:
			few = text.Fresh(few, c.Scenario)
		}
	}
	return one, few
}
