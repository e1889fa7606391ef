package reading

import (
	"pushbench/plots/text"
	"pushbench/plots/view"
)

// stallReading tells how late events are when the server stands still, and what
// a load generator would have reported that does not count from the schedule;
// empty without a stall.
func stallReading(s view.Scenario) string {
	cells := sorted(view.Contenders(s.With("uncorrected-p99-sec")), "p99-sec")
	if !s.Stalled() || len(cells) == 0 {
		return ""
	}
	var parts []string
	for _, c := range cells {
		parts = append(parts, c.Show("p99-sec")+" on "+c.Name+" ("+c.Show("uncorrected-p99-sec")+")")
	}
	return "The server stands still for " + text.Seconds(s.Any().Stall.For) + ": one delivery in a hundred comes later than " + text.Join(parts) +
		". In brackets is what a load generator reports that waits for each event before it sends the next, and so sends none meanwhile." + view.DoubtSign(cells, "p99-sec")
}
