package model

import (
	"fmt"

	"pushbench/results"
)

// Crossings returns where one variant overtakes another along the scenario's
// sweep in the metric named unit, with the place that the closed forms of both
// give where they hold and cross within the bracket that was measured.
func Crossings(r *results.Record, scenario, unit string) []results.Crossing {
	all := results.Crossings(r, scenario, unit)
	if unit != "wire-B/client-min" && unit != "wire-B/event" {
		return all
	}
	for i := range all {
		c := &all[i]
		if r.Foreign(c.Target) {
			continue
		}
		a, b := template(r, *c, c.A), template(r, *c, c.B)
		if a == nil || b == nil {
			continue
		}
		if at, value, ok := solve(*c, a, b); ok {
			c.At, c.Value = at, value*60
			if unit == "wire-B/event" {
				l := load(withValue(*a, c.Sweep, at).Load)
				c.Value = value / l.topicRate()
			}
			c.Formula = fmt.Sprintf("the closed forms of both are %.4g B per client and second there", value)
		}
	}
	return all
}

// template is a valid trial of a variant, at the first end of the crossing or
// where the sweep does not touch it; nil when there is none.
func template(r *results.Record, c results.Crossing, variant string) *results.Trial {
	for _, cell := range r.Select(c.Scenario) {
		at, swept := cell.At()
		if cell.Target == c.Target && results.Unswept(cell) == variant && len(cell.Trials) > 0 && (!swept || at == c.Before) {
			return cell.Trials[0]
		}
	}
	return nil
}

// withValue is t with the sweep's value x.
func withValue(t results.Trial, sweep string, x float64) *results.Trial {
	switch {
	case sweep == "rate":
		t.Load.Rate = x
	case sweep == "interval" && t.Transport == "polling":
		t.Load.Interval = x
	}
	return &t
}

// solve finds where in c's bracket the closed forms of a and b are the same.
func solve(c results.Crossing, a, b *results.Trial) (at, value float64, ok bool) {
	if c.Sweep != "rate" && c.Sweep != "interval" {
		return 0, 0, false
	}
	less := func(x float64) (float64, bool) { // a's less b's
		va, oka := perSecond(withValue(*a, c.Sweep, x))
		vb, okb := perSecond(withValue(*b, c.Sweep, x))
		value = va
		return va - vb, oka && okb
	}
	lo, hi := c.Before, c.After
	if c.Sweep == "rate" { // beyond it acknowledgments are shared
		hi = min(hi, float64(a.Load.Topics)/acknowledged)
	}
	first, held := less(lo)
	last, there := less(hi)
	if !held || !there || first >= 0 || last <= 0 {
		return 0, 0, false
	}
	for range 60 {
		mid := (lo + hi) / 2
		d, ok := less(mid)
		if !ok {
			return 0, 0, false
		}
		if d < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	_, ok = less((lo + hi) / 2)
	return (lo + hi) / 2, value, ok
}

// perSecond is what a client costs on the wire per second, both directions, by
// the load alone: as wholeWire has it, with the frequencies of theory in place of
// counts.
func perSecond(t *results.Trial) (bytes float64, ok bool) {
	l := load(t.Load)
	mtu := t.Path.MTU
	if mtu == 0 {
		mtu = 65536
	}
	silent, _, known := l.silence(l.Heartbeat)
	if l.Arrival != "constant" || l.Clients <= 0 || l.Topics <= 0 || l.Window <= 0 ||
		t.Path.Delay > 0 || troubled(t) || compressed(t) || t.Stall != nil || t.Disturbed() || l.Send > 0 || overHTTP(t) != "1.1" ||
		l.Heartbeat > 0 && (!known || silent > 0) {
		return 0, false
	}
	d, ok := l.schedule()
	if !ok {
		return 0, false
	}
	first, last := d.window(0)
	f := Flow{Transport: t.Transport, Rate: l.topicRate(), Interval: l.Interval, Payload: carried(t), Digits: digits(first, last) / max(1, last-first+1)}
	most, records := float64(mtu-segmentHead), 0.0
	asks := t.Transport == "longpoll" || t.Transport == "polling"
	if asks {
		if f.Heads, ok = HeadsOf(t); !ok || t.Transport == "polling" && l.Interval <= acknowledged {
			return 0, false
		}
	}
	if t.Transport != "websocket" {
		most = min(most, answerPiece)
	}
	e, _, ok := f.Exchanges()
	if secure(t) {
		records = (e.Segments - 1) * recordHead // the last segment acknowledges
	}
	bytes = e.PerSecond * (e.Bytes + e.Segments*segmentHead + records)
	return bytes, ok && e.Largest < most && (t.Transport == "polling" || f.Rate*acknowledged <= 1+1e-9)
}
