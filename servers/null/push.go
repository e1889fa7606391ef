//go:build linux

package null

import (
	"context"
	"net"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// A subscriber is a connection to which the server pushes. What follows the
// blank line is the pusher's.
type subscriber struct {
	net.Conn
	client int
	form   form
	stream uint32 // of HTTP/2; 0: the connection is the subscriber's own

	sent uint64
	gone bool // it could not be written to
}

// creditInterval is how often the pusher looks whether the clients may get events again.
const creditInterval = time.Millisecond

// push goes round the subscribers and writes the next event to each that has
// taken its last one, until ctx is done. When all of them have one waiting it
// looks again at once and keeps a core busy with that, for a thread that sleeps
// is tens of microseconds late; while there is none, or none may get an event,
// it sleeps. It has a thread to itself. A subscriber whose socket is full holds
// it up, which with one event at a time only a large event can do.
//
// Between rounds with nothing to send it offers its core to others, as the
// kernel likes to wake a client on the core that wrote to it: without that, ten
// clients waited milliseconds for a thread that had nothing to do.
func (s *Server) push(ctx context.Context) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var p pusher
	for at := time.Now(); ctx.Err() == nil; {
		limit := s.credit.limit()
		s.credit.seen(limit)
		all := *s.subscribers.Load()
		if len(all) == 0 || limit == 0 {
			s.rest(ctx, len(all) > 0)
			at = time.Now()
			continue
		}
		sent := p.round(s, all, limit)
		last := at
		if at = time.Now(); sent == 0 {
			s.credit.idle(int64(at.Sub(last)))
			_, _, _ = unix.Syscall(unix.SYS_SCHED_YIELD, 0, 0, 0)
		}
	}
}

// rest waits for the first subscriber or, when there are some, a moment.
func (s *Server) rest(ctx context.Context, some bool) {
	var soon <-chan time.Time
	if some {
		soon = time.After(creditInterval)
	}
	select {
	case <-s.joined:
	case <-soon:
	case <-ctx.Done():
	}
}

// A pusher remembers each form's last event, for clients in step take the same.
type pusher struct {
	last [forms]struct {
		next  uint64 // 1 more than the event's number; 0: none yet
		event []byte
	}
	frames []byte // an event as frames of HTTP/2
}

// round writes one event to each subscriber that can be sent one and returns to
// how many.
func (p *pusher) round(s *Server, all []*subscriber, limit uint64) (sent int) {
	for _, c := range all {
		if c.sent >= limit || s.credit.taken(c.client) != c.sent || c.gone {
			continue
		}
		last := &p.last[c.form]
		if last.next != c.sent+1 {
			last.event = c.form.appendEvent(last.event[:0], c.sent, s.payload)
			last.next = c.sent + 1
		}
		c.sent++
		s.credit.sent()
		sent++
		event := last.event
		if c.stream > 0 {
			p.frames = appendData(p.frames[:0], c.stream, event)
			event = p.frames
		}
		if _, err := c.Write(event); err != nil {
			c.gone = true // its reader finds out, too
		}
	}
	return sent
}

// join adds a subscriber. Another one of the same client gets no more events.
func (s *Server) join(c *subscriber) {
	s.mu.Lock()
	defer s.mu.Unlock()
	others := slices.DeleteFunc(slices.Clone(*s.subscribers.Load()), func(o *subscriber) bool { return o.client == c.client })
	others = append(others, c)
	s.subscribers.Store(&others)
	select {
	case s.joined <- struct{}{}:
	default:
	}
}

func (s *Server) leave(c *subscriber) {
	s.mu.Lock()
	defer s.mu.Unlock()
	others := slices.DeleteFunc(slices.Clone(*s.subscribers.Load()), func(o *subscriber) bool { return o == c })
	s.subscribers.Store(&others)
}
