package model

import (
	"fmt"
	"math"

	"pushbench/results"
)

// predictFraming is what a stream puts around an event. A stream carries no
// HTTP heads after its first round trip and a client has nothing to say, so
// that framing is also all that the protocol adds. It is exact but for
// heartbeats, whose number the schedule does not fix, and for events that come
// while a chunk of an event stream is being written.
func predictFraming(t *results.Trial, unit string) (Prediction, bool) {
	var p Prediction
	switch t.Transport {
	case "websocket":
		var ok bool
		if p, ok = messageFraming(t); !ok {
			return p, false
		}
	case "sse":
		if t.Load.Burst > 1 || t.Stall != nil || troubled(t) {
			return p, false // how many events share a chunk depends on the machine
		}
		var ok bool
		if p, ok = eventStreamFraming(t); !ok {
			return p, false
		}
		p.base64(t)
	case "tcp":
		p.Value, p.Formula = 4, "4-byte length of a frame"
		p.Source = "the tcp floor's frame: 32-bit length, payload"
	default:
		return p, false
	}
	if n := t.Steady.Out[results.HTTP2Window] + t.Steady.In[results.HTTP2Window]; n > 0 && unit == "protocol-B/event" {
		p.Value += float64(n) / float64(t.Deliveries.InWindow)
		p.Formula += fmt.Sprintf(", and %d B of WINDOW_UPDATE that were counted", n)
	}
	return p, p.heartbeats(t, unit)
}

// heartbeats adds what a stream carries after an interval without an event,
// spread over the events: a comment in a chunk of its own, an empty ping and its
// masked pong, an empty frame. There may be one more or less on each connection
// at an edge of the window, or three standard deviations of a random number.
// ok is false where their number has no closed form.
func (p *Prediction) heartbeats(t *results.Trial, unit string) (ok bool) {
	l := load(t.Load)
	if l.Heartbeat <= 0 {
		p.Formula += "; heartbeats are not in it"
		return true
	}
	silent, _, known := l.silence(l.Heartbeat)
	if !known || t.Stall != nil {
		return false
	}
	const comment = len(":\n\n")
	size := map[string]float64{
		"sse": float64(comment + carrier(overHTTP(t), comment)), "websocket": float64(2 + tunneled(t, 2)), "tcp": 4,
	}[t.Transport]
	if t.Transport == "websocket" && unit == "protocol-B/event" {
		size += float64(6 + tunneled(t, 6))
	}
	expected := silent * l.Window / l.Heartbeat // on one connection
	share := expected * float64(l.Clients) / float64(t.Deliveries.InWindow)
	if share <= 0 {
		p.early(t, size)
		return true
	}
	off := 1 / expected
	if l.beats() == 0 { // a topic's clients all have the same silences
		off = max(off, 3/math.Sqrt(expected*float64(l.Topics)))
	}
	at := p.Tolerance * p.Value
	p.Value += share * size
	p.Formula += fmt.Sprintf(", and %.3g heartbeats of %g bytes for an event; tolerance: one more or less on each connection, and chance", share, size)
	p.Tolerance = (at + share*size*off) / p.Value
	return true
}

// early adds the first heartbeats of connections that get their first event in the window:
// each comes at a random moment within the interval, if that is before the event. There may be
// three standard deviations more or fewer, and one.
func (p *Prediction) early(t *results.Trial, size float64) {
	l := load(t.Load)
	n := l.quiet() / l.Heartbeat * float64(l.Clients)
	if n <= 0 {
		return
	}
	each := size / float64(t.Deliveries.InWindow)
	at := p.Tolerance*p.Value + (3*math.Sqrt(n)+1)*each
	p.Value += n * each
	p.Tolerance = at / p.Value
	p.Formula += fmt.Sprintf(", and %.3g heartbeats of %g bytes before a client's first event; tolerance: chance", n, size)
}

// messageFraming is the head of the frame that carries an event over WebSocket and, over
// HTTP/2, those of the frames that carry that one. Events that leave together may share
// the latter.
func messageFraming(t *results.Trial) (p Prediction, ok bool) {
	size := t.Load.Payload
	head := webSocketHead(size)
	p.Value = float64(head)
	p.Formula = fmt.Sprintf("%g-byte head of an unmasked frame of %d bytes", p.Value, size)
	p.Source = "RFC 6455 section 5.2"
	if overHTTP(t) != "2" {
		return p, true
	}
	if t.Load.Burst > 1 || t.Stall != nil || troubled(t) {
		return p, false
	}
	frames := tunneled(t, head+size)
	p.Value += float64(frames)
	p.Formula += fmt.Sprintf(" + %d for %s", frames, carriers["2"].name)
	p.Source += "; RFC 8441 section 5, " + carriers["2"].source
	p.sharing(t, "2", frames)
	return p, true
}

// webSocketHead is the size of the head of an unmasked frame.
func webSocketHead(size int) int {
	switch {
	case size > 65535:
		return 10
	case size > 125:
		return 4
	}
	return 2
}

const (
	eventFields = len("id: \n") + len("data: \n\n") // around the number and the payload
	chunkEnds   = len("\r\n\r\n")                   // after a chunk's size and after its data
)

// eventStreamFraming is the mean size of what stands around an event in a
// chunked event stream: `id: N␊`, `data: `, two line ends, the chunk's size in
// hexadecimal and its two CRLF. It is a mean because N grows digits during the
// window. An event that is due while the one before is on its way may share that
// one's chunk: the tolerance is what it saves, for as many as are later than the
// next one is due.
func eventStreamFraming(t *results.Trial) (p Prediction, ok bool) {
	l := carriedLoad(t)
	http := overHTTP(t)
	numbers, total, n, ok := numbered(l, http)
	if !ok {
		return p, false
	}
	p = Prediction{
		Value: total / n,
		Formula: fmt.Sprintf("%d + %.4g digits of the event's number + %.4g for %s",
			eventFields, numbers/n, (total-numbers)/n-float64(eventFields), carriers[http].name),
		Source: "WHATWG HTML section 9.2 (event stream), " + carriers[http].source,
	}
	beats := l.beats()
	if beats == 0 { // random numbers: one digit more or less where its bounds have it
		first, last := eventNumbers(l)
		low, high := width(first-3*math.Sqrt(first)-1), width(last+3*math.Sqrt(last)+1)
		p.Tolerance = (high - low) / p.Value
	}
	p.sharing(t, http, carrier(http, l.Payload))
	if beats > 0 && (float64(t.Deliveries.InWindow) != n || t.Latency.Quantile(0.999) > 1/beats/2) {
		// One event more, or another one, on each connection: a digit of its number and one of its chunk.
		p.Tolerance += 2 * float64(l.Clients) / n / p.Value
		p.Formula += "; one event of each client may be on the other side of an edge of the window"
	}
	return p, true
}

// sharing adds to the tolerance what events save that leave with the one before: as many as
// are later than the next one is due. Each saves size bytes.
func (p *Prediction) sharing(t *results.Trial, http string, size int) {
	l := load(t.Load)
	shared := 1.0
	if beats := l.beats(); beats > 0 {
		shared = t.Latency.Above(1 / beats)
	} else if t.Latency.Count() > 0 {
		// The gap to the event before is shorter than its latency.
		shared = 1 - math.Exp(-l.topicRate()*t.Latency.Quantile(0.99))
	}
	if shared > 0 && http != "1.0" {
		p.Tolerance += shared * float64(size) / p.Value
		p.Formula += fmt.Sprintf("; tolerance: %.3g of the events may share a %s", shared, carriers[http].one)
	}
}

// numbered is, over the deliveries of the window, the sum of the digits of the
// event's numbers and that of all framing, and how many there are; ok is false
// where there is none, or more than can be counted.
func numbered(l load, http string) (numbers, total, n float64, ok bool) {
	each := func(clients, first, last float64) {
		for d, from := 1.0, 0.0; from <= last; d, from = d+1, math.Pow(10, d) {
			count := clients * max(0, min(last, math.Pow(10, d)-1)-max(first, from)+1)
			event := eventFields + int(d) + l.Payload
			chunk := carrier(http, event)
			numbers += count * d
			total += count * float64(event-l.Payload+chunk)
			n += count
		}
	}
	if l.Arrival != "constant" {
		first, last := eventNumbers(l)
		if !finite(first) || !finite(last) {
			return 0, 0, 0, false
		}
		each(float64(l.Clients), first, last)
		return numbers, total, n, n > 0
	}
	d, ok := l.schedule()
	if !ok {
		return 0, 0, 0, false
	}
	d.each(each)
	return numbers, total, n, n > 0
}

// eventNumbers returns the first and last number that an event of the window
// has in its topic on average.
func eventNumbers(l load) (first, last float64) {
	before := float64(l.Retained) + math.Floor(l.topicRate()*l.Warmup)
	return before + 1, before + max(1, math.Floor(l.topicRate()*l.Window))
}
