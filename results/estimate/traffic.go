package estimate

import (
	"fmt"
	"math"

	"pushbench/results/model"
)

// traffic is the bytes of one client in a second, both directions, TCP/IP
// headers included. Value is that of events at equal distances; random arrivals,
// shared acknowledgments and events of several segments make the bounds.
func (c *Coefficients) traffic(l Load, heartbeat, digits float64) Number {
	if c.Foreign != "" {
		return Number{Missing: c.Foreign}
	}
	f := model.Flow{Transport: c.Transport, Rate: l.Rate, Interval: l.Interval, Payload: l.Payload, Digits: digits,
		Heads: c.Heads, Wait: c.Wait, Heartbeat: heartbeat}
	if c.asks() && c.Heads == (model.Heads{}) {
		return Number{Missing: "the record does not tell the size of a request"}
	}
	event, idle, ok := f.Exchanges()
	f.Random = true
	scattered, lonely, held := f.Exchanges()
	if !ok || !held {
		return Number{Missing: "there is no closed form"}
	}
	s := c.segments(l, event)
	n := Number{Beyond: s.beyond, Measured: s.measured, Doubts: s.doubts}
	bytes := func(e, rest model.Exchange, segments float64) float64 {
		one := e.Bytes
		if c.Transport == "longpoll" { // an answer may carry several events
			events := float64(l.Payload) + 1
			one = events + s.asks*(e.Bytes-events)
		}
		return e.PerSecond*(one+segments*model.SegmentHead) + rest.PerSecond*(rest.Bytes+rest.Segments*model.SegmentHead)
	}
	n.Value = bytes(event, idle, s.mid)
	n.Lo = min(bytes(event, idle, s.lo), bytes(scattered, lonely, s.lo))
	n.Hi = max(bytes(event, idle, s.hi), bytes(scattered, lonely, s.hi))
	if c.asks() { // heads of another size, of each request
		each := s.asks*event.PerSecond + idle.PerSecond
		n.Lo -= each * (c.Heads.Request - c.Requests[0])
		n.Hi += each * (c.Requests[1] - c.Heads.Request)
	}
	what := "an event"
	if c.Transport == "polling" {
		what = "a poll"
	}
	n.From = fmt.Sprintf("closed form: %s B for %s and %s segments of %d B of headers; bounds: events at equal distances or at random, the request heads of the record, and acknowledgments of further segments",
		count(event.Bytes), what, count(s.mid), model.SegmentHead)
	if idle.PerSecond > 0 {
		n.From += fmt.Sprintf("; %s B for each heartbeat, or request without an event, are in it", count(idle.Bytes))
	}
	return n
}

// shares are the segments of an exchange, acknowledgments included, and the
// requests of an event.
type shares struct {
	lo, mid, hi, asks float64
	measured          string
	beyond, doubts    []string
}

// segments is how many there are: by theory while exchanges are so far apart
// that each has an acknowledgment of its own, beyond that as measured; and those
// that a message adds which does not fit into one, which no record over loopback
// can tell.
func (c *Coefficients) segments(l Load, e model.Exchange) shares {
	s := shares{lo: e.Segments, mid: e.Segments, hi: e.Segments, asks: 1}
	if c.Transport != "polling" && l.Rate*model.Acknowledged > 1 {
		at := place{x: l.Rate, payload: c.Segments.Payload}
		if n := c.Segments.at(at); n.Missing != "" {
			s.lo, s.beyond = 1, []string{n.Missing}
		} else {
			s.lo, s.mid, s.hi = n.Lo, n.Value, n.Hi
			s.beyond, s.measured, s.doubts = n.Beyond, n.Measured, n.Doubts
		}
		if n := c.Asks.at(at); c.Transport == "longpoll" && n.Missing == "" {
			s.asks = n.Value
		}
	}
	more := math.Ceil(e.Largest/segment) - 1 // further segments: a message is one write
	if c.Transport == "polling" {
		more *= min(1, l.Rate*l.Interval)
	}
	// One acknowledgment for two segments (RFC 9293 section 3.8.6.3); bounds: for none, for each.
	s.lo, s.mid, s.hi = s.lo+more, s.mid+1.5*more, s.hi+2*more
	return s
}
