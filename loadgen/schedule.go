package loadgen

import (
	"fmt"
	"math"
	"math/rand/v2"
	"pushbench/results"
	"time"
)

// Schedule returns when each event is due, counted from the beginning of
// publishing: ascending offsets below warmup + window. It is a pure function
// of its arguments; seed matters to Poisson arrivals only. A constant event is
// due half a gap after the window begins, so that none falls on its edge.
func Schedule(rate float64, arrival string, burst int, spacing, warmup, window time.Duration, seed uint64) ([]time.Duration, error) {
	length := warmup + window
	if rate == 0 {
		return nil, nil
	}
	if rate < 0 || rate > 1e6 {
		return nil, fmt.Errorf("rate of %g events/s is not within 0 to 1,000,000", rate)
	}
	gap := float64(time.Second) / rate
	var due []time.Duration
	switch arrival {
	case results.Constant, "":
		burst, spacing = 1, 0
		fallthrough
	case results.Bursts:
		if burst < 1 {
			return nil, fmt.Errorf("burst of %d events: at least 1", burst)
		}
		gap *= float64(burst)
		if all := time.Duration(burst) * spacing; spacing < 0 || float64(all) > gap {
			return nil, fmt.Errorf("%d events %s apart do not fit between bursts %s apart", burst, spacing, time.Duration(gap))
		}
		first := math.Mod(float64(warmup)+gap/2, gap)
		for i := 0; ; i++ {
			at := time.Duration(first + float64(i)*gap)
			if at >= length {
				return due, nil
			}
			for n := range burst {
				if at := at + time.Duration(n)*spacing; at < length {
					due = append(due, at)
				}
			}
		}
	case results.Poisson:
		r := rand.New(rand.NewPCG(seed, 0x706f6973736f6e))
		for at := r.ExpFloat64() * gap; time.Duration(at) < length; at += r.ExpFloat64() * gap {
			due = append(due, time.Duration(at))
		}
		return due, nil
	}
	return nil, fmt.Errorf("unknown arrival %q: it is one of %s, %s, %s", arrival, results.Constant, results.Poisson, results.Bursts)
}
