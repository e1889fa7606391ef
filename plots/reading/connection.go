package reading

import (
	"fmt"
	"slices"

	"pushbench/plots/text"
	"pushbench/plots/view"
)

// openReadings tell what opening a connection takes. When many are opened at a
// time, they tell first how fast the server takes them.
func openReadings(s view.Scenario) []string {
	n := s.Opening()
	if n <= 1 {
		return []string{list(s, "open-sec", "Time to open a connection")}
	}
	return []string{
		stormReading(s),
		list(s, "server-cpu-sec/conn", "Server CPU per connection"),
		list(s, "open-sec", fmt.Sprintf("Time until one of %d connections is open, with its wait for the others", n)),
	}
}

// stormReading tells how many connections the server takes per second, the
// most first; empty when no trial knows.
func stormReading(s view.Scenario) string {
	const unit = "conns/sec"
	cells := sorted(view.Contenders(s.With(unit)), unit)
	if len(cells) == 0 {
		return ""
	}
	slices.Reverse(cells)
	return fmt.Sprintf("Connections per second, with %s opened at a time%s: %s.", text.Number(float64(s.Opening())), single(cells, unit), numbers(cells, unit))
}
