package loadgen

import (
	"context"
	"slices"

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
		p := &poller{client: c, dialer: d, pipe: newPipe(c.conn, bufferFor(f.size))}
		p.foreign = &foreignAsk{listener: f.listen(c), poller: p, spec: spec, cursors: dialect.NewCursors(spec.Cursors)}
		p.foreign.values.Cursors = p.foreign.cursors
		c.request, c.atRest = p, p.pending
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

// askWithin makes one request, which fails when ctx is done.
func (c *client) askWithin(ctx context.Context) error {
	defer context.AfterFunc(ctx, c.stop)()
	_, err := c.request.ask(ctx)
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

// pendSettled is takeProofs for long-polling, where the last request is to be pending at
// the server then, as they are while clients wait.
func (c *client) pendSettled(ctx context.Context) error {
	for {
		if err := c.request.send(ctx); err != nil {
			return err
		}
		for !c.conn.readable() {
			if clock.Now() >= c.listener.in.settledAt() {
				return nil
			}
			if err := clock.WaitUntil(ctx, clock.Now()+int64(firstProof)); err != nil {
				return err
			}
		}
		if err := c.askWithin(ctx); err != nil {
			return err
		}
	}
}

// A foreignAsk is what a poller says to a server that is not ours, and how it reads the
// answers.
type foreignAsk struct {
	*listener
	poller  *poller
	spec    *dialect.Ask
	cursors *dialect.Cursors
	scratch []byte
}

// send writes the request.
func (a *foreignAsk) send() error {
	p := a.poller
	var body int
	p.scratch, body = a.in.appendRequest(p.scratch[:0], &a.scratch, a.in.headers, &a.spec.Request, &a.values)
	p.requests.Sent++
	p.requests.SentBytes += int64(len(p.scratch) - body)
	return p.writeRequest(p.scratch, body)
}

// answer reads the body of an answer whose head has just been read, and hands on its
// events. What neither has an event nor says that there is nothing new is other framing,
// unless it is a page for people.
func (a *foreignAsk) answer(res parse.Response) (answer, error) {
	p := a.poller
	eachHeader(p.lastHead(res), a.cursors.Header)
	accepts := a.spec.Accepts(res.Status)
	if !accepts && !slices.Contains(a.spec.Nothing, res.Status) {
		if err := redirected(p.pipe, res); err != nil {
			return answer{}, err
		}
		return answer{}, refused(res.Status, p.beginning(res))
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
