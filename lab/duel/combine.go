package duel

import (
	"fmt"
	"slices"

	"pushbench/results"
	"pushbench/results/gate"
)

// Combine gives the verdict of two duels of the same sides that were measured on two
// machines: what is worse in the first one stands where the second one confirms it.
// again is the measurement that confirms the second one on its own machine, or nil. If
// the first one is void, the second one alone gives the verdict.
//
// Told is false where the second one should have confirmed a change for the worse and
// could not tell: that must not pass as none.
func Combine(first, second, again *results.Record, o gate.Options) (c *gate.Comparison, told bool, err error) {
	before, err := Decide(first, nil, o)
	if err != nil {
		return nil, true, err
	}
	if before.Verdict == gate.Void {
		c, err := Decide(second, again, o)
		if err == nil {
			c.Notes = append(c.Notes, "The first measurement was void: "+before.Reason+". This is the verdict of the second one alone.")
		}
		return c, true, err
	}
	alone, err := Decide(second, nil, o)
	if err != nil {
		return nil, true, err
	}
	// The second machine is another one on purpose. What it confirms is a ratio.
	here := *second
	here.Provenance = first.Provenance
	if c, err = Decide(first, &here, o); err != nil {
		return nil, true, err
	}
	if a, b := first.Provenance, second.Provenance; a.CPU != b.CPU || a.Cores != b.Cores {
		c.Notes = append(c.Notes, fmt.Sprintf("The second machine is of another class: %d cores of %s, after %d of %s.",
			b.Cores, b.CPU, a.Cores, a.CPU))
	}
	told = true
	for i := range c.Findings {
		f := &c.Findings[i]
		if f.Verdict != gate.Unconfirmed || verdictIn(before, *f) != gate.Worse {
			continue
		}
		switch verdictIn(alone, *f) {
		case gate.Same, gate.Better:
		case gate.Void:
			f.Verdict, told = gate.Void, false
			f.Reason = "it was worse at first, and the second measurement cannot be believed"
			if c.Verdict != gate.Worse && c.Verdict != "" {
				c.Verdict, c.Reason = gate.Void, "the second measurement, which was to confirm a change, cannot be believed"
			}
		default:
			f.Verdict, told = gate.Inconclusive, false
			f.Reason = "it was worse at first, and the second measurement could not tell"
			if c.Verdict != gate.Worse && c.Verdict != gate.Void && c.Verdict != "" {
				c.Verdict = gate.Inconclusive
			}
		}
	}
	return c, told, nil
}

// verdictIn is the verdict of another comparison on the number of a finding; empty: it
// has none.
func verdictIn(c *gate.Comparison, f gate.Finding) gate.Verdict {
	i := slices.IndexFunc(c.Findings, func(g gate.Finding) bool {
		return g.Scenario == f.Scenario && g.Point == f.Point && g.Variant == f.Variant && g.Metric == f.Metric
	})
	if i < 0 {
		return ""
	}
	return c.Findings[i].Verdict
}
