package scenarios

import (
	"strconv"
	"time"

	"pushbench/servers/wire"
)

// A Sweep is the one thing that changes from trial to trial of a scenario.
// The zero value is no sweep.
type Sweep struct {
	Key    string    // one of the Sweep constants; empty: none
	Values []float64 // in the file's order: clients, bytes, events per second, or seconds between polls
}

// What can be swept. SweepInterval is the time between polls: it applies to
// polling variants only, the others run once, without a point.
const (
	SweepClients  = "clients"
	SweepPayload  = "payload"
	SweepRate     = "rate"
	SweepInterval = "interval"
)

func sweepKeys() []string {
	return []string{SweepClients, SweepPayload, SweepRate, SweepInterval}
}

// Points returns the values as the record names them: 1000, 0.5, and for
// intervals a duration such as 500ms.
func (s Sweep) Points() []string {
	var ps []string
	for _, v := range s.Values {
		ps = append(ps, s.point(v))
	}
	return ps
}

func (s Sweep) point(v float64) string {
	if s.Key == SweepInterval {
		return wire.Duration(seconds(v))
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// A cell is what trials are repeated of: one variant of one scenario at one
// point of its sweep. Its Scenario has the point's value in place.
type cell struct {
	Scenario Scenario
	Point    string // empty without a sweep, and for a variant that the sweep does not touch
	Variant  wire.Variant
	asked    time.Duration // the warm-up that the file says; the Scenario's is at least as long
}

// cells returns every cell of s, points in order and within each the variants
// in order; variants that the sweep does not touch come last.
func (s Scenario) cells() []cell {
	var cs []cell
	for _, v := range s.Sweep.Values {
		for _, variant := range s.Variants {
			c := cell{Scenario: s, Point: s.Sweep.point(v), Variant: variant}
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
			cs = append(cs, cell{Scenario: s, Variant: variant})
		}
	}
	for i := range cs {
		cs[i].warmUp()
	}
	return cs
}

// warmUp makes the cell's warm-up long enough for every client of every variant
// to hold an event: the longest poll interval and a gap between events. Until
// then polling is not in step with the schedule, and its deliveries in the
// window would be too few. All variants of a point have the same, so that
// they meet the same events.
func (c *cell) warmUp() {
	s := &c.Scenario
	c.asked = s.Warmup
	if longest := c.longest(); s.Events.Rate > 0 && longest > 0 {
		s.Warmup = max(s.Warmup, longest+s.gap())
	}
}

// longest is the poll interval that the warm-up has to cover.
func (c cell) longest() time.Duration {
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

// seconds converts a number of seconds, to the nearest microsecond so that
// the conversion to a float and back is exact.
func seconds(s float64) time.Duration {
	return time.Duration(s*1e9 + 0.5).Round(time.Microsecond)
}
