package reading

import (
	"pushbench/plots/text"
	"pushbench/plots/view"
)

// stallReading tells how late events are when the server is paused, and what a
// load generator would have reported that does not count from the schedule;
// empty without a pause.
func stallReading(s view.Scenario) string {
	late := tailReading(s)
	if !s.Stalled() || late == "" {
		return ""
	}
	said := "The server is paused for " + text.Seconds(s.Any().Stall.For) + ". " + late
	if naive := list(s, "uncorrected-p99-sec", "It would report"); naive != "" {
		said += " A load generator that waits for each event before it sends the next sends none during the pause. " + naive
	}
	return said
}
