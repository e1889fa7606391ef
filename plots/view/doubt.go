package view

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/results"
)

// machineCodes are the codes of warnings that say that the load generator or the
// machine, and not the server, was the limit.
var machineCodes = []string{"machine-busy", "cpu-pressure", "schedule-lag", "ceiling", "agent-limit", "bias", "clock", "throttled", "path-late", "path-overrun"}

// MachineLimited reports whether the warning with that code says that the load
// generator or the machine, and not the server, was the limit.
func MachineLimited(code string) bool { return slices.Contains(machineCodes, code) }

// Doubt joins the doubts about the cell's m, and says how much they weigh; empty when
// there are none, or when the trials that have one are less than MarkFrom of all.
func (c Cell) Doubt(m results.Metric) (line string, weight chart.Weight) {
	if n := c.Concerned(m); n == 0 || float64(n) < c.MarkFrom*float64(len(c.Trials)) {
		return "", chart.Clean
	}
	var out []string
	for _, w := range c.Doubts(m) {
		out, weight = append(out, text.Sentence(text.Told(w.Text))), max(weight, chart.Doubtful)
		if MachineLimited(w.Code) {
			weight = chart.Alarming
		}
	}
	return strings.Join(out, " "), weight
}

// Concerned counts the valid trials with a doubt about m.
func (c Cell) Concerned(m results.Metric) (n int) {
	for _, t := range c.Trials {
		if slices.ContainsFunc(t.Doubts(), func(w results.Warning) bool { return t.Doubtful(w, m) }) {
			n++
		}
	}
	return n
}

// failure says that trials of the cell failed; empty when none did.
func (c Cell) failure() string {
	n := len(c.Failed)
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s failed and %s left out: %s", text.Count(n, "trial"), text.Be(n, "was", "were"), text.Told(c.Failed[0].Failed))
}

// Weight is that of the heaviest of the cell's failures and of its warnings
// that concern one of the metrics.
func (c Cell) Weight(units ...string) chart.Weight {
	if len(c.Failed) > 0 {
		return chart.Alarming
	}
	out := chart.Clean
	for _, unit := range units {
		if m, ok := results.MetricByUnit(unit); ok {
			_, w := c.Doubt(m)
			out = max(out, w)
		}
	}
	return out
}

// DoubtSign returns the warning sign when one of the metrics of one of the cells is
// doubtful.
func DoubtSign(cells []Cell, units ...string) string {
	if slices.ContainsFunc(cells, func(c Cell) bool { return c.Weight(units...) != chart.Clean }) {
		return "\u00a0⚠"
	}
	return ""
}
