package model

import (
	"fmt"
	"strings"

	"pushbench/results"
)

// predictPollTime is the delay that asking every Δ adds: U(0, Δ).
func predictPollTime(t *results.Trial, unit string) (Prediction, bool) {
	l := load(t.Load)
	if l.Rate <= 0 || l.Interval <= 2*t.Path.Delay { // one poll is under way at a time
		return Prediction{}, false
	}
	if unit == "uniform-fit" {
		return predictUniform(t)
	}
	share := map[string]float64{"p50-sec": 0.5, "p90-sec": 0.9, "p99-sec": 0.99, "p999-sec": 0.999, "max-sec": 1, "mean-sec": 0.5, "from-server-sec": 0.5}[unit]
	delay := results.FormatValue(l.Interval, "sec")
	p := Prediction{Value: share*l.Interval + t.Path.Delay, Source: "an event comes at a random moment between two polls: its wait is uniform on 0 to Δ", Tolerance: 0.05 + 1/float64(l.Clients),
		Formula: fmt.Sprintf("%g·Δ, Δ = %s; the path's time is not in it", share, delay)}
	if t.Path.Delay > 0 {
		p.Formula = fmt.Sprintf("%g·Δ + one transit of %s, Δ = %s", share, results.FormatValue(t.Path.Delay, "sec"), delay)
	}
	paced := strings.Contains(t.Variant, "pace=delay")
	if paced {
		p.Formula = fmt.Sprintf("%g·Δ, Δ = %s; the round trip, by which a cycle is longer, is not in it", share, delay)
	}
	clients := float64(l.Clients) / float64(l.Topics)
	if unit == "spread-sec" && clients >= 2 && !paced {
		share = 1 - 1/clients
		p.Value = share * l.Interval
		p.Formula = fmt.Sprintf("(1 − 1/n)·Δ, n = %g clients of a topic with evenly spread phases, Δ = %s", clients, delay)
	}
	return p, share > 0
}

// predictPollRequests is how often polling asks, how often in vain, and what
// the JSON array around the events of an answer costs.
func predictPollRequests(t *results.Trial, unit string) (Prediction, bool) {
	l := load(t.Load)
	delay := results.FormatValue(l.Interval, "sec")
	if unit == "requests/client-sec" {
		return Prediction{1 / l.Interval, "1/Δ, Δ = " + delay, "one poll every Δ", 0.02 + l.Interval/l.Window}, true
	}
	if l.Rate <= 0 {
		return Prediction{}, false
	}
	events := l.topicRate() * l.Interval // expected in one Δ
	if unit == "requests/event" {
		return Prediction{1 / events, fmt.Sprintf("1/(λΔ), λΔ = %.3g", events), "one poll every Δ, one delivery of every event", 0.05 + l.scatter()}, true
	}
	empty, formula, ok := l.silence(l.Interval)
	tolerance := 0.05 + events*l.scatter()
	switch {
	case ok && unit == "empty-requests-share":
		return Prediction{empty, formula, "renewal theory: events in an interval of a Poisson or periodic process", tolerance}, true
	case ok && unit == "framing-B/event":
		return Prediction{1 + (1-empty)/events, fmt.Sprintf("1 + (1 − e)/(λΔ), λΔ = %.3g, e = %.3g of the polls empty", events, empty),
			"a JSON array of k events has k − 1 commas and two brackets (RFC 8259 section 5)", tolerance}, true
	}
	return Prediction{}, false
}
