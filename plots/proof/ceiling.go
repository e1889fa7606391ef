package proof

import (
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// Ceiling says how much of its ceiling the load generator used at most in a
// scenario, and in which cell; empty where no trial knows its ceiling.
func Ceiling(r *results.Record, scenario string) string {
	most, where := 0.0, ""
	for _, c := range r.Select(scenario) {
		for _, t := range c.Trials {
			if share, ok := t.OfCeiling(); ok && share > most {
				most, where = share, view.Inside(strings.TrimPrefix(head(r, c).Text, c.Scenario+" · "))
			}
		}
	}
	if where == "" {
		return ""
	}
	return "The load generator used at most " + text.Format(most, "share") + " of its ceiling (" + where + ")."
}
