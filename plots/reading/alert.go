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
		say(true, "%s of %d failed (%s) and %s in no number.", text.Count(n, "trial"), len(r.Trials), text.Join(where), text.Be(n, "is", "are"))
	}
	if n, codes := disturbedTrials(r); n > 0 {
		say(true, "In %s of %d the load generator or the machine was the limit (%s): the figures concerned say so.", text.Count(n, "trial"), len(r.Trials), text.Join(codes))
	}
	if r.Schema == 1 && len(r.Trials) > 0 {
		say(false, "This record is of layout 1: each latency ends when the load generator had read the event, so that its own wait is in it, and bytes per event may be up to 1 %% too high. Do not compare it with a newer one.")
	}
	notMet := slices.DeleteFunc(slices.Clone(r.Expectations), func(e results.Expectation) bool { return e.Held })
	if n := len(notMet); n > 0 {
		say(false, "%d of %s %s not met.", n, text.Count(len(r.Expectations), "expectation"), text.Be(n, "was", "were"))
	}
	if n := len(r.NotRun); n > 0 {
		say(false, "%s of what was asked %s not run; the reasons are listed.", text.Count(n, "part"), text.Be(n, "was", "were"))
	}
	one, few := fewTrials(r)
	if len(one) > 0 {
		say(false, "A single valid trial of a variant, hence neither a 95 %% interval nor least and greatest: %s.", text.Join(one))
	}
	if len(few) > 0 {
		say(false, "Fewer than six trials of each variant, hence least and greatest in place of 95 %% intervals: %s.", text.Join(few))
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
