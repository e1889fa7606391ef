package reading

import (
	"fmt"
	"slices"

	"pushbench/plots/text"
	"pushbench/plots/view"
)

// openReading tells the time that opening a connection takes; when many are
// opened at a time, that this time is no price.
func openReading(s view.Scenario) string {
	if n := s.Opening(); n > 1 {
		return listing(s, "open-sec", fmt.Sprintf("One of %d connections that are opened at a time is open after %%s: the wait for the others is in it, so it is no price of a connection.", n))
	}
	return listing(s, "open-sec", "Opening a connection takes %s.")
}

// stormReading tells how fast connections are taken when many are opened at a
// time, and what each costs the server; empty for another scenario.
func stormReading(s view.Scenario) string {
	const rate, cpu = "conns/sec", "server-cpu-sec/conn"
	cells := sorted(view.Contenders(s.With(rate)), rate)
	if s.Opening() <= 1 || len(cells) == 0 {
		return ""
	}
	slices.Reverse(cells)
	var parts []string
	for _, c := range cells {
		line := text.Number(c.Center(rate)) + " on " + c.Name
		if _, ok := c.Get(cpu); ok {
			line += " (" + text.Be(len(parts)+1, "server CPU "+c.Show(cpu)+" each", c.Show(cpu)) + ")"
		}
		parts = append(parts, line)
	}
	return fmt.Sprintf("With %d opened at a time, connections per second are %s.", s.Opening(), text.Join(parts)) + view.DoubtSign(cells, rate, cpu)
}
