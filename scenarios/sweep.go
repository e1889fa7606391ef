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

// seconds converts a number of seconds, to the nearest microsecond so that
// the conversion to a float and back is exact.
func seconds(s float64) time.Duration {
	return time.Duration(s*1e9 + 0.5).Round(time.Microsecond)
}
