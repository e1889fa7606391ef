package model

import (
	"fmt"
	"math"

	"pushbench/results"
)

// A span is a number that is known to lie within bounds; most are exact.
type span struct{ lo, hi float64 }

func exactly(v float64) span           { return span{v, v} }
func (s span) plus(v float64) span     { return span{s.lo + v, s.hi + v} }
func (s span) add(o span) span         { return span{s.lo + o.lo, s.hi + o.hi} }
func (s span) times(v float64) span    { return span{s.lo * v, s.hi * v} }
func (s span) union(o span) span       { return span{min(s.lo, o.lo), max(s.hi, o.hi)} }
func (s span) mid() float64            { return (s.lo + s.hi) / 2 }
func (s span) tolerance() float64      { return (s.hi - s.lo) / 2 / s.mid() }
func (s span) over(n float64) span     { return s.times(1 / n) }
func (s span) exact() bool             { return s.lo == s.hi }
func between(a, b, times float64) span { return span{min(a, b), max(a, b)}.times(times) }

// written is the sum of the digits in all heads of a window.
type written struct {
	requests span // of cursors in requests
	answers  span // of cursors in answers, those without events, too
	lengths  span // of Content-Length
}

// exchanged is all that asking costs in the window: the heads, by the texts, and
// the JSON arrays, of as many requests and answers as were counted. The digits in
// them follow from the schedule where that is constant; else they have bounds.
func exchanged(t *results.Trial) (bytes span, formula string, ok bool) {
	h, ok := HeadsOf(t)
	sent, empty, events := float64(t.Requests.Sent), float64(t.Requests.Empty), float64(t.Deliveries.InWindow)
	full := float64(t.Requests.Answers())
	if !ok || events <= 0 || full <= 0 {
		return span{}, "", false
	}
	w, known := written{}, false
	switch l := carriedLoad(t); {
	case l.Arrival != "constant" || t.Stall != nil || paced(t):
	case t.Transport == "polling":
		w, known = polled(l, t, tally{sent, full, events})
	case t.Transport == "longpoll":
		w, known = held(l, t, sent, empty, events)
	}
	if !known {
		w = bounded(carriedLoad(t), sent, full, events)
	}
	bytes = w.requests.add(w.answers.times(h.Tags)).add(w.lengths).plus(sent*h.Request + full*h.Answer + empty*h.Empty + events + full)
	formula = fmt.Sprintf("%.0f requests of %.4g B, %.0f answers of %.4g B, %.0f empty ones of %.4g B, the %.6g digits in them, and %.0f + %.0f B of JSON arrays",
		sent, h.Request, full, h.Answer, empty, h.Empty, w.requests.add(w.answers.times(h.Tags)).add(w.lengths).mid(), events, full)
	if more := events * float64(carried(t)-t.Load.Payload); more > 0 {
		bytes = bytes.plus(more)
		formula += fmt.Sprintf(", and %.0f B that base64 adds (RFC 4648 section 4)", more)
	}
	return bytes, formula, true
}

// tally is how many requests, answers with events, and deliveries a window has.
type tally struct{ sent, full, events float64 }

// polled follows each client's polls in the window: in the middle of its slot of
// the interval, in each the events that were due since the last one. An event
// that is due within slack of a poll comes with it or with the next. Where one
// missed its poll by more than that, or came from the other side of an edge, the
// schedule does not tell which answer had it: it was then delivered later than
// after a whole interval, or the schedule gives other counts.
func polled(l load, t *results.Trial, n tally) (w written, ok bool) {
	const slack = overhead
	path := t.Path
	if l.Interval <= 0 || float64(l.Clients)*(l.Window/l.Interval+1) > 2e6 || t.Latency.Max() > l.Interval+path.Delay+path.Jitter+slack {
		return w, false
	}
	for _, late := range []float64{path.Delay - path.Jitter - slack, path.Delay, path.Delay + path.Jitter + slack} {
		one, c, known := polledWith(l, late)
		switch {
		case !known || c.sent != n.sent:
			return w, false
		case c != n:
		case !ok:
			w, ok = one, true
		default:
			w = written{w.requests.union(one.requests), w.answers.union(one.answers), w.lengths.union(one.lengths)}
		}
	}
	return w, ok
}

// polledWith is polled with polls that reach the server so much later.
func polledWith(l load, late float64) (w written, n tally, ok bool) {
	d, ok := l.schedule()
	if !ok {
		return w, n, false
	}
	var requests, answers, lengths float64
	for i := range l.Clients {
		phase := (float64(i) + 0.5) / float64(l.Clients) * l.Interval
		cursor := d.number(i%l.Topics, phase-l.Interval+late)
		for at := phase; at < l.Window-1e-9; at += l.Interval {
			next := d.number(i%l.Topics, at+late)
			n.sent++
			requests += width(cursor)
			answers += width(next)
			if k := next - cursor; k > 0 {
				n.full++
				n.events += k
				lengths += width(1 + k*float64(l.Payload+1))
			}
			cursor = next
		}
	}
	return written{exactly(requests), exactly(answers), exactly(lengths)}, n, true
}

// held follows long-polling while it has one answer for each event of the
// window, and each is there before the next is due.
func held(l load, t *results.Trial, sent, empty, events float64) (w written, ok bool) {
	d, ok := l.schedule()
	if !ok || sent != events || empty != 0 || events != d.pairs() || t.Latency.Quantile(0.999) > float64(l.Topics)*d.gap/2 {
		return w, false
	}
	var sum float64
	d.each(func(clients, first, last float64) { sum += clients * digits(first, last) })
	// The request that is held when the window begins was sent before; the one
	// that is held at its end has the last event's number.
	return written{exactly(sum), exactly(sum), exactly(events * width(float64(l.Payload+2)))}, true
}

// bounded are the bounds of the digits where nobody can tell which exchange
// brought what: of the first and the last number of the window, with three
// standard deviations of a random schedule and a round of polls before it.
func bounded(l load, sent, full, events float64) written {
	before, after := l.topicRate()*l.Warmup, l.topicRate()*(l.Warmup+l.Window)
	spread := func(n float64) float64 { return 3*math.Sqrt(max(1, n)) + 1 }
	if l.beats() > 0 {
		spread = func(float64) float64 { return float64(max(1, l.Burst)) }
	}
	least := width(float64(l.Retained) + before - spread(before) - l.topicRate()*l.Interval)
	most := width(float64(l.Retained) + after + spread(after))
	each := events / full
	largest := min(events, each+spread(each)+4)
	return written{between(least, most, sent), between(least, most, sent),
		between(width(float64(l.Payload+2)), width(1+largest*float64(l.Payload+1)), full)}
}
