package scenarios

import (
	"errors"
	"fmt"

	"pushbench/servers/wire"
)

// checkLoad reports the first impossible load among the points of the sweep.
func (r *reader) checkLoad(s Scenario) {
	for i, c := range s.points() {
		e, over := c.excess()
		if !over {
			continue
		}
		at := map[string][]string{"events.rate": {"events.rate"}, "events.payload": {"events.payload"}, "events.retained": {"events.retained"},
			"clients": {"clients", "events.rate"}, "topics": {"topics", "events.rate", "events.burst", "duration"}}[e.field]
		n := r.Node(at...)
		if s.Sweep.Key != "" && s.Sweep.Key != SweepInterval && e.field != "events.retained" {
			n = r.At["sweep."+s.Sweep.Key].Content[i]
			if e.field == "topics" {
				n = r.Node("topics", "sweep."+s.Sweep.Key)
			}
		}
		r.Wrong(n, e.field, e.says, e.hint)
		return
	}
}

// An excess is what is too much in a load.
type excess struct{ field, says, hint string }

// excess says what is too much in c; ok is false when it can be asked for.
func (c Cell) excess() (x excess, ok bool) {
	e, w := c.Scenario.Events, c.Scenario
	all := e.Rate * (w.Warmup + w.Duration).Seconds()
	switch {
	case e.Rate > 0 && e.Rate*w.Duration.Seconds() < float64(e.Burst):
		x = excess{"events.rate", fmt.Sprintf("at %v events/s the duration of %s may have no event", e.Rate, wire.Duration(w.Duration)),
			fmt.Sprintf("duration: %s or more, or rate: 0 for none", wire.Duration(seconds(float64(e.Burst)/e.Rate)))}
	case e.Rate > 0 && c.longest() > 0 && w.gap() > max(maxGap, w.Duration):
		x = excess{"topics", fmt.Sprintf("each of %d topics has an event every %s at %v events/s", w.Topics, wire.Duration(w.gap()), e.Rate),
			fmt.Sprintf("where clients poll, a trial waits until each topic had one, at most %s: use fewer topics or a higher rate", wire.Duration(max(maxGap, w.Duration)))}
	case all > maxEvents:
		x = excess{"events.rate", fmt.Sprintf("%.0f events in one trial", all), fmt.Sprintf("at most %d", maxEvents)}
	case e.Rate*float64(e.Payload) > maxPublished:
		x = excess{"events.payload", fmt.Sprintf("%v events/s of %d bytes are %.2f GB/s", e.Rate, e.Payload, e.Rate*float64(e.Payload)/1e9),
			"at most 1 GB/s can be published"}
	case e.Rate*float64(w.Clients)/float64(w.Topics) > maxDelivered:
		x = excess{"clients", fmt.Sprintf("%v events/s to %d clients are %.0f million deliveries a second", e.Rate, w.Clients,
			e.Rate*float64(w.Clients)/float64(w.Topics)/1e6), "at most 10 million"}
	case e.Rate/float64(w.Topics)*c.longest().Seconds()*float64(e.Payload) > maxRetainedMB<<20:
		x = excess{"events.payload", fmt.Sprintf("%v events/s of %d bytes do not fit into a server's history for the poll interval of %s", e.Rate, e.Payload, wire.Duration(c.longest())),
			fmt.Sprintf("a server keeps %d MiB of a topic", maxRetainedMB)}
	case e.Rate*c.longest().Seconds()*float64(e.Payload) > maxKeptMB<<20:
		x = excess{"events.payload", fmt.Sprintf("%v events/s of %d bytes do not fit into a server's memory for the poll interval of %s", e.Rate, e.Payload, wire.Duration(c.longest())),
			fmt.Sprintf("a server keeps %d MiB of all topics", maxKeptMB)}
	case e.Retained*e.Payload*w.Topics > maxKeptMB<<20:
		x = excess{"events.retained", fmt.Sprintf("%d retained events of %d bytes on each of %d topics", e.Retained, e.Payload, w.Topics),
			fmt.Sprintf("a server keeps %d MiB of all topics", maxKeptMB)}
	case e.Retained*e.Payload > maxRetainedMB<<20:
		x = excess{"events.retained", fmt.Sprintf("%d retained events of %d bytes", e.Retained, e.Payload),
			fmt.Sprintf("a server keeps %d MiB of a topic", maxRetainedMB)}
	}
	return x, x != excess{}
}

// At is s with one value of what is swept, clients or rate, as a sweep over that value alone
// has it. The error is of a load that no scenario may ask for, or of a scenario that sweeps
// something already.
func (s Scenario) At(key string, value float64) (Scenario, error) {
	switch {
	case s.Sweep.Key != "":
		return s, fmt.Errorf("the scenario sweeps %s", s.Sweep.Key)
	case key == SweepRate && s.Send.Rate > 0:
		return s, errors.New("the clients publish, so that the rate follows from their number")
	case key == SweepRate && value > maxRate:
		return s, fmt.Errorf("a scenario has at most %d events/s", int(maxRate))
	case key == SweepClients && value > maxClients:
		return s, fmt.Errorf("a scenario has at most %d clients", maxClients)
	case key == SweepClients && value < float64(s.Topics):
		return s, fmt.Errorf("%.0f clients are too few for %d topics: each needs one", value, s.Topics)
	}
	s.Sweep = Sweep{Key: key, Values: []float64{value}}
	for _, c := range s.points() {
		if e, over := c.excess(); over {
			return s, fmt.Errorf("%s: %s", e.says, e.hint)
		}
	}
	return s, nil
}
