package gate_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pushbench/results/gate"
)

// many is blocks of so many cells, each with all numbers that are judged. change
// is the logarithm of what head has more of; noise that of each value's deviation.
func many(rng *rand.Rand, cells, n int, change, noise float64) []gate.Block {
	units := []string{"p50-sec", "age-sec", cpu, "open-sec", "server-cpu-sec/conn", "heap-B/conn", "stacks-B/conn"}
	var all []gate.Block
	for c := range cells {
		of := blocks(n, func(_ int, base, again, head *gate.Sample) {
			for _, u := range units {
				job := math.Exp(0.2 * rng.NormFloat64())
				base.Values[u] = job * math.Exp(noise*rng.NormFloat64())
				again.Values[u] = job * math.Exp(noise*rng.NormFloat64())
				head.Values[u] = job * math.Exp(change+noise*rng.NormFloat64())
			}
		})
		for i := range of {
			of[i].Point = fmt.Sprint(c)
		}
		all = append(all, of...)
	}
	return all
}

// Of five cells with seven numbers each, 35 tests, in which nothing changed: by
// Holm's method at most 5 % of runs find something, and where the noise is known
// or small beside the floors hardly any does.
func TestFalseAlarmsAreRare(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const runs = 300
	var calibrated gate.Options
	for _, unit := range []string{"p50-sec", "age-sec", cpu, "open-sec", "server-cpu-sec/conn", "heap-B/conn", "stacks-B/conn"} {
		// Of the null arm's estimate: 2.58 standard deviations of the mean of 12.
		calibrated.Known = append(calibrated.Known, gate.Known{Metric: unit, Q99: 2.58 * 0.1 * math.Sqrt2 / math.Sqrt(12)})
	}
	for _, c := range []struct {
		noise float64
		o     gate.Options
		most  int
	}{{0.01, unknown, 0}, {0.03, unknown, 0}, {0.1, unknown, 0.05 * runs}, {0.1, calibrated, 0}} {
		alarms := 0
		for range runs {
			if c := gate.Decide(many(rng, 5, 12, 0, c.noise), arms, c.o); len(c.Flagged()) > 0 {
				alarms++
			}
		}
		if alarms > c.most {
			t.Errorf("noise of %v, %d known: %d of %d runs found a change", c.noise, len(c.o.Known), alarms, runs)
		}
	}
}

func TestChangesAreFound(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const runs = 200
	found := 0
	for range runs {
		c := gate.Decide(many(rng, 5, 12, math.Log(1.05), 0.02), arms, unknown)
		n := 0
		for _, f := range c.Findings {
			if f.Metric == cpu && f.Verdict == gate.Worse {
				n++
			}
		}
		if n > 0 {
			found++
		}
	}
	if found < 0.95*runs {
		t.Errorf("5 %% more CPU was found in %d of %d runs", found, runs)
	}
}

// Whatever the numbers are, a comparison is JSON, and is read as it was written.
func FuzzDecide(f *testing.F) {
	f.Add(uint64(1), uint8(6), 1e-300, 1e300)
	f.Add(uint64(2), uint8(0), 0.0, math.Inf(1))
	f.Fuzz(func(t *testing.T, seed uint64, n uint8, low, high float64) {
		rng := rand.New(rand.NewPCG(seed, 0))
		pick := func() float64 {
			if v := []float64{low, high, 1, 2, -1}[rng.IntN(5)]; v > 0 && !math.IsInf(v, 0) {
				return v
			}
			return 1
		}
		c := gate.Decide(blocks(int(n)%15, func(_ int, base, again, head *gate.Sample) {
			for _, s := range []*gate.Sample{base, again, head} {
				s.Values[cpu] = pick()
				s.Counts["requests/event"] = gate.Count{N: rng.Int64N(3), Of: 1 + rng.Int64N(2)}
			}
		}), arms, unknown)
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var back gate.Comparison
		if err := json.Unmarshal(data, &back); err != nil || back.Verdict != c.Verdict || len(back.Findings) != len(c.Findings) {
			t.Errorf("%v: %s", err, data)
		}
	})
}
