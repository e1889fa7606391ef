package reading

import (
	"fmt"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// WaitNote says how long the generator itself took to read what had arrived,
// where it took longest; empty where no trial knows.
func WaitNote(s view.Scenario) string {
	var most results.Histogram
	where := ""
	for _, c := range view.WithPoints(s.Cells) {
		if h := c.Wait(); h.Count() > 0 && (where == "" || h.Mean() > most.Mean()) {
			most, where = h, c.Name
		}
	}
	if where == "" {
		return ""
	}
	if view.Supported(most.Count(), 0.99) {
		where += "; p99 " + text.Duration(most.Quantile(0.99))
	}
	return fmt.Sprintf("Not in the latency: after an event had reached its machine, the load generator took %s on average until it had read it, where it took longest (%s).",
		text.Duration(most.Mean()), where)
}
