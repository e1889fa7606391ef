package loadgen

import (
	"context"
	"errors"
	"io"
	"syscall"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// openPolling opens clients that ask every interval; package vegeta paces
// them.
func openPolling(o *Options, d *dialer) opener {
	extra := ""
	if o.Variant.On(wire.ETag) {
		extra = "&etag=1"
	}
	return openAsker(o, d, extra, extra)
}

// poll makes the clients ask every interval until ctx is done.
func (s *session) poll(ctx context.Context) {
	interval := s.Variant.Duration(wire.Interval)
	if s.Variant.Word(wire.Pace) == "delay" {
		_ = s.attack.loop(ctx, interval) // its error is the recorder's broken invariant
		return
	}
	// Slots begin with the window; the first of them soon enough for every
	// client to be in step with the schedule by then.
	_ = s.attack.rate(ctx, s.rec.From-int64(s.Warmup/interval*interval), interval)
}

// openAsker opens a client by its first request, with the parameters first;
// later ones have the parameters later.
func openAsker(o *Options, d *dialer, first, later string) opener {
	return func(ctx context.Context, c *client) error {
		if err := c.dial(ctx, d); err != nil {
			return err
		}
		topic := topicName(c.Topic)
		a := &poller{client: c, dialer: d, pipe: newPipe(c.conn, bufferFor(o.Payload)), requester: newRequester(o.Variant, d.address, topic, first)}
		c.request, c.atRest = a, a.pending
		_, err := a.ask(ctx)
		c.opened = c.conn.last.Arrived
		a.requester = newRequester(o.Variant, d.address, topic, later)
		return err
	}
}

// A poller asks on one keep-alive connection, and on a new one when the server
// has closed that.
type poller struct {
	*client
	*pipe
	requester
	dialer  *dialer
	cursor  uint64
	scratch []byte
	foreign *foreignAsk // nil: the server is ours
	asked   bool        // the request has been sent and its answer is to come
	reused  bool        // the connection has brought an answer
	closed  bool        // the server closes the connection after the last answer
}

// pending reports whether the request is with the server and nothing of its
// answer has come.
func (p *poller) pending() bool { return p.asked && p.r == p.w }

// ask makes one request. When the server closes a connection that has been
// used before, and nothing of the answer has come, it may have done so before
// the request reached it: the request, which changes nothing, is repeated once
// on a new connection (RFC 9112 section 9.3.1). After an error the connection
// is of no more use.
func (p *poller) ask(ctx context.Context) (got answer, err error) {
	if !p.asked {
		err = p.send(ctx)
	}
	var res parse.Response
	if err == nil {
		res, err = p.readResponse()
	}
	if err != nil && p.reused && lost(err) && !p.stopped.Load() && ctx.Err() == nil {
		p.closed = true
		if err = p.send(ctx); err == nil {
			res, err = p.readResponse()
		}
	}
	p.asked = false
	if err != nil {
		return got, err
	}
	p.reused, p.closed = true, res.Closes
	if p.foreign != nil {
		return p.foreign.answer(res)
	}
	if res.HasCursor {
		p.cursor = res.Cursor
	}
	switch res.Status {
	case 204, 304:
		p.requests.Empty++
		p.requests.EmptyBytes += int64(res.Size)
		return answer{empty: true}, nil
	case 200:
		events, err := p.events(res)
		if err != nil {
			return got, err
		}
		if events == 0 {
			p.requests.Empty++
			p.requests.EmptyBytes += int64(res.Size)
			return answer{empty: true}, nil
		}
		p.requests.Full++
		p.requests.FullBytes += int64(res.Size)
		return got, nil
	}
	return got, refused(res.Status, p.beginning(res))
}

// idleFor is how long a connection is idle before a client checks whether the
// server has closed it: as any client does that keeps connections.
const idleFor = time.Millisecond

// flush books what was read of an answer, or behind one.
func (p *poller) flush() {
	p.received(results.Framing, p.w-p.r)
	p.r = p.w
}

// lost reports whether err is the end of a connection before anything of an
// answer has come.
func lost(err error) bool {
	var cut cutOff
	if errors.As(err, &cut) && cut.after > 0 {
		return false
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// send makes the request whose answer ask reads, on a new connection when the
// server has closed the last one.
func (p *poller) send(ctx context.Context) error {
	// A connection that was idle for a while may have come to its end.
	if p.reused && !p.closed && clock.Now()-p.pipe.last.Returned > int64(idleFor) {
		p.closed = p.pipe.hungUp()
	}
	if p.closed {
		p.flush()
		if err := p.redial(ctx, p.dialer); err != nil {
			return err
		}
		p.pipe.conn = p.client.conn
		p.r, p.w = 0, 0
		p.closed, p.reused = false, false
	}
	p.asked = true
	if p.foreign != nil {
		return p.foreign.send()
	}
	p.scratch = p.requester.appendTo(p.scratch[:0], p.cursor)
	p.requests.Sent++
	p.requests.SentBytes += int64(len(p.scratch))
	return p.write(results.Head, p.scratch)
}

// events reads an answer and hands on its events, whose number it returns.
func (p *poller) events(res parse.Response) (n int, err error) {
	if err := res.Readable(); err != nil {
		return 0, err
	}
	if !res.HasCursor {
		return 0, errors.New("answer without a cursor")
	}
	text, err := p.readBody(res)
	around := len(text)
	if err == nil {
		err = parse.Array(text, func(event []byte) {
			n++
			around -= len(event)
			p.received(results.Payload, len(event))
			p.event(event, false)
		})
	}
	p.received(results.Framing, around)
	return n, err
}
