package loadgen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// maxClientHead is the largest head of a client's frame (RFC 6455 section 5.2).
const maxClientHead = 14

// leastBuffer is a read buffer that has room for the data of any control frame (RFC 6455 section 5.5).
const leastBuffer = 128

// goodbye bounds how long a client waits to say that it closes.
const goodbye = time.Second

// openWebSocket opens clients by gorilla's dialer over the common connection, or over a stream
// of one.
func openWebSocket(o *Options, d *dialer) opener {
	if o.Variant.Tunnels() {
		return openTunnel(o, d)
	}
	common := gorilla(o)
	common.ReadBufferSize = leastBuffer // through upgrading, which has one
	headers := upgradeHeaders(o.Variant, d.address)
	return func(ctx context.Context, c *client) error {
		var through *upgrading
		dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
			if err := c.dial(ctx, d); err != nil {
				return nil, err
			}
			through = newUpgrading(c.conn, bufferFor(o.Payload))
			return through, nil
		}
		dialer := common
		dialer.NetDialContext, dialer.NetDialTLSContext = dial, dial // which says that TLS is already there
		u := url.URL{Scheme: "ws", Host: d.address, Path: wire.RouteWebSocket,
			RawQuery: wire.ParamTopic + "=" + topicName(c.Topic) + c.begins(o) + o.publishes() + c.parameter()}
		if o.Variant.On(wire.TLS) {
			u.Scheme = "wss"
		}
		ws, res, err := dialer.DialContext(ctx, u.String(), headers)
		if err != nil {
			if through != nil {
				through.unread()
			}
			return refusal(res, err)
		}
		through.opened = true
		if err := c.extended(res.Header.Get("Sec-WebSocket-Extensions")); err != nil {
			return err
		}
		if err := c.begun(res.Header, o); err != nil {
			return err
		}
		c.opened = c.conn.last.Arrived
		s := newWebSocket(c, ws, &through.passage, o.Payload)
		s.direct, c.ahead = through, through.in
		c.stream, c.atRest, c.leave = s, through.between, s.close
		return nil
	}
}

// gorilla is the dialer of all clients, without the connection to dial.
func gorilla(o *Options) websocket.Dialer {
	writing := 256
	if o.Send > 0 {
		writing = max(writing, o.Payload+maxClientHead) // so that gorilla writes an event as one frame
	}
	return websocket.Dialer{
		ReadBufferSize: bufferFor(o.Payload), WriteBufferSize: writing, WriteBufferPool: &sync.Pool{},
		EnableCompression: o.Variant.On(wire.Compress),
	}
}

// newWebSocket returns the stream of c, whose messages have size bytes. Clients compress
// nothing.
func newWebSocket(c *client, ws *websocket.Conn, through *passage, size int) *webSocket {
	s := &webSocket{client: c, ws: ws, through: through, size: size}
	ws.EnableWriteCompression(false)
	ws.SetReadLimit(maxBuffer)
	ws.SetPingHandler(s.ping)
	return s
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

// webSocket reads one message for each event.
type webSocket struct {
	*client
	ws      *websocket.Conn
	through *passage
	direct  *upgrading // through which gorilla reads; nil: it is in a tunnel
	size    int        // of messages
	buf     []byte     // of what gorilla reads
}

// read reads one message, which is valid until the next call.
func (s *webSocket) read() ([]byte, error) {
	if s.direct != nil {
		if kind, text, none := s.direct.message(); !none {
			return text, s.kind(kind)
		}
	}
	kind, r, err := s.ws.NextReader()
	if err != nil {
		return nil, s.explain(err)
	}
	if err := s.kind(kind); err != nil {
		return nil, err
	}
	for n := 0; ; {
		if n > maxBuffer { // when it is decompressed
			return nil, errTooLong
		}
		if n == len(s.buf) {
			s.buf = append(s.buf, make([]byte, max(n, s.size+1))...) // one more, for the read that tells the end
		}
		k, err := r.Read(s.buf[n:])
		n += k
		if err == io.EOF {
			return s.buf[:n], nil
		}
		if err != nil {
			return nil, s.explain(err)
		}
	}
}

// kind is the error of a message that is not of the kind that was asked for.
func (s *webSocket) kind(kind int) error {
	if s.binary && kind != websocket.BinaryMessage {
		return errText
	}
	return nil
}

// receive reads one message.
func (s *webSocket) receive() error {
	text, err := s.read()
	if err != nil {
		return err
	}
	m := s.through.take()
	s.end().received(results.WebSocket, m.Heads)
	if m.Compressed {
		s.compressed(m.Data)
	}
	more := s.through.follows()
	s.message(text, more)
	s.decoding = false
	if more {
		s.takeBetween()
	}
	return nil
}

func (s *webSocket) flush() { s.end().received(results.WebSocket, int(s.part())) }

// part is how many bytes have come that are in no message and no control frame
// which is complete.
func (s *webSocket) part() int64 {
	in := &s.end().in
	read := s.through.read
	if s.direct != nil {
		read = s.direct.in.total - s.direct.heads
	}
	return read - in[results.Payload] - in[results.Framing] - in[results.WebSocket] - in[results.Other] - in[results.Compressed]
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
