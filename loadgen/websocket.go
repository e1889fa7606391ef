package loadgen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"

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
			RawQuery: wire.ParamTopic + "=" + topicName(c.topic) + "&" + wire.ParamAfter + "=0"}
		if o.Variant.TLS {
			u.Scheme = "wss"
		}
		ws, res, err := dialer.DialContext(ctx, u.String(), headers)
		if err != nil {
			if res != nil {
				return fmt.Errorf("status %d: %w", res.StatusCode, err)
			}
			return err
		}
		c.opened = c.conn.readAt
		s := &webSocket{client: c, ws: ws, through: through, buf: make([]byte, o.Payload+1)} // one more, for the read that tells the end
		ws.SetReadLimit(maxBuffer)
		ws.SetPingHandler(s.ping)
		c.stream = s
		c.leave = s.close
		return nil
	}
}

// upgrading is a connection during and after the HTTP upgrade: it books the
// heads, which gorilla reads through a buffer of its own, by looking for
// their end. What follows is booked by webSocket, frame by frame.
type upgrading struct {
	net.Conn
	c       *conn
	matched int   // bytes of the empty line seen; 4: the head is over
	head    int   // its bytes so far
	frames  int64 // bytes behind it
}

const headEnd = "\r\n\r\n"

func (u *upgrading) Read(b []byte) (int, error) {
	if u.head > maxHead && u.matched < len(headEnd) {
		return 0, errLongHead // each time, for bufio.Reader may lose an error
	}
	n, err := u.c.Read(b)
	i := 0
	for ; i < n && u.matched < len(headEnd); i++ {
		switch b[i] {
		case headEnd[u.matched]:
			u.matched++
		case '\r':
			u.matched = 1
		default:
			u.matched = 0
		}
		u.c.received(head, 1)
	}
	u.head += i
	u.frames += int64(n - i)
	return n, err
}

func (u *upgrading) Write(b []byte) (int, error) {
	n, err := u.Conn.Write(b)
	k := websocketHead
	if u.matched < len(headEnd) {
		k = head
	}
	u.c.sent(k, n)
	return n, err
}

// webSocket reads one message for each event.
type webSocket struct {
	*client
	ws      *websocket.Conn
	through *upgrading
	buf     []byte
}

// receive reads one message. NextReader needs one small allocation for each
// message, ReadMessage several.
func (s *webSocket) receive() error {
	_, r, err := s.ws.NextReader()
	if err != nil {
		return s.explain(err)
	}
	n := 0
	for {
		if n == len(s.buf) {
			s.buf = append(s.buf, make([]byte, n)...)
		}
		k, err := r.Read(s.buf[n:])
		n += k
		if err == io.EOF {
			break
		}
		if err != nil {
			return s.explain(err)
		}
	}
	s.conn.received(payload, n)
	s.conn.received(websocketHead, wire.WebSocketHead(n, false))
	s.event(s.buf[:n], s.conn.readAt)
	return nil
}

// explain says what a connection that ended in a frame has cut off. What is
// booked are whole frames.
func (s *webSocket) explain(err error) error {
	if errors.Is(err, websocket.ErrReadLimit) {
		return errTooLong
	}
	part := s.through.frames - s.conn.in[payload].Load() - s.conn.in[websocketHead].Load()
	if part > 0 && websocket.IsCloseError(err, websocket.CloseAbnormalClosure) {
		return fmt.Errorf("frame cut off after %d bytes: %w", part, err)
	}
	return err
}

// ping answers as RFC 6455 section 5.5.2 asks and books the ping; the pong is
// booked where it is written.
func (s *webSocket) ping(text string) error {
	s.conn.received(websocketHead, wire.WebSocketHead(len(text), false)+len(text))
	return s.ws.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(goodbye))
}

func (s *webSocket) close() {
	_ = s.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(goodbye))
}
