package servers

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"pushbench/servers/wire"
)

// longPoll answers GET /longpoll: as a poll, but held until there is an event
// or until the wait is over. With a batch time it then waits that long for more
// events. A server that shuts down answers at once.
func (s *Server) longPoll(w http.ResponseWriter, r *http.Request) error {
	if s.keep(w, r) {
		return nil
	}
	asked, err := s.waitingFor(r)
	if err != nil {
		return err
	}
	p := asked.place
	defer s.hub.release(p.topic)
	unlimited(w, r) // while it is held
	c := s.stats.carriers[wire.LongPoll]
	events, gap := hold(r.Context(), c, p, asked.wait)
	if s.worse != nil && len(events) > 0 && s.worse.withhold(burdenOf(r)) {
		events = nil
	}
	if asked.batch > 0 && len(events) > 0 {
		events, gap = gather(r.Context(), p, asked.batch)
	}
	// net/http has set the deadline when the request came.
	rc := http.NewResponseController(w)
	if err := rc.SetWriteDeadline(time.Now().Add(s.o.WriteTimeout)); err != nil {
		return writeError{err}
	}
	return s.answer(w, r, c, p, events, gap)
}

// A waiting is what a long-poll asks for.
type waiting struct {
	place       place // its topic is to be released
	wait, batch time.Duration
}

// waitingFor reads what r, a long-poll, asks for.
func (s *Server) waitingFor(r *http.Request) (asked waiting, err error) {
	if asked.wait, err = waitOf(r, wire.ParamWait, defaultWait); err != nil {
		return asked, err
	}
	if asked.batch, err = waitOf(r, wire.ParamBatch, 0); err != nil {
		return asked, err
	}
	asked.place, err = s.find(r, s.hub.hold)
	return asked, err
}

// hold waits for the first event after the place's cursor. It returns none
// when the wait is over or ctx done, which it is when the client left, too.
func hold(ctx context.Context, c *carrier, p place, wait time.Duration) ([]*Event, *wire.Gap) {
	c.subscribers.Add(1)
	defer c.subscribers.Add(-1)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		view := p.topic.View()
		events, gap := p.next(view)
		if len(events) > 0 || gap != nil {
			return events, gap
		}
		select {
		case <-view.Changed():
		case <-timer.C:
			return nil, nil
		case <-ctx.Done():
			return nil, nil
		}
	}
}

// gather waits for more events than the one that is there, until batch is over
// or ctx done, and returns all (RFC 6202 section 2.2 on what it costs not to).
func gather(ctx context.Context, p place, batch time.Duration) ([]*Event, *wire.Gap) {
	timer := time.NewTimer(batch)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return p.next(p.topic.View())
}

// waitOf reads from the request how long it may be held.
func waitOf(r *http.Request, name string, otherwise time.Duration) (time.Duration, error) {
	s, err := param(r.URL.RawQuery, name)
	if err != nil {
		return 0, err
	}
	if s == "" {
		return otherwise, nil
	}
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return 0, badRequest(fmt.Errorf("%s %.32q is not a duration such as 30s", name, s))
	case d < 0 || d > maxWait:
		return 0, badRequest(fmt.Errorf("%s is between 0s and %s, not %s", name, wire.Duration(maxWait), s))
	}
	return d, nil
}
