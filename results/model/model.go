package model

import (
	"math"
	"slices"

	"pushbench/results"
)

// A Prediction is what a metric should be by a closed form, from the load
// alone but where Formula says otherwise. What Formula leaves out, such as the
// time along the path, is the residual.
type Prediction struct {
	Value     float64 // in the metric's base unit
	Formula   string  // for people, with its numbers
	Source    string  // where it comes from: an RFC's section, a paper
	Tolerance float64 // how far off Value a measurement may be, relative; absolute where Value is 0; 0: not at all
}

// rounding is what float64 loses in the sums and quotients of two exact counts.
// A byte among a billion is a thousand times more.
const rounding = 1e-12

// digit is how far, relative, a quantile is from the value that it stands for:
// a histogram keeps three digits, at least 1024 bins for each doubling.
const digit = 1.0 / 1024

// Holds reports whether a measured v is within the tolerance; where that is 0,
// whether it is the same.
func (p Prediction) Holds(v float64) bool {
	scale := math.Abs(p.Value)
	if scale == 0 {
		scale = 1
	}
	return math.Abs(v-p.Value) <= (p.Tolerance+rounding)*scale
}

// Predict returns the closed-form value of the metric named unit for t's load
// and path; ok is false where there is none. Over loopback the latency of the
// transports that push has none: it is what the experiment is for. Nor has a
// load whose sums are beyond what a float64 can say.
func Predict(t *results.Trial, unit string) (p Prediction, ok bool) {
	if p, ok = predict(t, unit); !ok || !finite(p.Value) || !finite(p.Tolerance) {
		return Prediction{}, false
	}
	return p, true
}

func predict(t *results.Trial, unit string) (p Prediction, ok bool) {
	if t.Load.Clients <= 0 || t.Load.Topics <= 0 || t.Load.Window <= 0 || t.Disturbed() || t.Load.Send > 0 {
		return Prediction{}, false
	}
	if t.Proxy != nil && !passed(t, unit) {
		return Prediction{}, false
	}
	if p, ok := predictBytes(t, unit); ok {
		return p, true
	}
	if t.Stall != nil {
		return predictStall(t, unit)
	}
	if troubled(t) {
		return Prediction{}, false
	}
	for _, predict := range []func(*results.Trial, string) (Prediction, bool){
		predictAge, predictOpening, predictHandshake, predictTransit,
	} {
		if p, ok := predict(t, unit); ok {
			return p, true
		}
	}
	switch t.Transport {
	case "polling":
		if t.Load.Interval <= 0 {
			return Prediction{}, false
		}
		if p, ok := predictPollTime(t, unit); ok && !slowToAsk(t) {
			return p, true
		}
		return predictPollRequests(t, unit)
	case "longpoll":
		return predictLongPoll(t, unit)
	}
	return Prediction{}, false
}

// passed reports whether the closed form of a metric is of something that a proxy passes on as it
// is: the messages of a WebSocket and the bodies of answers. Heads, chunks and segments, and when
// it sends them, are its own business.
func passed(t *results.Trial, unit string) bool {
	switch t.Transport {
	case "websocket": // over HTTP/2 a proxy makes frames of its own around them
		return overHTTP(t) != "2" && (unit == "framing-B/event" || unit == "protocol-B/event")
	case "polling", "longpoll":
		return unit == "framing-B/event"
	}
	return false
}

// troubled reports whether the path loses packets or makes them queue, or a backplane carries
// events from node to node: nothing has a closed form then.
func troubled(t *results.Trial) bool {
	return t.Path.Loss > 0 || t.Path.Rate > 0 || t.Backplane != nil
}

// ForCell is the prediction for a cell: the median over its valid trials, as
// that of the metric is formed. They differ only where a formula uses what the
// trial measured or counted.
func ForCell(c results.Cell, unit string) (p Prediction, ok bool) { return median(c, inEach(c, unit)) }

// inEach is the prediction for each valid trial of a cell that has one.
func inEach(c results.Cell, unit string) map[*results.Trial]Prediction {
	all := map[*results.Trial]Prediction{}
	for _, t := range c.Trials {
		if p, ok := Predict(t, unit); ok {
			all[t] = p
		}
	}
	return all
}

// median is the prediction whose value is the nearest to the median of all.
func median(c results.Cell, all map[*results.Trial]Prediction) (p Prediction, ok bool) {
	sum, ok := c.Summarize(results.Metric{Value: func(t *results.Trial) (float64, bool) {
		p, ok := all[t]
		return p.Value, ok
	}})
	distance := math.Inf(1)
	for _, t := range c.Trials {
		if one, has := all[t]; has && math.Abs(one.Value-sum.Center) < distance {
			p, distance = one, math.Abs(one.Value-sum.Center)
		}
	}
	p.Value = sum.Center
	return p, ok
}

// Compare sets every measured metric of every cell beside its prediction,
// where it has one, in the order of the cells and the metrics. What is exact has
// to hold in each trial, what has a tolerance in the median. A target with routes of its
// own has none: the closed forms are those of our servers.
func Compare(r *results.Record) (all []results.Predicted) {
	for _, c := range r.Cells() {
		if r.Foreign(c.Target) {
			continue
		}
		for _, m := range results.Metrics() {
			each := inEach(c, m.Unit)
			p, ok := median(c, each)
			sum, has := c.Summarize(m)
			if !ok || !has {
				continue
			}
			inexact := slices.ContainsFunc(c.Trials, func(t *results.Trial) bool {
				p, ok := each[t]
				v, has := m.Value(t)
				return ok && has && p.Tolerance == 0 && !p.Holds(v)
			})
			all = append(all, results.Predicted{
				Scenario: c.Scenario, Point: c.Point, Target: c.Target, Variant: c.Variant, Metric: m.Unit,
				Measured: sum.Center, Expected: p.Value, Tolerance: p.Tolerance,
				Formula: p.Formula, Source: p.Source, Finding: inexact || !p.Holds(sum.Center),
			})
		}
	}
	return all
}
