package servers

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"pushbench/servers/wire"
)

// longPoll answers GET /longpoll: as a poll, but held until there is an event
// or until the wait is over. A server that shuts down answers at once.
func (s *Server) longPoll(w http.ResponseWriter, r *http.Request) error {
	text, err := param(r.URL.RawQuery, wire.ParamWait)
	if err != nil {
		return err
	}
	wait, err := parseWait(text)
	if err != nil {
		return badRequest(err)
	}
	p, err := s.find(r, s.hub.Topic)
	if err != nil {
		return err
	}
	c := s.stats.carriers[wire.LongPoll]
	events, gap := hold(r.Context(), c, p, wait)
	// net/http has set the deadline when the request came.
	rc := http.NewResponseController(w)
	if err := rc.SetWriteDeadline(time.Now().Add(s.o.WriteTimeout)); err != nil {
		return writeError{err}
	}
	return s.answer(w, r, c, p, events, gap)
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
		events, gap := view.After(p.cursor)
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

// parseWait reads how long a request may be held, 30 s when not given.
func parseWait(s string) (time.Duration, error) {
	if s == "" {
		return defaultWait, nil
	}
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return 0, fmt.Errorf("wait %.32q is not a duration such as 30s", s)
	case d < 0 || d > maxWait:
		return 0, fmt.Errorf("wait is between 0s and %s, not %s", wire.Duration(maxWait), s)
	}
	return d, nil
}
