package check

import (
	"bytes"
	"context"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/loadgen/parse"
	"pushbench/servers/wire"
)

// A subscriber is one client of one transport, without the load generator.
type subscriber interface {
	// hear waits until events have come and returns their numbers in the order in which
	// they came. The error is errQuiet when none came until the limit, and the next call
	// goes on; after any other the subscription has ended.
	hear(ctx context.Context, limit time.Time) ([]uint64, error)

	// own is what all subscribers have.
	own() *ear

	// close leaves the server. What came is kept.
	close()
}

// An ear is what a subscriber has heard.
type ear struct {
	p      *prober
	line   *line
	answer *answer  // the head of the last answer; nil: none has come
	heard  []uint64 // numbers of all events
	asks   bool     // its messages are answers, which may have many events
	told   int      // how many of them hear has returned
	words  string   // the last of what came that was no event
	pieces []int    // where each chunk or frame begins in line.got
	beats  []beat   // what came without an event
}

// A beat is something that a server has sent without an event.
type beat struct {
	at   time.Time
	what string
}

func (e *ear) own() *ear { return e }

// news returns the events that hear has not returned yet.
func (e *ear) news() []uint64 {
	all := e.heard[e.told:]
	e.told = len(e.heard)
	return all
}

// find takes the events in a message, and reports whether there are any. A server may repeat
// an event right behind itself in another form, which is one delivery: so the load generator
// has it, too.
func (e *ear) find(text []byte) bool {
	first := len(e.heard)
	var form []byte // of the last one
	for {
		number, begin, end, found := e.p.marker.Next(text)
		if found != dialect.Whole {
			break
		}
		before := dialect.Quotation(text[:begin])
		text = text[end:]
		n := len(e.heard)
		switch {
		case !dialect.Padded(text, number): // the name of an event, and no payload
		case n == first || e.heard[n-1] != number || e.asks && bytes.Equal(before, form):
			e.heard = append(e.heard, number)
			form = before
		}
	}
	return len(e.heard) > first
}

// take takes a message: its events or, where the server has events of its own, that
// there is one. Anything else is kept as words, and reported as false.
func (e *ear) take(text []byte) bool {
	if e.p.Dialect.Publish.By == dialect.ByServer {
		e.heard = append(e.heard, 0)
		return true
	}
	if e.find(text) {
		return true
	}
	e.words = parse.Excerpt(text)
	return false
}

// beat takes note of what came without an event.
func (e *ear) beat(what string) { e.beats = append(e.beats, beat{time.Now(), what}) }

// A manner is in what a client differs from the usual one.
type manner struct {
	path    *dialect.Template // asked for in place of the dialect's; nil: that
	lastID  string            // the client comes back, and this is the last event that it has
	stale   bool              // its cursors are none of the server's
	from    *dialect.Cursors  // another client's, with which this one begins; nil: the first ones
	headers []header          // besides those of the dialect, or in their place
	packed  bool              // a compressed answer is understood
}

// subscribe opens a client. The subscription is made only when an event has come: see
// join.
func (p *prober) subscribe(ctx context.Context, t wire.Transport, m manner) (subscriber, error) {
	e := ear{p: p}
	p.clients++
	switch t {
	case wire.SSE:
		s, err := openStream(ctx, e, m)
		if err != nil {
			return nil, err
		}
		return s, nil
	case wire.WebSocket:
		s, err := openSocket(ctx, e, p.Dialect.WebSocket, m)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	return newAsker(e, p.ask(t), t == wire.Polling, m), nil
}

// ask is how a client asks by polling or long-polling.
func (p *prober) ask(t wire.Transport) *dialect.Ask {
	if t == wire.Polling {
		return p.Dialect.Polling
	}
	return p.Dialect.LongPoll
}

// values are what the templates of a request have.
func (p *prober) values() dialect.Values {
	return dialect.Values{Topic: p.topic, Client: p.clients, Origin: p.Dialect.Origin}
}
