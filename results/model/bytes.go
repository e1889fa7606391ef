package model

import (
	"fmt"

	"pushbench/results"
)

// Sizes on the wire that no load changes.
const (
	answerPiece  = 4096         // net/http's buffer of a connection: where it answers, what is longer leaves in more than one write, and segment
	segmentHead  = 20 + 20 + 12 // IPv4, TCP, its time stamps (RFC 791, 9293, 7323)
	synOptions   = 8            // more in each SYN: segment size, window scale, SACK permitted (RFC 9293 section 3.2, RFC 7323, RFC 2018)
	recordHead   = 5 + 1 + 16   // a TLS 1.3 record: head, content type, tag (RFC 8446 section 5.2)
	acknowledged = 0.05         // seconds: a receiver with nothing to say acknowledges after 40 ms at most (Linux)
)

// predictBytes is what a transport puts around the events of the window, given
// how many deliveries, requests and answers were counted in it: exact where no
// digit is left to chance, whatever the path does. All bytes with the segments
// of TCP are theory.
func predictBytes(t *results.Trial, unit string) (Prediction, bool) {
	asks, http2 := asks(t), overHTTP(t) == "2"
	switch n := float64(t.Deliveries.InWindow); {
	case t.Load.Rate <= 0 || n <= 0:
		return Prediction{}, false
	case asks && http2: // what HPACK leaves of a head depends on those before it (RFC 7541 section 2.3.2)
		return Prediction{}, false
	case compressed(t): // how small content becomes has no closed form
		return Prediction{}, false
	case unit == "framing-B/event" && asks:
		full := float64(t.Requests.Answers())
		if full <= 0 {
			return Prediction{}, false
		}
		p := Prediction{
			Value:   1 + full/n,
			Formula: fmt.Sprintf("1 + A/D, A = %.0f answers with events, D = %.0f deliveries", full, n),
			Source:  "a JSON array of k events has k − 1 commas and two brackets (RFC 8259 section 5)",
		}
		p.base64(t)
		return p, true
	case unit == "protocol-B/event" && asks:
		bytes, formula, ok := exchanged(t)
		if !ok {
			return Prediction{}, false
		}
		p := spanned(bytes.over(n), formula+fmt.Sprintf(", for %.0f deliveries", n))
		p.Source = "the texts of requests and answers (RFC 9112), as many as were counted"
		return p, true
	case (unit == "framing-B/event" || unit == "protocol-B/event") && !asks:
		return predictFraming(t, unit)
	case unit == "wire-B/event" && t.Stall == nil && !troubled(t) && oneByOne(t):
		return wholeWire(t, load(t.Load))
	}
	return Prediction{}, false
}

// spanned is the prediction of what is known to lie within bounds: exact when
// they are one.
func spanned(s span, formula string) Prediction {
	p := Prediction{Value: s.mid(), Formula: formula}
	if !s.exact() {
		p.Tolerance = s.tolerance()
		p.Formula += fmt.Sprintf("; between %.5g and %.5g, since the schedule alone does not tell all digits", s.lo, s.hi)
	}
	return p
}

// wholeWire is all bytes of an event, where one segment carries it and one
// acknowledges it: events that are rarer than delayed acknowledgments and fit
// in a segment. When the window begins or ends, each client may have one
// acknowledgment under way that belongs to the other side of the edge: the
// tolerance is one segment for each client.
func wholeWire(t *results.Trial, l load) (Prediction, bool) {
	protocol, ok := Predict(t, "protocol-B/event")
	mtu := t.Path.MTU
	if mtu == 0 {
		mtu = 65536
	}
	events := float64(t.Deliveries.InWindow)
	unit := protocol.Value + float64(l.Payload) // the payload's own size: what base64 adds is protocol
	most := float64(mtu - segmentHead)          // bytes that one segment carries
	segments, gap, secured := 2.0, l.topicRate(), 1.0
	if t.Transport == "longpoll" || t.Transport == "polling" {
		asked := float64(t.Requests.Sent) / events
		segments, secured = 3*asked, 2*asked
		unit = protocol.Value/asked + float64(l.Payload)*max(1, l.topicRate()*l.Interval)
	}
	if t.Transport != "tcp" && (t.Transport != "websocket" || overHTTP(t) == "2") {
		most = min(most, answerPiece)
	}
	if t.Transport == "polling" {
		gap = 1 / l.Interval
	}
	if silent, _, known := l.silence(l.Heartbeat); l.Heartbeat > 0 && (!known || silent > 0) {
		return Prediction{}, false // heartbeats have segments, too
	}
	// Bursts share segments, and Poisson arrivals do at times.
	if !ok || l.Arrival != "constant" || gap*acknowledged > 1 || unit > most || t.Path.Delay > 0 {
		return Prediction{}, false
	}
	p := Prediction{
		Value:   float64(l.Payload) + protocol.Value + segments*segmentHead,
		Formula: fmt.Sprintf("%d B of payload + %.5g B of protocol + %.4g segments of %d B of headers", l.Payload, protocol.Value, segments, segmentHead),
		Source:  "one segment carries what is sent, one acknowledges it, and an answer acknowledges its request (RFC 9293 section 3.8.6.3)",
	}
	if secure(t) {
		p.Value += secured * recordHead
		p.Formula += fmt.Sprintf(" + %.4g TLS records of %d B", secured, recordHead)
	}
	edge := segmentHead * float64(l.Clients) / events
	p.Formula += fmt.Sprintf("; tolerance: one acknowledgment of each client on the other side of an edge of the window, %.3g B for an event", edge)
	p.Tolerance = (protocol.Tolerance*protocol.Value + edge) / p.Value
	return p, true
}

// compressed reports whether the trial's content is compressed.
func compressed(t *results.Trial) bool { return t.Settings.On("compress") }

// carried is how many bytes carry an event's payload: its own, or those of base64
// (RFC 4648 section 4), in a JSON array with the quotation marks of a string.
func carried(t *results.Trial) int {
	n := t.Load.Payload
	if !t.Settings.On("binary") || t.Transport == "websocket" {
		return n
	}
	n = (n + 2) / 3 * 4
	if t.Transport != "sse" {
		n += len(`""`)
	}
	return n
}

// carriedLoad is the load of a trial whose payload has the size of what carries it.
func carriedLoad(t *results.Trial) load {
	l := load(t.Load)
	l.Payload = carried(t)
	return l
}

// base64 adds to what stands around an event what base64 adds to its payload.
func (p *Prediction) base64(t *results.Trial) {
	if more := carried(t) - t.Load.Payload; more > 0 {
		at := p.Tolerance * p.Value
		p.Value += float64(more)
		p.Tolerance = at / p.Value
		p.Formula += fmt.Sprintf(", and %d B that base64 adds to a payload of %d B", more, t.Load.Payload)
		p.Source += "; RFC 4648 section 4"
	}
}

// secure reports whether the trial's connections have TLS.
func secure(t *results.Trial) bool { return t.Settings.On("tls") }

// paced reports whether the time to the next poll counts from the answer.
func paced(t *results.Trial) bool { return t.Settings.Word("pace") == "delay" }
