package model

import (
	"fmt"
	"math"

	"pushbench/results"
)

// widest is the tolerance above which a test for uniformity tells nothing.
const widest = 0.1

// predictUniform bounds the Kolmogorov–Smirnov distance of polling's latencies
// from the uniform distribution: 1.36/√n is the critical value at a level of 5 %
// for n independent values, here the events of a topic in the window. Clients
// whose phases are spread evenly are a grid, each event on it at random, so that
// the distance cannot be more than 1/clients, which is the bound where it is
// less. Where latencies scatter along the path, they do so by a part of Δ more.
// There is no prediction where the bound would be so wide that it says nothing.
func predictUniform(t *results.Trial) (Prediction, bool) {
	l := load(t.Load)
	if t.Latency.Count() == 0 || l.Rate <= 0 {
		return Prediction{}, false
	}
	events := max(1, math.Floor(l.topicRate()*l.Window))
	grid, critical := float64(l.Topics)/float64(l.Clients), 1.36/math.Sqrt(events)
	scatter := (t.Connection.HTTP.Quantile(0.9) - t.Connection.HTTP.Quantile(0.1)) / l.Interval
	const rest = 0.01 // what load adds to the path's scatter, and the histogram's bins
	p := Prediction{
		Value: 0,
		Formula: fmt.Sprintf("at most the lesser of 1/clients = %.3g and 1.36/√n = %.3g, n = %.0f events, + %.2g for the path's scatter",
			grid, critical, events, scatter+rest),
		Source:    "Kolmogorov–Smirnov (Smirnov 1948: Table for estimating the goodness of fit); the grid is derived here",
		Tolerance: min(grid, critical) + scatter + rest,
	}
	return p, p.Tolerance <= widest
}
