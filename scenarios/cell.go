package scenarios

import (
	"fmt"
	"time"

	"pushbench/servers/wire"
)

// A Cell is what trials are repeated of: one variant of one scenario at one
// point of its sweep. Its Scenario has the point's value in place.
type Cell struct {
	Scenario Scenario
	Point    string // empty without a sweep, and for a variant that the sweep does not touch
	Variant  wire.Variant
	Asked    time.Duration // the warm-up that the file says; the Scenario's is at least as long
}

// Cells returns every cell of s, points in order and within each the variants
// in order; variants that the sweep does not touch come last.
func (s Scenario) Cells() []Cell {
	var cs []Cell
	for _, v := range s.Sweep.Values {
		for _, variant := range s.Variants {
			c := Cell{Scenario: s, Point: s.Sweep.point(v), Variant: variant}
			switch s.Sweep.Key {
			case SweepClients:
				c.Scenario.Clients = int(v)
			case SweepPayload:
				c.Scenario.Events.Payload = int(v)
			case SweepRate:
				c.Scenario.Events.Rate = v
			case SweepInterval:
				if variant.Transport != wire.Polling {
					continue
				}
				c.Variant = variant.With(wire.Interval, seconds(v))
			}
			cs = append(cs, c)
		}
	}
	for _, variant := range s.Variants {
		if s.Sweep.Key == "" || s.Sweep.Key == SweepInterval && variant.Transport != wire.Polling {
			cs = append(cs, Cell{Scenario: s, Variant: variant})
		}
	}
	for i := range cs {
		if send := s.Send.Rate; send > 0 {
			cs[i].Scenario.Events.Rate = send * float64(cs[i].Scenario.Clients)
		}
		cs[i].warmUp()
	}
	return cs
}

// warmUp makes the cell's warm-up long enough for every client of every variant
// to hold an event: the longest poll interval and a gap between events. Until
// then polling is not in step with the schedule, and its deliveries in the
// window would be too few. All variants of a point have the same, so that
// they meet the same events.
func (c *Cell) warmUp() {
	s := &c.Scenario
	c.Asked = s.Warmup
	if longest := c.longest(); s.Events.Rate > 0 && longest > 0 {
		s.Warmup = max(s.Warmup, longest+s.gap())
	}
}

// longest is the poll interval that the warm-up has to cover.
func (c Cell) longest() time.Duration {
	if c.Scenario.Sweep.Key == SweepInterval {
		return c.Variant.Duration(wire.Interval)
	}
	return longestInterval(c.Scenario.Variants)
}

// gap is how long it takes until each topic has had one more event, with
// constant arrivals or whole bursts: each event goes to the next topic in turn.
// There is a rate.
func (s Scenario) gap() time.Duration {
	burst := max(1, s.Events.Burst)
	bursts := (max(1, s.Topics) + burst - 1) / burst
	return seconds(float64(bursts*burst) / s.Events.Rate)
}

func longestInterval(variants []wire.Variant) (longest time.Duration) {
	for _, v := range variants {
		longest = max(longest, v.Duration(wire.Interval))
	}
	return longest
}

// Warmup returns the warm-up of a trial and, where that is longer than the
// scenario says, why.
func (c Cell) Warmup() (run time.Duration, why string) {
	s := c.Scenario
	if s.Warmup == c.Asked {
		return s.Warmup, ""
	}
	each := "an event comes"
	switch {
	case s.Events.Burst > 1:
		each = "a burst comes"
		if s.Topics > 1 {
			each = fmt.Sprintf("bursts reach all %d topics", s.Topics)
		}
	case s.Topics > 1:
		each = fmt.Sprintf("each of %d topics has an event", s.Topics)
	}
	return s.Warmup, fmt.Sprintf("not %s: clients poll every %s and %s every %s",
		wire.Duration(c.Asked), wire.Duration(c.longest()), each, wire.Duration(s.gap()))
}

// History is how many events of a topic a server must keep so that a client that is
// late never meets a gap: all of a trial, and half as many again for arrivals that
// come close together. Beside slow clients it is what the scenario says.
func (c Cell) History() int {
	s := c.Scenario
	if s.Slow.History > 0 {
		return s.Slow.History
	}
	all := s.Events.Rate * (s.Warmup + s.Duration).Seconds() / float64(s.Topics)
	return s.Events.Retained + s.Events.Burst + int(1.5*all) + 256
}

// Memory is how many MiB of events a server must keep so that its bound on all
// topics together is never met before that of one: all of a trial or, where
// that is less, as much as it keeps of each topic, and a quarter more for what
// it has dropped and not yet freed. It is at least what a server takes by itself.
func (c Cell) Memory() int {
	const least, mebibyte = 256, 1 << 20
	events := float64(c.History()) * float64(c.Scenario.Events.Payload) / mebibyte
	return int(min(max(least, 1.25*float64(c.Scenario.Topics)*min(events, maxRetainedMB)), maxKeptMB))
}

// Has reports whether a variant of s passes the filter, whether or not this
// machine can run it.
func (s Scenario) Has(filter Filter) bool { return len(s.Matching(filter)) > 0 }

// Matching returns the cells of s whose variants pass the filter, in the order
// of Cells.
func (s Scenario) Matching(filter Filter) (cells []Cell) {
	for _, c := range s.Cells() {
		if filter.Match(c.Variant) {
			cells = append(cells, c)
		}
	}
	return cells
}
