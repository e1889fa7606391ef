package check

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"pushbench/results"
	"pushbench/servers/wire"
)

// A watch is what a client saw while nothing was published.
type watch struct {
	on    wire.Transport
	s     subscriber // nil: it is about a connection without a request
	idle  *line
	began time.Time
	ended time.Duration // after so long; 0: it did not
	err   error         // how
}

// checkSilence has a client of each transport wait while nothing is published, all at the
// same time. It tells what they got, and when connections without a request are closed.
func (p *prober) checkSilence(ctx context.Context, t *table, sound []wire.Transport) {
	var all []*watch
	for _, on := range sound {
		s, err := p.reopen(ctx, on, manner{})
		if err != nil {
			t.add(on, silence, results.NotTold, "%s.", sentence(p.unanswered(err)))
			continue
		}
		defer s.close()
		all = append(all, &watch{on: on, s: s})
	}
	for _, w := range all { // each has what the others have published
		_, _ = p.settle(ctx, w.s) // an end comes again
		w.s.own().beats = nil
		if a, ok := w.s.(*asker); ok && a.polls {
			w.s, w.idle = nil, a.line
		}
	}
	all = append(all, &watch{on: publishing, idle: p.over})
	all = slices.DeleteFunc(all, func(w *watch) bool { return w.s == nil && w.idle == nil }) // it keeps no connection
	p.say(fmt.Sprintf("%s of silence", wire.Duration(p.limits.silence)))
	until := time.Now().Add(p.limits.silence)
	var work sync.WaitGroup
	for _, w := range all {
		work.Go(func() { w.wait(ctx, until) })
	}
	work.Wait()
	if ctx.Err() != nil {
		return
	}
	for _, w := range all {
		p.tellSilence(ctx, t, w)
	}
	p.unpublish()
}

// wait waits until the limit, or until the server ends it or answers.
func (w *watch) wait(ctx context.Context, until time.Time) {
	w.began = time.Now()
	var err error
	a, asks := w.s.(*asker)
	for err == nil && time.Now().Before(until) {
		switch {
		case w.s == nil:
			err = w.idle.fill(until)
		case !asks:
			_, err = w.s.hear(ctx, until)
		default:
			if err = a.exchange(ctx, until); err == nil && len(a.news()) == 0 {
				w.ended = a.empty.after
				return
			}
		}
	}
	if err != nil && err != errQuiet {
		w.ended, w.err = max(time.Since(w.began), time.Millisecond), err
	}
}

// seconds is a time in a sentence.
func seconds(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}

// tellSilence tells what a watch saw.
func (p *prober) tellSilence(ctx context.Context, t *table, w *watch) {
	longer := seconds(p.limits.silence)
	a, asks := w.s.(*asker)
	switch {
	case w.s == nil:
		p.tellIdle(t, w, longer)
		return
	case asks && w.err != nil:
		t.add(w.on, silence, results.Fail,
			"Without an event, a request ends after %s without an answer: %v.", seconds(w.ended), w.err).with("wait-sec", w.ended.Seconds())
		return
	case asks && w.ended == 0:
		t.add(w.on, silence, results.Pass, "Without an event, the server holds a request longer than %s.", longer)
		return
	case asks:
		t.add(w.on, silence, results.Pass,
			"Without an event, the server answers a request after %s with %s.", seconds(w.ended), a.empty.kind()).with("wait-sec", w.ended.Seconds())
		return
	}
	beats := w.s.own().beats
	switch n := len(beats); {
	case n == 0 && w.ended > 0:
		t.add(w.on, silence, results.NotOffered, "Without an event, the server sends nothing until it ends the stream.")
	case n == 0:
		t.add(w.on, silence, results.NotOffered,
			"The server sends nothing in %s without an event: a proxy with a shorter limit ends the stream.", longer)
	case n == 1:
		t.add(w.on, silence, results.Pass, "In %s without an event, the server sends %s once.", longer, beats[0].what)
	default:
		every := beats[n-1].at.Sub(beats[0].at) / time.Duration(n-1)
		t.add(w.on, silence, results.Pass,
			"Without an event, the server sends %s every %s.", beats[n-1].what, seconds(every)).with("heartbeat-sec", every.Seconds())
	}
	if w.ended == 0 {
		t.add(w.on, end, results.Pass, "A stream without events lasts longer than %s.%s", longer, comeBack(w.s))
		return
	}
	f := t.add(w.on, end, results.Pass,
		"The server ends a stream without events after %s: %v.%s", seconds(w.ended), w.err, comeBack(w.s)).with("end-sec", w.ended.Seconds())
	if s, ok := w.s.(*stream); ok {
		f.Text += p.askAgain(ctx, s)
	}
}

// comeBack says what an event stream has told of coming back.
func comeBack(s subscriber) string {
	v, ok := s.(*stream)
	switch {
	case !ok:
		return ""
	case v.retry == "":
		return " The server does not say when an EventSource should reconnect (retry)."
	}
	return fmt.Sprintf(" An EventSource should reconnect after %s ms (retry).", v.retry)
}

// askAgain says what an EventSource gets that comes back to a stream that has ended: 204
// tells it to stop.
func (p *prober) askAgain(ctx context.Context, s *stream) string {
	again, err := p.subscribe(ctx, wire.SSE, manner{lastID: s.lastID})
	var no *unwanted
	switch {
	case errors.As(err, &no) && no.status == http.StatusNoContent:
		return " The next request gets status 204, which stops an EventSource."
	case err != nil:
		return fmt.Sprintf(" The next request fails: %v.", p.unanswered(err))
	}
	again.close()
	return " The next request gets a new stream: an EventSource reconnects, and is not told to stop (204)."
}

// tellIdle tells when a connection between two requests is closed.
func (p *prober) tellIdle(t *table, w *watch, longer string) {
	switch {
	case w.ended == 0:
		t.add(w.on, idle, results.Pass, "A connection without a request is kept longer than %s.", longer)
	case w.ended < time.Second:
		t.add(w.on, idle, results.Fail, "A connection without a request is closed at once.").with("idle-sec", w.ended.Seconds())
	default:
		t.add(w.on, idle, results.Pass,
			"A connection without a request is closed after %s: a client that asks less often needs a new one each time.", seconds(w.ended)).
			with("idle-sec", w.ended.Seconds())
	}
}

// checkStop ends the server, and tells how its streams end.
func (p *prober) checkStop(ctx context.Context, t *table, sound []wire.Transport) {
	if p.Stop == nil {
		return
	}
	var all []*watch
	for _, on := range sound {
		if on != wire.SSE && on != wire.WebSocket {
			continue
		}
		s, err := p.reopen(ctx, on, manner{})
		if err != nil {
			t.add(on, stop, results.NotTold, "%s.", sentence(p.unanswered(err)))
			continue
		}
		defer s.close()
		all = append(all, &watch{on: on, s: s})
	}
	p.unpublish()
	stopped := make(chan error, 1)
	go func() { stopped <- p.Stop() }()
	var work sync.WaitGroup
	for _, w := range all {
		work.Go(func() { w.wait(ctx, p.soon()) })
	}
	work.Wait()
	failed := <-stopped
	for _, w := range all {
		var by *closing
		switch {
		case w.ended == 0:
			t.add(w.on, stop, results.Fail,
				"The stream goes on for %s after the server was told to stop.", seconds(p.limits.answer))
		case failed != nil:
			t.add(w.on, stop, results.Fail, "The server does not stop as it should: %v.", failed)
		case w.err == errEnded, errors.As(w.err, &by):
			t.add(w.on, stop, results.Pass, "When the server stops, it ends the stream: %v.", w.err)
		default:
			t.add(w.on, stop, results.Pass, "When the server stops, the stream breaks off without an end: %v.", w.err)
		}
	}
}
