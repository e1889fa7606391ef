package loadgen

import (
	"bytes"
	"fmt"
	"sync/atomic"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/dialect"
	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A listener finds the events in what a server that is not ours says to one client. It
// belongs to the goroutine that has the client.
type listener struct {
	*client
	in      *interpreter
	values  dialect.Values
	numbers []uint64 // of the events in the message at hand; 0 is none of them
	proofs  int      // messages with an event that proves the subscription
	state   []byte   // the last answer of a server that has events of its own

	proved atomic.Bool            // an event has come: the subscription is made
	words  atomic.Pointer[string] // until then, the last message without an event
}

// listen returns the listener of a client, which waits for a proof from then on.
func (f *interpreter) listen(c *client) *listener {
	c.listener = &listener{client: c, in: f, values: f.values(c.Client, c.Topic)}
	f.waiting[c.Topic].clients.Add(1)
	if f.opening.Load() {
		f.next()
	}
	return c.listener
}

// heard says what events a message has.
type heard struct {
	events   int // that the client did not have, or must not have
	proofs   int // of number 0, which prove the subscription
	repeated int // that it has, from a server that tells the latest again and again
}

func (h heard) none() bool { return h == heard{} }

// find finds the events in a message. Where the latest alone counts, it is one. A server
// may repeat an event right behind itself, which is one delivery: the message has it in
// another form, such as quoted text. Behind another event it came twice, and so it did in
// the same form in an answer, which may have many events.
func (l *listener) find(text []byte) (h heard) {
	if l.in.emits() {
		return l.findUnnumbered(text)
	}
	l.numbers = l.numbers[:0]
	var form []byte // of the last one
	for {
		number, begin, end, found := l.in.marker.Next(text)
		if found != dialect.Whole {
			break
		}
		before := dialect.Quotation(text[:begin])
		text = text[end:]
		n := len(l.numbers)
		switch {
		case !dialect.Padded(text, number): // the name of an event, and no payload
		case number == 0:
			h.proofs = 1
		case l.in.latest && n > 0:
			l.numbers[0] = max(l.numbers[0], number)
		case n == 0 || l.numbers[n-1] != number || l.request != nil && bytes.Equal(before, form):
			l.numbers = append(l.numbers, number)
			form = before
		}
	}
	h.events = len(l.numbers)
	if l.in.latest && h.events > 0 && l.owed(l.numbers[0]) && l.rec.Newest(&l.Account, l.numbers[0]-1) {
		h.events, h.repeated = 0, 1
	}
	if l.in.latest && h.events == 0 && h.proofs > 0 && l.proved.Load() {
		return heard{repeated: 1}
	}
	return h
}

// owed reports whether the client is to get the event with that number.
func (l *listener) owed(number uint64) bool { return l.rec.Knows(&l.Account, number-1) }

// findUnnumbered takes each message for an event. Where a state is asked for, by polls or
// as the dialect says, an answer that is the same as the last one is none.
func (l *listener) findUnnumbered(text []byte) heard {
	if l.request == nil || l.in.transport != wire.Polling && !l.in.latest {
		return heard{events: 1}
	}
	if len(l.state) > 0 && bytes.Equal(l.state, text) {
		return heard{repeated: 1}
	}
	l.state = append(l.state[:0], text...)
	return heard{events: 1}
}

// book books a message in which h was found, with around bytes of its transport around
// it, and hands its events to the recorder. Without an event it is of the kind unknown.
// More is as in client.event.
func (l *listener) book(h heard, text []byte, around int, unknown results.Kind, more bool) {
	if h.events > 0 || h.proofs > 0 {
		l.prove()
	}
	l.proofs += h.proofs
	switch {
	case h.events > 0 && l.in.emits():
		l.conn.received(results.Payload, len(text))
		l.conn.received(results.Framing, around)
		l.rec.Unnumbered(&l.Account)
	case h.events > 0:
		l.bookEvents(h, text, around, more)
	case h.repeated > 0:
		l.conn.received(results.Framing, len(text)+around)
	case h.proofs > 0:
		l.conn.received(results.Other, len(text)+around)
	default:
		l.conn.received(unknown, len(text)+around)
		if unknown == results.Other && len(text) > 0 && !l.proved.Load() {
			words := parse.Excerpt(text)
			l.words.Store(&words)
		}
	}
}

// bookEvents books the payloads of a message and what surrounds them.
func (l *listener) bookEvents(h heard, text []byte, around int, more bool) {
	payload, proofs := h.events*l.in.size, h.proofs*l.in.size
	if payload+proofs > len(text) {
		const words = "client %d received %d bytes with %d events of %d bytes in them: " +
			"the server cuts or packs what is published: %s"
		l.rec.Fail(fmt.Errorf(words, l.Client, len(text), h.events+h.proofs, l.in.size, parse.Excerpt(text)))
		payload, proofs = len(text), 0
	}
	l.conn.received(results.Payload, payload)
	l.conn.received(results.Other, proofs)
	l.conn.received(results.Framing, len(text)-payload-proofs+around)
	at := l.conn.last
	if l.request != nil {
		at.Number, at.More = 0, false // as in client.event
	}
	for i, number := range l.numbers {
		if !l.owed(number) {
			l.rec.Fail(fmt.Errorf("client %d received event %d, which was not published in its topic: %s",
				l.Client, number-1, parse.Excerpt(text)))
			continue
		}
		if l.rec.Holds(&l.Account, number-1) {
			l.blame(number)
		}
		last := i == len(l.numbers)-1
		l.rec.Numbered(&l.Account, number-1, at, more || !last && l.request == nil)
	}
}

// blame fails the trial where the server has got twice what it sends twice.
func (l *listener) blame(number uint64) {
	if _, again := l.in.again.Load(number); again {
		l.rec.Fail(fmt.Errorf("client %d received event %d again, whose request to publish was made twice: "+
			"the server closed the connection without an answer to the first", l.Client, number-1))
	}
}

// prove notes that an event has come.
func (l *listener) prove() {
	if l.first == 0 {
		l.first = l.conn.last.Arrived
	}
	if !l.in.quiet.Load() {
		l.in.heardAt.Store(clock.Now())
	}
	if !l.proved.Load() {
		l.proved.Store(true)
		l.in.waiting[l.Topic].clients.Add(-1)
	}
}

// repeats reports whether the client has got more messages with a proof than a server
// sends that does not repeat itself for ever. One of each may come twice.
func (l *listener) repeats() bool {
	return int64(l.proofs) > 2*l.in.waiting[l.Topic].published.Load()
}

// why says what the client got instead of an event, for an error.
func (l *listener) why() string {
	if words := l.words.Load(); words != nil {
		return ": what came instead was " + *words
	}
	return ""
}
