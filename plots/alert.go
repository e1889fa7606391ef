package plots

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/words"
	"pushbench/results"
)

// An alert is what a reader must know before any number.
type alert struct {
	Text string
	Red  bool // numbers are missing or disturbed; otherwise only weaker than they could be
}

// alerts says that a run is partial, failed in parts, was disturbed, or stands
// on few trials; the red ones first.
func alerts(r *results.Record) []alert {
	var out []alert
	say := func(red bool, format string, args ...any) {
		out = append(out, alert{fmt.Sprintf(format, args...), red})
	}
	switch {
	case r.Partial != "":
		say(true, "This run is partial: %s. It has %d of %s.", strings.TrimSuffix(words.Told(r.Partial), "."), len(r.Trials), words.Count(r.Planned, "planned trial"))
	case len(r.Trials) == 0:
		say(true, "This run has no trials.")
	case len(r.Trials) < r.Planned:
		say(true, "This run has %d of %s.", len(r.Trials), words.Count(r.Planned, "planned trial"))
	}
	if n, where := failedTrials(r); n > 0 {
		say(true, "%s of %d failed (%s) and %s in no number.", words.Count(n, "trial"), len(r.Trials), words.Join(where), words.Be(n, "is", "are"))
	}
	if n, codes := disturbedTrials(r); n > 0 {
		say(true, "In %s of %d the load generator or the machine was the limit (%s): the figures concerned say so.", words.Count(n, "trial"), len(r.Trials), words.Join(codes))
	}
	if r.Schema == 1 && len(r.Trials) > 0 {
		say(false, "This record is of layout 1: each latency ends when the load generator had read the event, so that its own wait is in it, and bytes per event may be up to 1 %% too high. Do not compare it with a newer one.")
	}
	notMet := slices.DeleteFunc(slices.Clone(r.Expectations), func(e results.Expectation) bool { return e.Held })
	if n := len(notMet); n > 0 {
		say(false, "%d of %s %s not met.", n, words.Count(len(r.Expectations), "expectation"), words.Be(n, "was", "were"))
	}
	if n := len(r.NotRun); n > 0 {
		say(false, "%s of what was asked %s not run; the reasons are listed.", words.Count(n, "part"), words.Be(n, "was", "were"))
	}
	one, few := fewTrials(r)
	if len(one) > 0 {
		say(false, "A single valid trial of a variant, hence neither a 95 %% interval nor least and greatest: %s.", words.Join(one))
	}
	if len(few) > 0 {
		say(false, "Fewer than six trials of each variant, hence least and greatest in place of 95 %% intervals: %s.", words.Join(few))
	}
	return out
}

func failedTrials(r *results.Record) (n int, where []string) {
	for _, t := range r.Trials {
		if t.Failed != "" {
			n++
			where = words.Fresh(where, t.Scenario)
		}
	}
	return n, where
}

// disturbedTrials counts the trials with a warning of machineCodes.
func disturbedTrials(r *results.Record) (n int, codes []string) {
	for _, t := range r.Trials {
		before := n
		for _, w := range t.Warnings {
			if slices.Contains(machineCodes, w.Code) {
				n, codes = before+1, words.Fresh(codes, w.Code)
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
			one = words.Fresh(one, c.Scenario)
		case n > 1 && n < 6:
			few = words.Fresh(few, c.Scenario)
		}
	}
	return one, few
}
