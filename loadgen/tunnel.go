package loadgen

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/net/http2/hpack"

	"pushbench/servers/wire"
)

// openTunnel opens clients of WebSocket over HTTP/2: each asks by an extended CONNECT for a
// stream, which then carries its frames in both directions (RFC 8441).
func openTunnel(o *Options, d *dialer) opener {
	connect := connectHTTP2(o, d)
	common := gorilla(o)
	return func(ctx context.Context, c *client) error {
		x, err := connect(ctx, c, o.publishes(), "")
		if err != nil {
			return err
		}
		x.queue = &outgoing{of: x}
		if err := x.link.greet(); err != nil {
			return err
		}
		if err := x.send(ctx, cursor{c.epoch, c.after()}); err != nil {
			return err
		}
		res, answer, err := x.receive(ctx)
		c.opened = x.own.last.Arrived
		if err != nil {
			x.flush()
			return err
		}
		if res.Status != http.StatusOK {
			return refused(res.Status, answer.beginning())
		}
		if err := c.extended(res.Extensions); err != nil {
			return err
		}
		t := &tunnel{of: x, passage: passage{own: &x.own, queue: x.queue}, extensions: res.Extensions}
		ws, err := t.dial(ctx, common)
		if err != nil {
			return err
		}
		s := newTunneled(newWebSocket(c, ws, &t.passage, o.Payload), t)
		c.release = s.stop
		if s.feed, err = answer.feed(s.take); err != nil {
			return err
		}
		c.stream, c.atRest, c.leave = s, t.atRest, s.close
		for s.buffered() {
			if err := s.receive(); err != nil {
				return err
			}
		}
		return nil
	}
}

// tunnelFields are the first and the last fields of a request for a tunnel: all but its
// scheme, authority and path, and those that requests have in common (RFC 8441 sections 4
// and 5).
func tunnelFields(v wire.Variant) (first, last []hpack.HeaderField) {
	first = []hpack.HeaderField{{Name: ":method", Value: http.MethodConnect}, {Name: ":protocol", Value: "websocket"}}
	last = []hpack.HeaderField{{Name: "sec-websocket-version", Value: "13"}}
	if v.On(wire.Compress) { // what gorilla offers over HTTP/1.1
		const offer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
		last = append(last, hpack.HeaderField{Name: "sec-websocket-extensions", Value: offer})
	}
	return first, last
}

// A tunnel is a stream of HTTP/2 as the connection of gorilla's client, which knows HTTP/1.1
// alone: what it asks for is answered here, as the server has answered before.
type tunnel struct {
	passage
	of         *http2Exchange
	extensions string       // on which the server has agreed
	asked      bytes.Buffer // by gorilla
	open       bool         // that is answered
	incoming   []byte       // that was handed over, not yet consumed
	yield      func(struct{}) bool
}

// dial returns gorilla's client of the tunnel. The address that it is given goes nowhere.
func (t *tunnel) dial(ctx context.Context, dialer websocket.Dialer) (*websocket.Conn, error) {
	dialer.NetDialContext = func(context.Context, string, string) (net.Conn, error) { return t, nil }
	ws, res, err := dialer.DialContext(ctx, "ws://localhost", nil)
	if err != nil {
		return nil, refusal(res, err)
	}
	return ws, nil
}

// answer answers what gorilla asks (RFC 6455 section 4.2.2).
func (t *tunnel) answer() error {
	asked, err := http.ReadRequest(bufio.NewReader(&t.asked))
	if err != nil {
		return err
	}
	const unique = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
	sum := sha1.Sum([]byte(asked.Header.Get("Sec-WebSocket-Key") + unique))
	t.incoming = fmt.Appendf(nil, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: %s\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	if t.extensions != "" {
		t.incoming = fmt.Appendf(t.incoming, "Sec-WebSocket-Extensions: %s\r\n", t.extensions)
	}
	t.incoming = append(t.incoming, "\r\n"...)
	t.open = true
	return nil
}

func (t *tunnel) Read(b []byte) (int, error) {
	if !t.open {
		if err := t.answer(); err != nil {
			return 0, err
		}
	}
	for len(t.incoming) == 0 {
		if t.yield == nil || !t.yield(struct{}{}) {
			return 0, io.ErrUnexpectedEOF
		}
	}
	n := copy(b, t.incoming)
	t.incoming = t.incoming[n:]
	return n, nil
}

// Write sends b, or as much of it as the server has made room for: the rest follows. It does
// not wait for room, which the goroutine may make that calls it.
func (t *tunnel) Write(b []byte) (int, error) {
	if !t.open {
		return t.asked.Write(b)
	}
	l := t.of.link
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[t.of.stream] != t.of {
		return 0, net.ErrClosed
	}
	t.queue.add(b, t.payload(b))
	return len(b), t.queue.push()
}

// atRest reports whether the tunnel stands between two messages in both directions. The
// caller holds the connection's mu.
func (t *tunnel) atRest() bool { return t.frames.Between() && len(t.queue.unsent) == 0 }

// Close does nothing: the link is closed, which others may share.
func (t *tunnel) Close() error { return nil }

func (t *tunnel) LocalAddr() net.Addr  { return t.of.link.tcp.LocalAddr() }
func (t *tunnel) RemoteAddr() net.Addr { return t.of.link.tcp.RemoteAddr() }

// Deadlines are those of the connection.
func (*tunnel) SetDeadline(time.Time) error      { return nil }
func (*tunnel) SetReadDeadline(time.Time) error  { return nil }
func (*tunnel) SetWriteDeadline(time.Time) error { return nil }

// A tunneled stream reads the messages of a tunnel, whose pieces are handed over by whoever
// reads the connection. Gorilla asks for bytes where they are needed: it runs as a coroutine,
// which waits while there are none.
type tunneled struct {
	*webSocket
	feed
	tunnel *tunnel
	next   func() (struct{}, bool)
	stop   func()
	err    error // by which the messages have ended
}

// newTunneled returns the stream of t, of which the caller must call stop.
func newTunneled(s *webSocket, t *tunnel) *tunneled {
	m := &tunneled{webSocket: s, tunnel: t}
	m.next, m.stop = iter.Pull(func(yield func(struct{}) bool) {
		for t.yield = yield; m.err == nil; {
			m.err = s.receive()
		}
	})
	return m
}

// take takes a piece of the stream.
func (s *tunneled) take(piece []byte, behind bool) error {
	s.tunnel.behind = behind
	s.tunnel.follow(piece)
	s.tunnel.incoming = piece
	if _, more := s.next(); !more {
		return s.err
	}
	return nil
}

// receive reads the connection.
func (s *tunneled) receive() error { return s.feed.receive() }

func (s *tunneled) flush() {
	s.webSocket.flush()
	s.tunnel.of.flush()
}

// close says goodbye, within limits of the connection.
func (s *tunneled) close() {
	_ = s.conn.tcp.SetWriteDeadline(time.Now().Add(goodbye)) // fails where it is closed
	s.webSocket.close()
}
