package scenarios

import (
	"fmt"
	"math"
	"time"

	"go.yaml.in/yaml/v4"

	"pushbench/scenarios/strict"
	"pushbench/servers/wire"
)

// A Slow is clients beside those of the scenario that read slowly; the zero value is none.
type Slow struct {
	Clients int
	Rate    int // bytes per second that each of them reads
	History int `json:",omitzero"` // events that the server keeps of each topic; 0: all of a trial
}

// slow reads which clients read slowly.
func (r *reader) slow(n *yaml.Node, s *Slow) {
	const example = "for example {clients: 5, rate: 20000}: five more clients, each of which reads 20,000 bytes per second"
	r.Mapping(n, "slow.", []strict.Field{
		strict.Key("clients", func(n *yaml.Node, path string) { strict.Set(&s.Clients)(r.Whole(n, path, 1, 10_000)) }),
		strict.Key("rate", func(n *yaml.Node, path string) { strict.Set(&s.Rate)(r.Whole(n, path, 1000, 10_000_000)) }),
		strict.Key("history", func(n *yaml.Node, path string) { strict.Set(&s.History)(r.Whole(n, path, 1, 1_000_000)) }),
	}, func(key string) string {
		if key == "share" {
			return "say how many there are beside the others, as in {clients: 5, rate: 20000}"
		}
		return ""
	})
	switch {
	case !r.Good("slow", "slow.clients", "slow.rate", "slow.history"):
	case s.Clients == 0:
		r.Wrong(n, "slow.clients", "slow.clients is missing", example)
	case s.Rate == 0:
		r.Wrong(n, "slow.rate", "slow.rate is missing", example)
	}
}

// checkSlow sees to it that the slow clients fall behind, that the others do not, and that the
// two can be told apart.
func (r *reader) checkSlow(s Scenario) {
	for _, path := range []string{"slow", "send", "fault", "reconnect", "path", "events", "topics", "variants", "sweep"} {
		if !r.Sound(path) {
			return
		}
	}
	if s.Send.Rate > 0 {
		r.Wrong(r.Node("send"), "send", "clients that publish do not go with clients that read slowly",
			"two scenarios: one with send:, one with slow:")
		return
	}
	switch {
	case s.Fault.Kind != "" || s.Reconnect != nil:
		r.Wrong(r.Node("fault", "reconnect"), "slow",
			"clients that read slowly do not come back when they have lost their connection",
			"two scenarios: one with fault: or reconnect:, one with slow:")
	case s.Path != nil && s.Path.Loss > 0:
		r.Wrong(r.Node("path.loss", "path"), "path",
			"what is retransmitted to slow clients cannot be told from what is to the others", "a path without loss")
	case s.Events.Retained > 0:
		r.Wrong(r.Node("events.retained"), "events.retained",
			"events that are there before the clients cannot be read slowly", "leave out retained:")
	}
	for _, v := range s.Variants {
		if v.Word(wire.HTTP) == "2" {
			r.Wrong(r.Node("variants."+v.String(), "slow"), "variants",
				"clients over HTTP/2 do not survive the end of a stream, which is what a server does to a slow one", "variants without http=2")
		}
	}
	for _, c := range s.points() {
		e := c.Scenario.Events
		each := e.Rate / float64(c.Scenario.Topics)
		// A second more than a client that polls needs: the others may be late.
		least := int(math.Ceil(each*(c.longest()+time.Second).Seconds())) + e.Burst
		switch {
		case e.Rate == 0:
			r.Wrong(r.Node("slow"), "slow", "there are no events that clients could read slowly", "a rate below events:")
		case each*float64(e.Payload) <= float64(s.Slow.Rate):
			r.Wrong(r.Node("slow.rate"), "slow.rate",
				fmt.Sprintf("a client gets %v events/s of %d bytes, and one that reads %d bytes/s is not slow",
					each, e.Payload, s.Slow.Rate),
				"a lower rate, or more events")
		case s.Slow.History > 0 && s.Slow.History < least:
			r.Wrong(r.Node("slow.history"), "slow.history",
				fmt.Sprintf("with a history of %d events the server may drop some for clients that are not slow", s.Slow.History),
				fmt.Sprintf("at least %d: those that come between two polls, and in a second", least))
		default:
			continue
		}
		return
	}
}
