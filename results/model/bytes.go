package model

import (
	"fmt"
	"strings"

	"pushbench/results"
)

// Sizes on the wire that no load changes.
const (
	segmentHead  = 20 + 20 + 12 // IPv4, TCP, its time stamps (RFC 791, 9293, 7323)
	recordHead   = 5 + 1 + 16   // a TLS 1.3 record: head, content type, tag (RFC 8446 section 5.2)
	acknowledged = 0.05         // seconds: a receiver with nothing to say acknowledges after 40 ms at most (Linux)
)

// predictBytes is what the heads of requests and answers and the TCP segments
// add to an event. How often there are requests is theory; how large a head
// is was measured.
func predictBytes(t *results.Trial, unit string) (Prediction, bool) {
	l := load(t.Load)
	if l.Rate <= 0 {
		return Prediction{}, false
	}
	switch unit {
	case "protocol-B/event":
		if t.Transport == "polling" || t.Transport == "longpoll" {
			return askedProtocol(t, l)
		}
	case "wire-B/event":
		return wholeWire(t, l)
	}
	return Prediction{}, false
}

// askedProtocol is what asking costs: heads and the JSON array.
func askedProtocol(t *results.Trial, l load) (Prediction, bool) {
	requests, ok := Predict(t, "requests/event")
	framing, framed := Predict(t, "framing-B/event")
	h := t.Requests.Heads
	if !ok || !framed || h.Request == 0 {
		return Prediction{}, false
	}
	empty := 0.0
	if t.Transport == "polling" {
		e, ok := Predict(t, "empty-requests-share")
		if !ok {
			return Prediction{}, false
		}
		empty = e.Value
	}
	return Prediction{
		requests.Value*(h.Request+(1-empty)*h.Answer+empty*h.Empty) + framing.Value,
		fmt.Sprintf("%.4g requests of %.4g B, answers of %.4g B, empty ones (%.3g) of %.4g B, for an event, and its framing: %.4g B", requests.Value, h.Request, h.Answer, empty, h.Empty, framing.Value),
		"the frequencies by theory, the sizes of the heads as they were sent",
		requests.Tolerance + l.scatter(),
	}, true
}

// wholeWire is all bytes of an event, where one segment carries it and one
// acknowledges it: events that are rarer than delayed acknowledgments and fit
// in a segment.
func wholeWire(t *results.Trial, l load) (Prediction, bool) {
	protocol, ok := Predict(t, "protocol-B/event")
	mtu := t.Path.MTU
	if mtu == 0 {
		mtu = 65536
	}
	unit := protocol.Value + float64(l.Payload)
	segments, gap, secured := 2.0, l.topicRate(), 1.0
	switch t.Transport {
	case "longpoll":
		segments, secured = 3, 2
	case "polling":
		requests, _ := Predict(t, "requests/event")
		segments, secured, gap = 3*requests.Value, 2*requests.Value, 1/l.Interval
		unit = protocol.Value + float64(l.Payload)*max(1, l.topicRate()*l.Interval)
	}
	secure := strings.Contains(t.Variant, "/tls") || strings.Contains(t.Variant, "/resume")
	if silent, _, known := l.silence(l.Heartbeat); l.Heartbeat > 0 && (!known || silent > 0) {
		return Prediction{}, false // heartbeats have segments, too
	}
	// Bursts share segments, and Poisson arrivals do at times.
	if !ok || l.Arrival != "constant" || gap*acknowledged > 1 || unit > float64(mtu-segmentHead) || t.Path.Delay > 0 {
		return Prediction{}, false
	}
	p := Prediction{
		Value:     float64(l.Payload) + protocol.Value + segments*segmentHead,
		Formula:   fmt.Sprintf("%d B of payload + %.4g B of protocol + %.3g segments of %d B of headers", l.Payload, protocol.Value, segments, segmentHead),
		Source:    "one segment carries what is sent, one acknowledges it, and a request acknowledges the last answer (RFC 9293 section 3.8.6.3)",
		Tolerance: 0.03 + protocol.Tolerance,
	}
	if secure {
		p.Value += secured * recordHead
		p.Formula += fmt.Sprintf(" + %.3g TLS records of %d B", secured, recordHead)
	}
	return p, true
}
