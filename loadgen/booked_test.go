package loadgen

import (
	"strings"
	"testing"

	"pushbench/results"
)

// A stream is what a server has written over one connection to a client that only listens,
// without what carries it: what is before the events, and each event with what it was made.
type stream struct {
	preamble string
	events   []written
}

type written struct{ payload, text string }

// stream notes that the events begin behind preamble. It returns what notes an event, before
// it is written.
func (e *exchange) stream(preamble string) (wrote func(payload, text string)) {
	s := &stream{preamble: preamble}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.streams[e.RemoteAddr().String()] = s
	return func(payload, text string) {
		e.mu.Lock()
		defer e.mu.Unlock()
		s.events = append(s.events, written{payload, text})
	}
}

// booked checks the books of all clients byte by byte, against what the server wrote to
// each. Around is what an event has around its payload; the last bytes of its text, so many
// as behind says, belong to the next event. What is before the events, and those that prove
// a subscription, are other framing.
//
// An edge of the window may lie between an event and what the server sends with it: so all
// that a client has read is compared. It may have read a part of what follows the last event.
func (s *spoken) booked(t *testing.T, clients []*client, around results.Bytes, behind int) {
	t.Helper()
	kinds := []results.Kind{results.Payload, results.Framing, results.WebSocket, results.Other}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range clients {
		wrote, in := s.streams[c.conn.tcp.LocalAddr().String()], c.books().In
		left := -len(wrote.preamble)
		for _, k := range kinds {
			left += int(in[k])
		}
		var want, next results.Bytes // next: of the event of which a part may have been read
		want[results.Other] = int64(len(wrote.preamble))
		ahead := 0 // bytes that belong to an event and came with the last one
		for _, e := range wrote.events {
			own := int64(ahead + len(e.text) - behind)
			if proof := strings.Contains(e.payload, ".0."); proof {
				next = results.Bytes{results.WebSocket: around[results.WebSocket], results.Other: own - around[results.WebSocket]}
			} else {
				next = around
				next[results.Payload] = spokenSize
				if size := next.Total(); size != int64(len(e.text)) {
					t.Errorf("an event has %d bytes, not %d", len(e.text), size)
				}
				next[results.Framing] += int64(ahead - behind)
			}
			if left < len(e.text) {
				break
			}
			left -= len(e.text)
			want, next, ahead = want.Plus(next), results.Bytes{}, behind
		}
		want[results.Framing] += int64(ahead)
		var part int64
		for _, k := range kinds {
			more := in[k] - want[k]
			if part += more; more < 0 || more > next[k] {
				t.Errorf("client %d: %d bytes of %s, want %d and at most %d of the next event", c.Client, in[k], k, want[k], next[k])
			}
		}
		if part != int64(left) {
			t.Errorf("client %d: %d bytes of the next event, want %d", c.Client, part, left)
		}
	}
}
