package model

import (
	"cmp"
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

// Predict returns the closed-form value of the metric named unit for t's load
// and path; ok is false where there is none. Over loopback the latency of the
// transports that push has none: it is what the experiment is for.
func Predict(t *results.Trial, unit string) (p Prediction, ok bool) {
	if t.Load.Clients <= 0 || t.Load.Topics <= 0 || t.Load.Window <= 0 {
		return Prediction{}, false
	}
	if t.Stall != nil {
		return predictStall(t, unit)
	}
	if troubled(t) {
		return Prediction{}, false
	}
	for _, predict := range []func(*results.Trial, string) (Prediction, bool){
		predictAge, predictHandshake, predictTransit, predictBytes,
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

// troubled reports whether the path loses packets or makes them queue: nothing
// has a closed form then.
func troubled(t *results.Trial) bool { return t.Path.Loss > 0 || t.Path.Rate > 0 }

// ForCell is the prediction for a cell: the median over its valid trials,
// which differ only where a formula uses what the trial measured.
func ForCell(c results.Cell, unit string) (p Prediction, ok bool) {
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

// Compare sets every measured metric of every cell beside its prediction,
// where it has one, in the order of the cells and the metrics.
func Compare(r *results.Record) (all []results.Predicted) {
	for _, c := range r.Cells() {
		for _, m := range results.Metrics() {
			p, ok := ForCell(c, m.Unit)
			sum, has := c.Summarize(m)
			if !ok || !has {
				continue
			}
			all = append(all, results.Predicted{
				Scenario: c.Scenario, Point: c.Point, Variant: c.Variant, Metric: m.Unit,
				Measured: sum.Center, Expected: p.Value, Tolerance: p.Tolerance,
				Formula: p.Formula, Source: p.Source, Finding: !p.Holds(sum.Center),
			})
		}
	}
	return all
}
