package loadgen

import (
	"context"
	"errors"
	"slices"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/dialect"
	"pushbench/loadgen/parse"
	"pushbench/results"
)

// openAsk opens clients that ask: by polling or by long-polling.
func (f *interpreter) openAsk(d *dialer) opener {
	return func(ctx context.Context, c *client) error {
		if err := c.dial(ctx, d); err != nil {
			return err
		}
		spec := f.ask()
		h := newHTTP1(c, d, bufferFor(f.size))
		p := &poller{client: c, http: h}
		p.foreign = &foreignAsk{listener: f.listen(c), http: h, spec: spec, cursors: dialect.NewCursors(spec.Cursors)}
		p.foreign.values.Cursors = p.foreign.cursors
		h.request, c.request = p.foreign.send, p
		_, err := p.ask(ctx)
		c.opened = c.conn.last.Arrived
		if err != nil || spec.Opened != dialect.AtEvent {
			return err
		}
		err = c.askUntilProved(ctx)
		c.opened = c.first
		return err
	}
}

// askUntilProved has c ask again and again until an event has come.
func (c *client) askUntilProved(ctx context.Context) error {
	for !c.listener.proved.Load() {
		if err := clock.WaitUntil(ctx, clock.Now()+int64(firstProof)); err != nil {
			return err
		}
		if err := c.askWithin(ctx); err != nil {
			return err
		}
	}
	return nil
}

// errRepeats is the error of a server that does not know what a client has.
var errRepeats = errors.New("the server tells the same events again with each answer: " +
	"the target needs a cursor, or latest: true")

// askWithin makes one request, which fails when ctx is done.
func (c *client) askWithin(ctx context.Context) error {
	defer context.AfterFunc(ctx, c.stop)()
	_, err := c.request.ask(ctx)
	if err == nil && c.listener.repeats() {
		return errRepeats
	}
	return err
}

// takeProofs has c ask until an answer brings no more of the events that have proved the
// subscriptions.
func (c *client) takeProofs(ctx context.Context) error {
	for before := -1; before < c.listener.proofs; {
		before = c.listener.proofs
		if err := c.askWithin(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pendingCheck is how often it is looked whether a pending request has been answered.
const pendingCheck = 25 * time.Millisecond

// pendSettled is takeProofs for long-polling, where the last request is to be pending at
// the server then, as they are while clients wait. Where the server closes the connection
// of a pending request, the request is made again.
func (c *client) pendSettled(ctx context.Context) error {
	p := c.request.(*poller)
	for {
		err := p.send(ctx)
		begun := false
		if err == nil {
			begun, err = p.untilSettled(ctx)
		}
		switch {
		case err != nil && lost(err) && ctx.Err() == nil:
			p.asked, p.foreign.http.asked, p.foreign.http.closed = false, false, true
			err = clock.WaitUntil(ctx, clock.Now()+int64(pendingCheck))
		case err == nil && begun:
			err = c.askWithin(ctx)
		case err == nil:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// untilSettled waits for an answer to the pending request until no more proofs come, and
// reports whether one has begun.
func (p *poller) untilSettled(ctx context.Context) (begun bool, err error) {
	defer context.AfterFunc(ctx, p.stop)()
	for !begun && err == nil {
		for !p.foreign.http.readable() {
			if clock.Now() >= p.listener.in.settledAt() {
				return false, nil
			}
			if err := clock.WaitUntil(ctx, clock.Now()+int64(pendingCheck)); err != nil {
				return false, err
			}
		}
		begun, err = p.foreign.http.interim()
	}
	return begun, err
}

// A foreignAsk is what a poller says to a server that is not ours, and how it reads the
// answers.
type foreignAsk struct {
	*listener
	http    *http1
	spec    *dialect.Ask
	cursors *dialect.Cursors
	scratch []byte
}

// send writes the request.
func (a *foreignAsk) send(cursor) error {
	h := a.http
	var body int
	h.scratch, body = a.in.appendRequest(h.scratch[:0], &a.scratch, a.in.headers, &a.spec.Request, &a.values)
	a.requests.Sent++
	a.requests.SentBytes += int64(len(h.scratch) - body)
	return h.writeRequest(h.scratch, body)
}

// answer reads the body of an answer whose head has just been read, and hands on its
// events. What neither has an event nor says that there is nothing new is other framing,
// unless it is a page for people.
func (a *foreignAsk) answer(res parse.Response) (answer, error) {
	p := a.http
	eachHeader(p.lastHead(res), a.cursors.Header)
	accepts := a.spec.Accepts(res.Status)
	if !accepts && !slices.Contains(a.spec.Nothing, res.Status) {
		if err := redirected(p.pipe, res); err != nil {
			return answer{}, err
		}
		return answer{}, refused(res.Status, p.beginning())
	}
	if err := res.Readable(); err != nil {
		return answer{}, err
	}
	res = untilClose(res)
	p.closed = res.Closes
	text, err := p.readAll(res)
	if err != nil {
		a.conn.received(results.Framing, len(text))
		return answer{}, err
	}
	var h heard
	if accepts && !(a.in.emits() && a.spec.Empty(res.Status, text)) {
		h = a.find(text)
	}
	kind := results.Framing
	if h.none() && !a.spec.Empty(res.Status, text) {
		kind, err = results.Other, page(res, text)
	}
	a.book(h, text, 0, kind, false)
	if accepts {
		a.cursors.Body(text)
	}
	if h.events > 0 {
		a.requests.Full++
		a.requests.FullBytes += int64(res.Size)
		return answer{}, err
	}
	a.requests.Empty++
	a.requests.EmptyBytes += int64(res.Size)
	return answer{empty: true}, err
}
