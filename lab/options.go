package lab

import (
	"fmt"
	"hash/fnv"

	"pushbench/loadgen"
)

// options says to the load generator what p is.
func (p Planned) options(seed uint64) loadgen.Options {
	s := p.Cell.Scenario
	return loadgen.Options{
		Variant:  p.Variant,
		Clients:  s.Clients,
		Topics:   s.Topics,
		Rate:     s.Events.Rate,
		Arrival:  s.Events.Arrival,
		Burst:    s.Events.Burst,
		Spacing:  s.Events.Spacing,
		Payload:  s.Events.Payload,
		Retained: s.Events.Retained,
		Seed:     trialSeed(seed, s.Name, p.Number),
		Warmup:   s.Warmup,
		Window:   s.Duration,
		Opening:  s.Opening,
	}
}

// trialSeed makes the arrivals of one trial: the same for every variant and
// point, so that they meet the same events, and others in the next trial.
func trialSeed(seed uint64, scenario string, number int) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s %d", seed, scenario, number)
	return h.Sum64()
}
