package plots

import (
	"slices"
	"strings"

	"pushbench/plots/words"
	"pushbench/results"
)

// stalled reports whether the server of a set is made to stand still.
func stalled(s set) bool {
	t := s.any()
	return t != nil && t.Stall != nil
}

// path says what lies between the clients and the server of a set; empty where
// it is loopback alone. Trials over different paths are named together.
func (s set) path() string {
	var all []string
	for _, c := range s.cells {
		for _, t := range slices.Concat(c.Trials, c.Failed) {
			all = words.Fresh(all, words.Path(t.Path))
		}
	}
	if text := strings.Join(all, " or "); text != words.Path(results.Path{}) {
		return text
	}
	return ""
}

// stallReading tells how late events are when the server stands still, and what
// a load generator would have reported that does not count from the schedule;
// empty without a stall.
func stallReading(s set) string {
	cells := sorted(contenders(s.with("uncorrected-p99-sec")), "p99-sec")
	if !stalled(s) || len(cells) == 0 {
		return ""
	}
	var parts []string
	for _, c := range cells {
		parts = append(parts, c.show("p99-sec")+" on "+c.name+" ("+c.show("uncorrected-p99-sec")+")")
	}
	return "The server stands still for " + words.Seconds(s.any().Stall.For) + ": one delivery in a hundred comes later than " + words.Join(parts) +
		". In brackets is what a load generator reports that waits for each event before it sends the next, and so sends none meanwhile." + sign(cells, "p99-sec")
}
