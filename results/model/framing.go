package model

import (
	"fmt"
	"math"
	"strconv"

	"pushbench/results"
)

// predictFraming is what a stream puts around an event. A stream carries no
// HTTP heads after its first round trip and a client has nothing to say, so
// that framing is also all that the protocol adds. It is exact but for
// heartbeats, whose number the schedule does not fix, and for events that come
// while a chunk of an event stream is being written.
func predictFraming(t *results.Trial, unit string) (Prediction, bool) {
	var p Prediction
	size := t.Load.Payload
	switch t.Transport {
	case "websocket":
		p.Value = float64(webSocketHead(size))
		p.Formula = fmt.Sprintf("%g-byte head of an unmasked frame of %d bytes", p.Value, size)
		p.Source = "RFC 6455 section 5.2"
	case "sse":
		if t.Load.Burst > 1 || t.Stall != nil || troubled(t) {
			return p, false // how many events share a chunk depends on the machine
		}
		var ok bool
		if p, ok = eventStreamFraming(t); !ok {
			return p, false
		}
	case "tcp":
		p.Value, p.Formula = 4, "4-byte length of a frame"
		p.Source = "the tcp floor's frame: 32-bit length, payload"
	default:
		return p, false
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
	size := map[string]float64{"sse": float64(len("3\r\n:\n\n\r\n")), "websocket": 2, "tcp": 4}[t.Transport]
	if t.Transport == "websocket" && unit == "protocol-B/event" {
		size += 6
	}
	expected := silent * l.Window / l.Heartbeat // on one connection
	share := expected * float64(l.Clients) / float64(t.Deliveries.InWindow)
	if share <= 0 {
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
	l := load(t.Load)
	numbers, total, n, ok := numbered(l)
	if !ok {
		return p, false
	}
	p = Prediction{
		Value:   total / n,
		Formula: fmt.Sprintf("%d + %.4g digits of the event's number + %.4g for its chunk", eventFields, numbers/n, (total-numbers)/n-float64(eventFields)),
		Source:  "WHATWG HTML section 9.2 (event stream), RFC 9112 section 7.1 (chunk)",
	}
	beats := l.beats()
	if beats == 0 { // random numbers: one digit more or less where its bounds have it
		first, last := eventNumbers(l)
		low, high := width(first-3*math.Sqrt(first)-1), width(last+3*math.Sqrt(last)+1)
		p.Tolerance = (high - low) / p.Value
	}
	shared := 1.0
	if beats > 0 {
		shared = t.Latency.Above(1 / beats)
	} else if t.Latency.Count() > 0 {
		// The gap to the event before is shorter than its latency.
		shared = 1 - math.Exp(-l.topicRate()*t.Latency.Quantile(0.99))
	}
	if shared > 0 {
		p.Tolerance += shared * float64(chunkEnds+len(strconv.FormatInt(int64(l.Payload), 16))) / p.Value
		p.Formula += fmt.Sprintf("; tolerance: %.3g of the events may share a chunk", shared)
	}
	if beats > 0 && (float64(t.Deliveries.InWindow) != n || t.Latency.Quantile(0.999) > 1/beats/2) {
		// One event more, or another one, on each connection: a digit of its number and one of its chunk.
		p.Tolerance += 2 * float64(l.Clients) / n / p.Value
		p.Formula += "; one event of each client may be on the other side of an edge of the window"
	}
	return p, true
}

// numbered is, over the deliveries of the window, the sum of the digits of the
// event's numbers and that of all framing, and how many there are; ok is false
// where there is none, or more than can be counted.
func numbered(l load) (numbers, total, n float64, ok bool) {
	each := func(clients, first, last float64) {
		for d, from := 1.0, 0.0; from <= last; d, from = d+1, math.Pow(10, d) {
			count := clients * max(0, min(last, math.Pow(10, d)-1)-max(first, from)+1)
			event := eventFields + int(d) + l.Payload
			chunk := len(strconv.FormatInt(int64(event), 16)) + chunkEnds
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
