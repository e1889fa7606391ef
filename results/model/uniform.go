package model

import (
	"fmt"
	"math"

	"pushbench/results"
)

// predictUniform is the Kolmogorov–Smirnov test of polling's latencies against
// the uniform distribution. Their distance from it has no expected value but
// 0; the tolerance is the critical value at a level of 5 %, 1.36/√n, and what
// is known to be in the way: n clients with evenly spread phases that poll a
// periodic schedule make a grid whose steps are 1/n high, and the path's own
// time, a fraction of Δ, blurs the edges.
func predictUniform(t *results.Trial) (Prediction, bool) {
	l := load(t.Load)
	n := float64(t.Latency.Count())
	if n == 0 || l.Rate <= 0 {
		return Prediction{}, false
	}
	grid := float64(l.Topics) / float64(l.Clients)
	if l.Arrival == "poisson" {
		grid = min(grid, 1.36/math.Sqrt(max(1, l.topicRate()*l.Window)))
	}
	blur := t.Connection.HTTP.Quantile(0.9) / l.Interval
	critical := 1.36 / math.Sqrt(n)
	return Prediction{
		Value:     0,
		Formula:   fmt.Sprintf("at most 1.36/√n + %.3g of the clients' grid + %.3g of the path's blur, n = %.0f deliveries", grid, blur, n),
		Source:    "Kolmogorov–Smirnov test at a level of 5 % (Smirnov 1948: Table for estimating the goodness of fit)",
		Tolerance: critical + grid + blur,
	}, true
}
