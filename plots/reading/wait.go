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
			most, where = h, view.Inside(c.Name)
		}
	}
	if where == "" {
		return ""
	}
	if view.Supported(most.Count(), 0.99) {
		where += "; p99 " + text.Duration(most.Quantile(0.99))
	}
	return fmt.Sprintf("The load generator needs time to read an event that has arrived. Its longest mean wait is %s (%s). No latency contains it.",
		text.Duration(most.Mean()), where)
}
