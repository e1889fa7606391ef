package model

import (
	"fmt"

	"pushbench/results"
)

// predictStall is the 99th percentile of a feed whose server stands still for a
// time: what was due meanwhile is late by what is left of it. The worst
// hundredth of the window is above the rest. Of a poll's interval, half is
// added. Nothing else has a closed form while a server stands still.
func predictStall(t *results.Trial, unit string) (Prediction, bool) {
	l, s := load(t.Load), t.Stall
	p99 := s.For - 0.01*l.Window
	if unit != "p99-sec" || l.Rate <= 0 || l.Arrival != "constant" || p99 <= 0 {
		return Prediction{}, false
	}
	p := overPath(p99+l.Interval/2, 1, fmt.Sprintf("%.3g s − 1 %% of %.3g s", s.For, l.Window), "a constant schedule has as many events in each moment of the stall: their latency is uniform on 0 to its length")
	p.Tolerance += 1 / l.topicRate() / p.Value
	p.Formula += ", one event more or less in the worst hundredth"
	if l.Interval > 0 {
		p.Formula += " + Δ/2"
		p.Tolerance += l.Interval / 2 / p.Value
	}
	return p, true
}
