package view

import (
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
)

// CrossingUnit is the metric whose crossings are drawn: what one client costs
// whether events come or not.
const CrossingUnit = "wire-B/client-min"

// Crossing says where one variant overtakes another, without a full stop. lower
// is the verb of the one that has less before the crossing, higher what it has
// after it: SSE moves fewer bytes than polling below 6.07 events/s, and more
// above (calculated; the measurement says between 2 and 10 events/s). Without closed
// forms it names the measured points alone.
func (s Scenario) Crossing(x results.Crossing, lower, higher string) string {
	said := text.Upper(s.NameOf(x.Target, x.A)) + " " + lower + " " + s.NameOf(x.Target, x.B)
	if x.At <= 0 {
		return said + " at " + s.at(x.Before) + ", and " + higher + " at " + s.at(x.After)
	}
	lo, hi := s.at(x.Before), s.at(x.After)
	if i := strings.LastIndexAny(lo, " \u00a0"); i >= 0 && strings.HasSuffix(hi, lo[i:]) {
		lo = lo[:i] // the unit once
	}
	between := lo + " and " + hi
	if s.Scenario.Sweep == "interval" {
		between = "intervals of " + text.Seconds(x.Before) + " and " + text.Seconds(x.After)
	}
	return said + " below " + s.at(x.At) + ", and " + higher + " above (calculated; the measurement says between " + between + ")"
}

// at writes a value of what the scenario sweeps, to three digits.
func (s Scenario) at(v float64) string {
	if line := text.Point(s.Scenario.Sweep, v); s.Scenario.Sweep != "interval" {
		return line
	}
	return "an interval of " + text.Duration(v)
}

// NameOf is the name of a target's variant in this scenario; crossings call a variant by
// what the sweep leaves of it.
func (s Scenario) NameOf(target, variant string) string {
	for _, c := range s.Cells {
		if c.Target == target && results.Unswept(c.Cell) == variant {
			return c.Name
		}
	}
	return StyleOf(variant).Name
}
