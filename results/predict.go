package results

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Prediction is what a metric should be by a closed form, from the load
// alone but where Formula says otherwise. What Formula leaves out, such as the
// time along the path, is the residual.
type Prediction struct {
	Value     float64
	Formula   string  // for people, with its numbers
	Source    string  // where it comes from: an RFC's section, a paper
	Tolerance float64 // how far off Value a measurement may be, relative; absolute where Value is 0
}

// Holds reports whether a measured v is within the tolerance.
func (p Prediction) Holds(v float64) bool {
	scale := math.Abs(p.Value)
	if scale == 0 {
		scale = 1
	}
	return math.Abs(v-p.Value) <= p.Tolerance*scale
}

// Predict returns the closed-form value of the metric named unit for t's load;
// ok is false where there is none. The latency of the transports that push has
// none: it is what the experiment is for.
func Predict(t *Trial, unit string) (p Prediction, ok bool) {
	if t.Load.Clients <= 0 || t.Load.Topics <= 0 || t.Load.Window <= 0 {
		return Prediction{}, false
	}
	if p, ok := predictAge(t, unit); ok {
		return p, true
	}
	switch t.Transport {
	case "polling":
		if t.Load.Interval <= 0 {
			return Prediction{}, false
		}
		if p, ok := predictPollTime(t, unit); ok {
			return p, true
		}
		return predictPollRequests(t, unit)
	case "longpoll":
		return predictLongPoll(t, unit)
	case "sse", "websocket", "tcp":
		return predictFraming(t, unit)
	}
	return Prediction{}, false
}

// Predict is the prediction for a cell: the median over its valid trials,
// which differ only where a formula uses what the trial measured.
func (c Cell) Predict(unit string) (p Prediction, ok bool) {
	var all []Prediction
	for _, t := range c.Trials {
		if p, ok := Predict(t, unit); ok {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		return Prediction{}, false
	}
	slices.SortFunc(all, func(a, b Prediction) int { return cmp.Compare(a.Value, b.Value) })
	return all[len(all)/2], true
}

// predictPollTime is the delay that asking every Δ adds: U(0, Δ).
func predictPollTime(t *Trial, unit string) (Prediction, bool) {
	l := t.Load
	if l.Rate <= 0 {
		return Prediction{}, false
	}
	share := map[string]float64{"p50-sec": 0.5, "p90-sec": 0.9, "p99-sec": 0.99, "p999-sec": 0.999, "max-sec": 1, "mean-sec": 0.5, "from-server-sec": 0.5}[unit]
	delay := FormatValue(l.Interval, kindSec)
	p := Prediction{Value: share * l.Interval, Source: "an event comes at a random moment between two polls: its wait is uniform on 0 to Δ", Tolerance: 0.05 + 1/float64(l.Clients),
		Formula: fmt.Sprintf("%g·Δ, Δ = %s; the path's time is not in it", share, delay)}
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
func predictPollRequests(t *Trial, unit string) (Prediction, bool) {
	l := t.Load
	delay := FormatValue(l.Interval, kindSec)
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

// predictLongPoll holds while events come slower than the client can ask
// again: one answer, one event.
func predictLongPoll(t *Trial, unit string) (Prediction, bool) {
	l := t.Load
	trip := t.Connection.HTTP.Quantile(0.5)
	if l.Rate <= 0 || l.Arrival != "constant" || trip == 0 || l.topicRate()*trip > 0.05 {
		return Prediction{}, false
	}
	switch unit {
	case "requests/event":
		return Prediction{1, "one answer for one event", "events come slower than a round trip", 0.05 + l.scatter()}, true
	case "framing-B/event":
		return Prediction{2, "two brackets around one event", "a JSON array of one element (RFC 8259 section 5)", 0.05}, true
	}
	return Prediction{}, false
}

// predictAge is the mean age of information: the time since the newest event
// on the schedule, plus how late it comes.
func predictAge(t *Trial, unit string) (Prediction, bool) {
	l := t.Load
	if unit != "age-sec" || l.Rate <= 0 || t.Latency.Count() == 0 {
		return Prediction{}, false
	}
	late := t.Latency.Mean()
	p := Prediction{Source: "Kaul, Yates, Gruteser: Real-time status: how often should one update? (INFOCOM 2012)", Tolerance: 0.05 + l.scatter()}
	switch {
	case l.beats() > 0:
		p.Value = 1/(2*l.beats()) + late
		p.Formula = fmt.Sprintf("1/(2λ) + the measured mean latency, λ = %.4g/s of a topic", l.beats())
	case l.Arrival == "poisson": // every Tth event of a Poisson process: (T + 1)/(2R), which is 1/λ for one topic
		p.Value = float64(l.Topics+1)/(2*l.Rate) + late
		p.Formula = fmt.Sprintf("1/λ + the measured mean latency, λ = %.4g/s", l.Rate)
		if l.Topics > 1 {
			p.Formula = fmt.Sprintf("(T + 1)/(2R) + the measured mean latency, R = %.4g/s over T = %d topics in turn", l.Rate, l.Topics)
		}
	default:
		return Prediction{}, false
	}
	return p, true
}
