package check

import (
	"context"
	"errors"

	"pushbench/results"
	"pushbench/servers/wire"
)

// away is how many events are published while a client is away.
const away = 5

// checkResume has a client leave and come back with its cursor, and tells what it got of
// the events that were published meanwhile. It closes s where that is a stream.
func (p *prober) checkResume(ctx context.Context, t *table, on wire.Transport, s subscriber) {
	back := s
	how := "its cursor"
	switch s := s.(type) {
	case *socket:
		t.add(on, resume, results.NotOffered,
			"A WebSocket has no cursor of its own: a client that comes back misses what was sent meanwhile, unless messages carry one.")
		return
	case *stream:
		if s.ids == 0 {
			t.add(on, resume, results.NotOffered,
				"The events have no id, so that a client that comes back misses what was sent meanwhile.")
			return
		}
		how = "Last-Event-ID"
		s.close()
	case *asker:
		if len(s.spec.Cursors) == 0 {
			t.add(on, resume, results.NotOffered,
				"The target's file names no cursor, so that a client that comes back may miss what was sent meanwhile.")
			return
		}
		s.close() // its cursors stay
	}
	missed, err := p.send(ctx, away)
	if err != nil {
		t.add(on, resume, results.NotTold, "%s.", sentence(err))
		return
	}
	if v, ok := s.(*stream); ok {
		if back, err = p.subscribe(ctx, on, manner{lastID: v.lastID}); err != nil {
			t.add(on, resume, results.Fail, "A client that comes back with %s gets no stream: %v.", how, p.unanswered(err))
			return
		}
		defer func() { p.leave(ctx, back) }()
	}
	want := missed
	got, err := p.gather(ctx, back, missed, 10*p.limits.settle)
	if err == nil {
		live, sent := p.send(ctx, 2)
		if sent != nil {
			t.add(on, resume, results.NotTold, "%s.", sentence(sent))
			return
		}
		want = append(want, live...)
		var more []uint64
		more, err = p.gather(ctx, back, live, p.limits.answer)
		got = append(got, more...)
	}
	wrong := compare(want, got, p.latest(on))
	switch {
	case err != nil:
		t.add(on, resume, results.Fail, "The stream of a client that comes back with %s fails: %v.", how, p.unanswered(err))
	case wrong != "":
		t.add(on, resume, results.Fail,
			"A client that comes back with %s is not brought up to date: %s (the first %d were sent while it was away).", how, wrong, away)
	case p.latest(on):
		t.add(on, resume, results.Pass, "A client that comes back with %s gets the newest event.", how)
	default:
		t.add(on, resume, results.Pass,
			"A client that comes back with %s gets the %d events that were sent meanwhile and those after them, each once.", how, away)
	}
}

// checkLate tells what a client gets that comes after events, and has no cursor.
func (p *prober) checkLate(ctx context.Context, t *table, on wire.Transport) {
	first := p.number + 1
	s, err := p.reopen(ctx, on, manner{})
	if err != nil {
		t.add(on, late, results.NotTold, "%s.", sentence(p.unanswered(err)))
		return
	}
	defer func() { p.leave(ctx, s) }()
	n := before(s, first)
	switch {
	case n == 0:
		t.add(on, late, results.Pass, "A client that comes without a cursor gets new events only.").with("events", 0)
	case n == 1:
		t.add(on, late, results.Pass,
			"A client that comes without a cursor first gets the newest earlier event.").with("events", 1)
	default:
		t.add(on, late, results.Pass,
			"A client that comes without a cursor first gets %d of the %d earlier events.", n, first-noNumber-1).with("events", float64(n))
	}
}

// before is how many events s has heard that were published before the one with the
// number first.
func before(s subscriber, first uint64) int {
	n := 0
	for _, number := range s.own().heard {
		if number < first {
			n++
		}
	}
	return n
}

// checkStale tells what a client gets whose cursor the server does not know: it may have
// missed events, and should be told.
func (p *prober) checkStale(ctx context.Context, t *table, on wire.Transport, usual subscriber) {
	m := manner{stale: true}
	switch s := usual.(type) {
	case *socket:
		return // it has none
	case *stream:
		if s.ids == 0 {
			return
		}
		m.lastID = staleCursor
	case *asker:
		if len(s.spec.Cursors) == 0 {
			return
		}
	}
	first := p.number + 1
	s, err := p.reopen(ctx, on, m)
	var no *unwanted
	if errors.As(err, &no) {
		t.add(on, stale, results.Pass,
			"A client with a cursor that the server does not know is refused with status %d.", no.status).with("status", float64(no.status))
		return
	}
	if err != nil {
		t.add(on, stale, results.Fail,
			"A client with a cursor that the server does not know gets no answer: %v.", p.unanswered(err))
		return
	}
	defer func() { p.leave(ctx, s) }()
	n, e := before(s, first), s.own()
	switch {
	case n > 0:
		t.add(on, stale, results.Pass,
			"A client with a cursor that the server does not know gets what the server has kept: %s.", count(n, "earlier event")).with("events", float64(n))
	case e.words != "":
		t.add(on, stale, results.Pass, "A client with a cursor that the server does not know is told: %s.", e.words)
	default:
		t.add(on, stale, results.Fail,
			"A client with a cursor that the server does not know gets new events only, and is not told that it may have missed some.")
	}
}

// elsewhere is the origin of a page that is not the server's.
const elsewhere = "http://elsewhere.example"

// checkOrigin tells what a page of another origin can do.
func (p *prober) checkOrigin(ctx context.Context, t *table, on wire.Transport) {
	s, err := p.reopen(ctx, on, manner{headers: []header{{"Origin", elsewhere}}})
	var no *unwanted
	switch {
	case errors.As(err, &no) && no.status < 500:
		t.add(on, origin, results.Pass,
			"A page of another origin is refused with status %d.", no.status).with("status", float64(no.status))
		return
	case err != nil:
		t.add(on, origin, results.NotTold, "A request from a page of another origin fails: %v.", p.unanswered(err))
		return
	}
	defer func() { p.leave(ctx, s) }()
	a := s.own().answer
	allowed, cookies := a.Get("Access-Control-Allow-Origin"), a.Get("Access-Control-Allow-Credentials") == "true"
	switch {
	case on == wire.WebSocket:
		t.add(on, origin, results.Fail,
			"A page of any origin can open the WebSocket, with the cookies of its user: the server does not check the Origin.")
	case allowed == "":
		t.add(on, origin, results.Pass, "A page of another origin cannot read the answer: there is no Access-Control-Allow-Origin.")
	case allowed == elsewhere && cookies:
		t.add(on, origin, results.Fail,
			"A page of any origin can read the answer, with the cookies of its user (Access-Control-Allow-Credentials).")
	case allowed == elsewhere || allowed == "*":
		t.add(on, origin, results.Pass, "A page of any origin can read the answer, without cookies.")
	default:
		t.add(on, origin, results.Pass, "A page of another origin cannot read the answer: Access-Control-Allow-Origin is %q.", allowed)
	}
}

// checkCompression tells whether the server compresses, and whether events still come.
func (p *prober) checkCompression(ctx context.Context, t *table, on wire.Transport) {
	if on == wire.WebSocket {
		s, err := p.subscribe(ctx, on, manner{headers: []header{{"Sec-WebSocket-Extensions", "permessage-deflate"}}})
		if err != nil {
			t.add(on, compression, results.Fail,
				"A client that offers permessage-deflate cannot connect: %v.", p.unanswered(err))
			return
		}
		defer s.close()
		if x := s.own().answer.Get("Sec-Websocket-Extensions"); x != "" {
			t.add(on, compression, results.Pass, "The server agrees to %.100q.", x)
			return
		}
		t.add(on, compression, results.NotOffered, "The server does not agree to permessage-deflate.")
		return
	}
	s, err := p.subscribe(ctx, on, manner{headers: []header{{"Accept-Encoding", "gzip"}}, packed: true})
	if err != nil {
		t.add(on, compression, results.NotTold, "%s.", sentence(p.unanswered(err)))
		return
	}
	defer func() { p.leave(ctx, s) }()
	err = p.join(ctx, s)
	packed := ""
	if a := s.own().answer; a != nil {
		packed = a.Get("Content-Encoding")
	}
	switch {
	case packed != "" && err != nil:
		t.add(on, compression, results.Fail,
			"The answer is compressed (%s), and its events do not come through: they may be held back, or only a browser can read them.", packed)
	case err != nil:
		t.add(on, compression, results.NotTold, "%s.", sentence(p.unanswered(err)))
	case packed != "":
		t.add(on, compression, results.Pass,
			"The answer is compressed if a client asks for it (%s), and events come at once.", packed)
	default:
		t.add(on, compression, results.NotOffered,
			"The server does not compress so small an answer, though the client accepts gzip.")
	}
}
