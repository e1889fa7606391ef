package model

import (
	"fmt"
	"math"
	"strconv"

	"pushbench/results"
)

// predictFraming is what a stream puts around an event. A stream carries no
// HTTP heads after its first round trip and a client has nothing to say, so
// that framing is also all that the protocol adds.
func predictFraming(t *results.Trial, unit string) (Prediction, bool) {
	if (unit != "framing-B/event" && unit != "protocol-B/event") || t.Load.Rate <= 0 {
		return Prediction{}, false
	}
	if t.Transport == "sse" && t.Load.Burst > 1 {
		return Prediction{}, false // how many events of a burst share a chunk depends on the machine
	}
	p := Prediction{Tolerance: 0.02}
	size := t.Load.Payload
	switch t.Transport {
	case "websocket":
		p.Value = float64(webSocketHead(size))
		p.Formula = fmt.Sprintf("%g-byte head of an unmasked frame of %d bytes", p.Value, size)
		p.Source = "RFC 6455 section 5.2"
	case "sse":
		p.Value, p.Formula = eventStreamFraming(load(t.Load))
		p.Source = "WHATWG HTML section 9.2 (event stream), RFC 9112 section 7.1 (chunk)"
	case "tcp":
		p.Value, p.Formula = 4, "4-byte length of a frame"
		p.Source = "the tcp floor's frame: 32-bit length, payload"
	}
	p.heartbeats(t, unit)
	return p, true
}

// heartbeats adds what a stream carries after an interval without an event,
// spread over the events: a comment in a chunk of its own, an empty ping and its
// masked pong, an empty frame.
func (p *Prediction) heartbeats(t *results.Trial, unit string) {
	l := load(t.Load)
	silent, _, ok := l.silence(l.Heartbeat)
	if l.Heartbeat <= 0 || !ok {
		p.Formula += "; heartbeats are not in it"
		return
	}
	size := map[string]float64{"sse": float64(len("3\r\n:\n\n\r\n")), "websocket": 2, "tcp": 4}[t.Transport]
	if t.Transport == "websocket" && unit == "protocol-B/event" {
		size += 6
	}
	if share := silent / (l.Heartbeat * l.topicRate()); share > 0 {
		p.Value += share * size
		p.Formula += fmt.Sprintf(", and %.3g heartbeats of %g bytes for an event", share, size)
		p.Tolerance += share * size / p.Value * (3/math.Sqrt(silent*l.Window/l.Heartbeat*float64(l.Clients)) + l.scatter())
	}
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

// eventStreamFraming is the mean size of what stands around an event in a
// chunked event stream, one event to a chunk: `id: N␊`, `data: `, two line
// ends, the chunk's size in hexadecimal and its two CRLF. It is a mean because
// N grows digits during the window.
func eventStreamFraming(l load) (bytes float64, formula string) {
	first, last := eventNumbers(l)
	var digitsSum, total float64
	for d, from := 1, 1.0; from <= last; d, from = d+1, from*10 {
		share := (min(last, from*10-1) - max(first, from) + 1) / (last - first + 1)
		if share <= 0 {
			continue
		}
		event := len("id: \n") + d + len("data: \n\n") + l.Payload
		chunk := len(strconv.FormatInt(int64(event), 16)) + len("\r\n\r\n")
		digitsSum += share * float64(d)
		total += share * float64(event-l.Payload+chunk)
	}
	const fixed = len("id: \n") + len("data: \n\n")
	return total, fmt.Sprintf("%d + %.3g digits of the event's number + %.3g for its chunk", fixed, digitsSum, total-digitsSum-float64(fixed))
}

// eventNumbers returns the first and last number that an event of the window
// has in its topic.
func eventNumbers(l load) (first, last float64) {
	before := float64(l.Retained) + math.Floor(l.topicRate()*l.Warmup)
	return before + 1, before + max(1, math.Floor(l.topicRate()*l.Window))
}
