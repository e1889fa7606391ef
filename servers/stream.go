package servers

import (
	"math/rand/v2"
	"net/http"
	"time"

	"pushbench/servers/wire"
)

// A sink writes to one client in its transport's way. An error ends the
// stream.
type sink interface {
	// write sends events that cut returned, in order and at once. Live: every
	// client that keeps up gets them now, so that it pays to encode them for
	// all. It does not wait while it holds on to the slice. No events are a
	// heartbeat.
	write(events []*Event, live bool) error
	// gap tells the client of lost events: ones that were gone when it came,
	// or, when late, that it was too slow for. Nil: the stream goes on.
	gap(g *wire.Gap, late bool) error
}

// stream carries the events of a place to a client until gone is closed or
// the sink fails, and returns the sink's error.
//
// What waits here is held once for each client, its stack included: advance
// has the rest in a frame of its own, and no view is held while it waits.
func (s *Server) stream(gone <-chan struct{}, c *carrier, p *place, to sink) error {
	c.subscribers.Add(1)
	defer c.subscribers.Add(-1)
	to = s.worse.charge(to)
	heartbeat := time.NewTimer(rand.N(s.o.Heartbeat))
	defer heartbeat.Stop()
	silent := true // since the last heartbeat was due
	for late := false; ; late = true {
		changed, wrote, err := s.advance(c, p, to, late)
		if err != nil {
			return err
		}
		silent = silent && !wrote
		select {
		case <-gone: // before a next piece
			return nil
		default:
		}
		select {
		case <-changed:
		case <-gone:
			return nil
		case <-heartbeat.C:
			// A fixed beat, skipped while events flow: counting from the
			// last event would make the clients of a topic beat together.
			heartbeat.Reset(s.o.Heartbeat)
			if silent {
				if err := to.write(nil, true); err != nil {
					return err
				}
			}
			silent = true
		}
	}
}

// advance sends the next piece of what there is, or tells of a gap, and moves
// the place. Changed is closed when there is more. It does not hold on to a
// view while it writes: see cut.
//
//go:noinline
func (s *Server) advance(c *carrier, p *place, to sink, late bool) (changed <-chan struct{}, wrote bool, err error) {
	view := p.topic.View()
	changed = view.Changed()
	events, gap := p.next(view)
	if gap != nil {
		s.stats.gaps.Add(1)
		err := to.gap(gap, late)
		p.skip(gap)
		return ready, false, err
	}
	if len(events) == 0 {
		return changed, false, nil
	}
	piece := cut(events)
	n := len(piece)
	p.cursor = piece[n-1].ID
	if n < len(events) {
		changed = ready
	}
	if err := to.write(piece, n == len(events)); err != nil {
		return nil, false, err
	}
	c.delivered.Add(uint64(n))
	return changed, true, nil
}

// ready is closed: there is something to do.
var ready = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// A timedWriter writes a response, each write within the write timeout. It
// moves the deadline no more often than conn does.
type timedWriter struct {
	w       http.ResponseWriter
	rc      *http.ResponseController
	timeout time.Duration
	limit   deadline
}

func newTimedWriter(w http.ResponseWriter, timeout time.Duration) *timedWriter {
	return &timedWriter{w: w, rc: http.NewResponseController(w), timeout: timeout}
}

// Write writes p into the response's buffer, which Flush sends.
func (t *timedWriter) Write(p []byte) (int, error) {
	if err := t.limit.extend(t.timeout, t.rc.SetWriteDeadline); err != nil {
		return 0, err
	}
	return t.w.Write(p)
}

// Flush sends what was written.
func (t *timedWriter) Flush() error { return t.rc.Flush() }
