package view

import (
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
)

// CrossingUnit is the metric whose crossings are drawn: what one client costs
// whether events come or not.
const CrossingUnit = "wire-B/client-min"

// UpTo says how far the first variant of a crossing is the lower one: up to
// 6.07 events/s by the closed forms (measured: between 2 and 10 events/s); or,
// without one, up to somewhere between 2 and 10 events/s.
func (s Scenario) UpTo(x results.Crossing) string {
	lo, hi := s.at(x.Before), s.at(x.After)
	if i := strings.LastIndexAny(lo, " \u00a0"); i >= 0 && strings.HasSuffix(hi, lo[i:]) {
		lo = lo[:i] // the unit once
	}
	between := "between " + lo + " and " + hi
	if s.Scenario.Sweep == "interval" {
		between = "between intervals of " + text.Seconds(x.Before) + " and " + text.Seconds(x.After)
	}
	if x.At > 0 {
		return "up to " + s.at(x.At) + " by the closed forms (measured: " + between + ")"
	}
	return "up to somewhere " + between
}

// at writes a value of what the set sweeps, to three digits.
func (s Scenario) at(v float64) string {
	if line := text.Point(s.Scenario.Sweep, v); s.Scenario.Sweep != "interval" {
		return line
	}
	return "an interval of " + text.Duration(v)
}

// NameOf is the name of a variant of a target in this set, which crossings call by
// what the sweep leaves of it.
func (s Scenario) NameOf(target, variant string) string {
	for _, c := range s.Cells {
		if c.Target == target && results.Unswept(c.Cell) == variant {
			return c.Name
		}
	}
	return variant + TargetSuffix(s.Record, target)
}
