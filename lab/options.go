package lab

import (
	"fmt"
	"hash/fnv"

	"pushbench/loadgen"
	"pushbench/servers/wire"
)

// options says to the load generator what p is.
func (p Planned) options(seed uint64) loadgen.Options {
	s := p.Cell.Scenario
	o := loadgen.Options{
		Variant:  p.Variant,
		Clients:  s.Clients,
		Topics:   s.Topics,
		Rate:     s.Events.Rate,
		Send:     s.Send.Rate,
		Arrival:  s.Events.Arrival,
		Burst:    s.Events.Burst,
		Spacing:  s.Events.Spacing,
		Payload:  s.Events.Payload,
		Filler:   wire.Filler(s.Events.Filler),
		Retained: s.Events.Retained,
		Seed:     trialSeed(seed, s.Name, p.Number),
		Warmup:   s.Warmup,
		Window:   s.Duration,
		Opening:  s.Opening,
	}
	if f := s.Fault; f.Kind != "" {
		o.Fault = loadgen.Fault{Kind: f.Kind, After: f.After, Share: f.Share}
	}
	if c := s.Slow; c.Clients > 0 {
		o.Slow = loadgen.Slow{Clients: c.Clients, Rate: int64(c.Rate), History: c.History}
	}
	if c := s.Reconnect; c != nil {
		o.Reconnect = &loadgen.Reconnect{After: c.After, Jitter: c.Jitter, Forget: c.Forget}
	}
	return o
}

// trialSeed makes the arrivals of one trial: the same for every variant and
// point, so that they meet the same events, and others in the next trial.
func trialSeed(seed uint64, scenario string, number int) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s %d", seed, scenario, number)
	return h.Sum64()
}
