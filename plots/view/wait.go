package view

import "pushbench/results"

// Beyond is how many deliveries must lie beyond a percentile for it to be drawn:
// so many times what it takes to tell it.
const Beyond = 10

// Supported reports whether n samples say anything about the quantile q.
func Supported(n int64, q float64) bool { return q == 0 || n >= Beyond*results.SamplesFor(q) }

// WaitUnit is the metric of the generator's own wait.
const WaitUnit = "generator-wait-sec"

// Wait is the generator's own wait of all valid trials of a cell together that
// have time stamps: without one it is in the latency.
func (c Cell) Wait() results.Histogram {
	return c.Merged(func(t *results.Trial) results.Histogram {
		if t.Trust.Stamps.Kernel == 0 {
			return results.Histogram{}
		}
		return t.Wait
	})
}

// HasWait reports whether some cell of a scenario knows it.
func (s Scenario) HasWait() bool {
	for _, c := range s.Cells {
		if h := c.Wait(); h.Count() > 0 {
			return true
		}
	}
	return false
}
