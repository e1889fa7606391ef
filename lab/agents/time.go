package agents

import (
	"time"

	"github.com/nats-io/nats.go"

	"pushbench/loadgen/clock"
)

// A reading is one request for an agent's time: when it was sent and answered by our clock,
// and what the agent said.
type reading struct {
	sent, got int64 // instants of this process
	instant   int64 // of the agent
	ahead     int64 // the agent's wall clock less the middle of ours, nanoseconds
}

// A comparison says how far an agent's clock is from ours.
type comparison struct {
	offset int64 // instants of the agent less ours
	wall   int64 // its wall clock less ours
	bound  int64 // either may be wrong by so much
}

// readings is how often an agent is asked for its time; the quickest answer counts.
const readings = 16

// compare takes the reading with the least round trip. The agent read its clock at some time
// between request and answer: in the middle, or up to half of the round trip from there.
func compare(all []reading) comparison {
	least := all[0]
	for _, r := range all {
		if r.got-r.sent < least.got-least.sent {
			least = r
		}
	}
	return comparison{
		offset: least.instant - least.sent - (least.got-least.sent)/2,
		wall:   least.ahead,
		bound:  (least.got - least.sent + 1) / 2,
	}
}

// compareWith compares an agent's clock with ours.
func compareWith(conn *nats.Conn, agent string) (comparison, error) {
	wall := clock.NewWall()
	all := make([]reading, readings)
	for i := range all {
		sent := clock.Now()
		a, err := ask(conn, agent, order{Ask: tellTime})
		if err != nil {
			return comparison{}, err
		}
		r := &all[i]
		r.sent, r.got, r.instant = sent, clock.Now(), a.Instant
		r.ahead = a.Wall - wall.Time(sent+(r.got-sent)/2).UnixNano()
	}
	return compare(all), nil
}

// said is how an error tells the time of an instant.
func said(at time.Time) string { return at.UTC().Format("15:04:05.000 UTC") }
