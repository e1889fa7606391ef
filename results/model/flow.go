package model

import (
	"math"
	"strconv"
)

// Parts of the closed forms that a caller of [Flow] needs.
const (
	SegmentHead  = segmentHead  // bytes of IP and TCP headers of a segment
	Piece        = answerPiece  // bytes of what net/http hands to TCP at once: where it answers, what is longer leaves in more than one segment
	Acknowledged = acknowledged // seconds: exchanges of a connection that are at least so far apart share no acknowledgment
)

// A Flow is what one client has of a load, on a connection that is open. Rates
// are per second and sizes are bytes.
type Flow struct {
	Transport string
	Rate      float64 // events; 0: the connection is idle
	Interval  float64 // polling: seconds from one poll to the next
	Payload   int
	Digits    float64 // of an event's number, the mean over the time looked at
	Heads     Heads   // polling and long-polling: of requests and answers
	Random    bool    // events come as a Poisson process; false: at equal distances
	Wait      float64 // long-polling: seconds after which the server answers without an event; 0: it never does
	Heartbeat float64 // streams: seconds of silence after which the server says something; 0: it never does
}

// An Exchange is what goes over a connection again and again: so many per
// second, each of so many bytes without TCP/IP headers, in so many segments
// where no acknowledgment is shared and each message fits into one.
type Exchange struct {
	PerSecond, Bytes, Segments float64
	Largest                    float64 // bytes of the larger of its messages
}

// Exchanges are those of the flow: first that which brings events, then that
// which brings none: a heartbeat, or a held request that ran out. Each poll is
// one of the first kind, with the mean of what full and empty ones carry. ok is
// false for a transport without a closed form.
func (f Flow) Exchanges() (event, idle Exchange, ok bool) {
	payload := float64(f.Payload)
	switch f.Transport {
	case "sse":
		fields := float64(eventFields) + f.Digits + payload
		chunk := float64(len(strconv.FormatInt(int64(math.Round(fields)), 16)) + chunkEnds)
		event = Exchange{f.Rate, fields + chunk, 2, fields + chunk}
		idle = Exchange{f.beats(f.Heartbeat), float64(len("3\r\n:\n\n\r\n")), 2, 0}
	case "websocket":
		size := payload + float64(webSocketHead(f.Payload))
		event = Exchange{f.Rate, size, 2, size}
		idle = Exchange{f.beats(f.Heartbeat), 2 + 6, 3, 0} // ping, masked pong, and what acknowledges that
	case "longpoll":
		h := f.Heads
		answer := h.Answer + h.Tags*f.Digits + width(payload+2) + payload + 2
		event = Exchange{f.Rate, h.Request + f.Digits + answer, 3, answer}
		idle = Exchange{f.ranOut(), h.Request + f.Digits + h.Empty + h.Tags*f.Digits, 3, 0}
	case "polling":
		if f.Interval <= 0 {
			return event, idle, false
		}
		full, each := f.full(), 1.0 // events of an answer that brings any
		if full > 0 {
			each = f.Rate * f.Interval / full
		}
		h, body := f.Heads, 1+each*(payload+1)
		bytes := h.Request + f.Digits + full*(h.Answer+width(body)+body) + (1-full)*h.Empty + h.Tags*f.Digits
		event = Exchange{1 / f.Interval, bytes, 3, h.Answer + body}
	default:
		return event, idle, false
	}
	return event, idle, true
}

// full is the share of polls that bring an event.
func (f Flow) full() float64 {
	if f.Random {
		return -math.Expm1(-f.Rate * f.Interval)
	}
	return min(1, f.Rate*f.Interval)
}

// beats is how many heartbeats there are in a second: one for each interval
// without an event.
func (f Flow) beats(every float64) float64 {
	switch {
	case every <= 0:
		return 0
	case f.Random:
		return math.Exp(-f.Rate*every) / every
	}
	return max(0, 1-f.Rate*every) / every
}

// ranOut is how many held requests are answered without an event in a second:
// between two events as often as the wait fits between them.
func (f Flow) ranOut() float64 {
	switch {
	case f.Wait <= 0:
		return 0
	case f.Rate <= 0:
		return 1 / f.Wait
	case f.Random:
		return f.Rate / math.Expm1(f.Rate*f.Wait)
	}
	return f.Rate * math.Floor(1/(f.Rate*f.Wait))
}
