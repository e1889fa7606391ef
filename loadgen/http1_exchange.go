package loadgen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// An http1 is an exchange over HTTP/1.1: on one keep-alive connection, and on a
// new one when the server has closed that. Over HTTP/1.0 each request has a
// connection of its own.
type http1 struct {
	*pipe
	client  *client
	dialer  *dialer
	request func(after cursor) error // writes a request
	cursor  cursor                   // of the request that was sent last
	answer  parse.Response           // its head
	asked   bool                     // the request has been sent and its answer is to come
	reused  bool                     // the connection has brought an answer
	closed  bool                     // the server closes the connection after the last answer
	once    bool                     // so it does after each

	requester, later requester // of the next request, and of those after it
	scratch          []byte
}

// connectHTTP1 connects clients over HTTP/1.1 and 1.0.
func connectHTTP1(o *Options, d *dialer) connector {
	once := o.Variant.Word(wire.HTTP) == "1.0" && o.Variant.Transport != wire.SSE // whose request is one
	return func(ctx context.Context, c *client, first, later string) (httpExchange, error) {
		if once {
			c.series = &series{}
		}
		if err := c.dial(ctx, d); err != nil {
			return nil, err
		}
		topic := topicName(c.Topic)
		h := newHTTP1(c, d, bufferFor(o.Payload))
		h.requester = newRequester(o.Variant, d.address, topic, first)
		h.later = newRequester(o.Variant, d.address, topic, later)
		h.request, h.once = h.ask, once
		return h, nil
	}
}

// newHTTP1 returns the exchange of a client that is connected, whose requests are
// still to be said.
func newHTTP1(c *client, d *dialer, size int) *http1 {
	h := &http1{client: c, dialer: d, pipe: newPipe(c.conn, size)}
	c.atRest = h.pending
	return h
}

// ask writes one of our own requests.
func (h *http1) ask(after cursor) error {
	h.scratch = h.requester.appendTo(h.scratch[:0], after)
	h.client.requests.Sent++
	h.client.requests.SentBytes += int64(len(h.scratch))
	return h.write(results.Head, h.scratch)
}

// pending reports whether the request is with the server and nothing of its
// answer has come.
func (h *http1) pending() bool { return h.asked && h.r == h.w }

// send makes a request, on a new connection when the server has closed the last
// one. When the server closes a connection that has been used before, and nothing
// of the answer has come, it may have done so before the request reached it: the
// request, which changes nothing, is repeated once on a new connection (RFC 9112
// section 9.3.1). After an error the connection is of no more use: a request that
// is made nevertheless has another one.
func (h *http1) send(ctx context.Context, after cursor) error {
	h.cursor = after
	h.giveBack() // it may be long until there is an answer
	err := h.try(ctx)
	if h.repeats(ctx, err) {
		err = h.try(ctx)
	}
	h.closed = h.closed || err != nil
	return err
}

func (h *http1) receive(ctx context.Context) (parse.Response, body, error) {
	res, err := h.readResponse()
	if h.repeats(ctx, err) {
		if err = h.try(ctx); err == nil {
			res, err = h.readResponse()
		}
	}
	h.asked = false
	if err != nil {
		h.closed = true
		return res, nil, err
	}
	h.reused, h.closed = true, res.Closes
	h.requester, h.answer = h.later, res
	return res, h, nil
}

// idleFor is how long a connection is idle before a client checks whether the
// server has closed it: as any client does that keeps connections.
const idleFor = time.Millisecond

// try sends the request.
func (h *http1) try(ctx context.Context) error {
	// A connection that was idle for a while may have come to its end.
	if h.reused && !h.closed && clock.Now()-h.last.Returned > int64(idleFor) {
		h.closed = h.hungUp()
	}
	if h.closed {
		h.flush()
		if err := h.client.redial(ctx, h.dialer); err != nil {
			return err
		}
		h.pipe.conn = h.client.conn
		h.r, h.w = 0, 0
		h.closed, h.reused = false, false
	}
	h.asked = true
	return h.request(h.cursor)
}

// repeats reports whether the request is to be repeated after err, on a new
// connection.
func (h *http1) repeats(ctx context.Context, err error) bool {
	if err == nil || !h.reused || !lost(err) || h.client.stopped.Load() || ctx.Err() != nil {
		return false
	}
	h.closed = true
	return true
}

// lost reports whether err is the end of a connection before anything of an
// answer has come.
func lost(err error) bool {
	var cut cutOff
	if errors.As(err, &cut) && cut.after > 0 {
		return false
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, syscall.ECONNABORTED) || errors.Is(err, syscall.EPIPE)
}

// flush books what was read of an answer, or behind one.
func (h *http1) flush() {
	h.received(results.Framing, h.w-h.r)
	h.r = h.w
}

func (h *http1) whole() ([]byte, error) {
	text, err := h.readBody(h.answer)
	h.closed = h.closed || err != nil
	return text, err
}

func (h *http1) beginning() []byte { return h.pipe.beginning(h.answer) }

// finish ends a connection that has carried its one exchange. The server ends it
// first, so that no port of the clients' machine waits for late segments
// (TIME-WAIT, RFC 9293 section 3.6). A TLS alert would be answered with a reset
// by then, so that there is none.
func (h *http1) finish() error {
	if !h.once {
		h.giveBack() // it may be long until the next request
		return nil
	}
	var one [1]byte
	n, err := h.Read(one[:])
	h.received(results.Framing, n)
	if err == io.EOF && h.secure() {
		_, err = h.conn.receive(one[:], nil) // the end of TCP's stream, after that of TLS
	}
	if err != io.EOF {
		if err == nil {
			err = errors.New("the answer goes on after its end")
		}
		return fmt.Errorf("waiting for the server to close the connection: %w", err)
	}
	return h.tcp.CloseWrite()
}

// feed is the answer's pieces, which end with the connection where nothing else
// says when.
func (h *http1) feed(take func(piece []byte, behind bool) error) (feed, error) {
	b, err := newContent(h.pipe, untilClose(h.answer))
	h.client.ahead = h.pipe
	return &http1Feed{b, take}, err
}

// An http1Feed is a stream over HTTP/1.1 and 1.0.
type http1Feed struct {
	*content
	take func(piece []byte, behind bool) error
}

func (f *http1Feed) receive() error {
	piece, more, err := f.next()
	if errors.Is(err, io.ErrUnexpectedEOF) && !f.chunked || err == nil && !more {
		return errStreamEnd
	}
	if err != nil {
		return err
	}
	const chunkEnd = 2 // the line end of the chunk may follow
	return f.take(piece, f.w-f.r > chunkEnd)
}

func (f *http1Feed) endPiece() { f.endChunk() }

func (f *http1Feed) rest() bool { return f.r == f.w }
