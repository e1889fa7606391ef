package loadgen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// goodbye bounds how long a client waits to say that it closes.
const goodbye = time.Second

// openWebSocket opens clients by gorilla's dialer over the common connection.
func openWebSocket(o *Options, d *dialer) opener {
	pool := &sync.Pool{}
	size := bufferFor(o.Payload)
	headers := upgradeHeaders(o.Variant, d.address)
	return func(ctx context.Context, c *client) error {
		var through *upgrading
		dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
			if err := c.dial(ctx, d); err != nil {
				return nil, err
			}
			through = &upgrading{Conn: c.conn.stream, c: c.conn}
			return through, nil
		}
		// The dialer is told that TLS is already there by NetDialTLSContext.
		dialer := websocket.Dialer{NetDialContext: dial, NetDialTLSContext: dial, ReadBufferSize: size, WriteBufferSize: 256, WriteBufferPool: pool}
		u := url.URL{Scheme: "ws", Host: d.address, Path: wire.RouteWebSocket,
			RawQuery: wire.ParamTopic + "=" + topicName(c.Topic) + "&" + wire.ParamAfter + "=0"}
		if o.Variant.On(wire.TLS) {
			u.Scheme = "wss"
		}
		ws, res, err := dialer.DialContext(ctx, u.String(), headers)
		if err != nil {
			return refusal(res, err)
		}
		c.opened = c.conn.last.Arrived
		s := &webSocket{client: c, ws: ws, through: through, buf: make([]byte, o.Payload+1)} // one more, for the read that tells the end
		ws.SetReadLimit(maxBuffer)
		ws.SetPingHandler(s.ping)
		c.stream, c.atRest = s, through.frames.Between
		c.leave = s.close
		return nil
	}
}

// refusal says why there is no WebSocket: in the server's words where it has
// any.
func refusal(res *http.Response, err error) error {
	if res == nil {
		return err
	}
	text, _ := io.ReadAll(io.LimitReader(res.Body, parse.MaxExcerpt+1)) // gorilla has read it already
	if res.StatusCode == http.StatusSwitchingProtocols {
		return fmt.Errorf("status %d: %w", res.StatusCode, err)
	}
	return refused(res.StatusCode, text)
}

// upgrading is a connection during and after the HTTP upgrade: it books the
// heads and hands the last one to gorilla, without the interim answers before
// it, which gorilla would take for a refusal (RFC 9110 section 15.2). What
// follows is booked by webSocket, message by message.
type upgrading struct {
	net.Conn
	c      *conn
	over   bool   // the head has been handed out
	buf    []byte // of the head; later what came with it
	frames parse.Frames
	read   int64        // bytes of frames
	halted *atomic.Bool // what is written waits for no room; nil: it does, until its deadline
}

func (u *upgrading) Read(b []byte) (int, error) {
	if len(u.buf) > 0 && u.over {
		return u.hand(b), nil
	}
	if u.over {
		n, err := u.c.Read(b)
		u.follow(b[:n])
		return n, err
	}
	for {
		if i := bytes.Index(u.buf, parse.HeadEnd); i >= 0 {
			n := i + len(parse.HeadEnd)
			u.c.received(results.Head, n)
			if parse.Interim(u.buf) {
				u.buf = u.buf[n:]
				continue
			}
			u.over = true
			u.follow(u.buf[n:])
			return u.hand(b), nil
		}
		if len(u.buf) > maxHead {
			return 0, errLongHead // each time, for bufio.Reader may lose an error
		}
		piece := make([]byte, 1024)
		n, err := u.c.Read(piece)
		u.buf = append(u.buf, piece[:n]...)
		if err != nil {
			return 0, err
		}
	}
}

// hand hands out what was read before.
func (u *upgrading) hand(b []byte) int {
	n := copy(b, u.buf)
	if u.buf = u.buf[n:]; len(u.buf) == 0 {
		u.buf = nil
	}
	return n
}

// follow books control frames, and notes how messages are cut into frames.
func (u *upgrading) follow(b []byte) {
	u.read += int64(len(b))
	u.c.received(results.WebSocket, u.frames.Feed(b))
}

func (u *upgrading) Write(b []byte) (int, error) {
	n, err := u.Conn.Write(b)
	k := results.WebSocket
	if !u.over {
		k = results.Head
	}
	u.c.sent(k, n)
	return n, err
}

// SetWriteDeadline is called by gorilla for each message. What halts meanwhile sets its
// own deadline behind halted: one of the two sees the other.
func (u *upgrading) SetWriteDeadline(t time.Time) error {
	err := u.Conn.SetWriteDeadline(t)
	if u.halted != nil && u.halted.Load() {
		err = u.Conn.SetWriteDeadline(time.Unix(1, 0))
	}
	return err
}

// webSocket reads one message for each event.
type webSocket struct {
	*client
	ws      *websocket.Conn
	through *upgrading
	buf     []byte
}

// read reads one message into the beginning of buf. NextReader needs one small
// allocation for each message, ReadMessage several.
func (s *webSocket) read() (n int, err error) {
	_, r, err := s.ws.NextReader()
	if err != nil {
		return 0, s.explain(err)
	}
	for {
		if n == len(s.buf) {
			s.buf = append(s.buf, make([]byte, n)...)
		}
		k, err := r.Read(s.buf[n:])
		n += k
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, s.explain(err)
		}
	}
}

// receive reads one message.
func (s *webSocket) receive() error {
	n, err := s.read()
	if err != nil {
		return err
	}
	s.conn.received(results.WebSocket, s.through.frames.Take())
	more := !s.through.frames.Between()
	s.message(s.buf[:n], more)
	if more {
		s.takeBetween()
	}
	return nil
}

func (s *webSocket) flush() { s.conn.received(results.WebSocket, int(s.part())) }

// part is how many bytes have come that are in no message and no control frame
// which is complete.
func (s *webSocket) part() int64 {
	in := &s.conn.in
	return s.through.read - in[results.Payload] - in[results.Framing] - in[results.WebSocket] - in[results.Other]
}

// explain says what a connection that ended in a frame has cut off. What is
// booked are complete frames.
func (s *webSocket) explain(err error) error {
	if errors.Is(err, websocket.ErrReadLimit) {
		return errTooLong
	}
	if part := s.part(); part > 0 && websocket.IsCloseError(err, websocket.CloseAbnormalClosure) {
		return fmt.Errorf("frame cut off after %d bytes: %w", part, err)
	}
	return err
}

// ping answers as RFC 6455 section 5.5.2 asks; the pong is booked where it is
// written.
func (s *webSocket) ping(text string) error {
	return s.ws.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(goodbye))
}

func (s *webSocket) close() {
	_ = s.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(goodbye))
}
