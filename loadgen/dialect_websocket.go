package loadgen

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/gorilla/websocket"

	"pushbench/loadgen/dialect"
	"pushbench/loadgen/parse"
	"pushbench/results"
)

// openWebSocket opens clients by gorilla's dialer over the common connection.
func (f *interpreter) openWebSocket(d *dialer) opener {
	return func(ctx context.Context, c *client) error {
		l := f.listen(c)
		connect := func(ctx context.Context) (*conn, error) {
			err := c.dial(ctx, d)
			return c.conn, err
		}
		ws, through, err := f.upgrade(ctx, f.WebSocket, 0, f.headers, &l.values, connect)
		if err != nil {
			return err
		}
		c.opened = c.conn.last.Arrived
		s := &foreignWebSocket{
			listener: l,
			frames:   &webSocket{client: c, ws: ws, through: &through.passage, direct: through, size: f.size},
			talk:     talk{ws: ws, spec: f.WebSocket, values: l.values},
		}
		s.talk.spoke = func(n int) { // what it said stands in a frame
			c.conn.sent(results.WebSocket, -n)
			c.conn.sent(results.Other, n)
		}
		ws.SetPingHandler(s.frames.ping)
		c.stream, c.atRest, c.leave, c.ahead = s, through.between, s.frames.close, through.in
		return s.untilOpen(f.WebSocket.Opened)
	}
}

// userAgent is the header that net/http adds where a request has none.
const userAgent = "User-Agent"

// upgrade opens a WebSocket as spec says, on a connection that connect makes. Messages of
// up to longest bytes go out in one frame; 0: of 4096.
func (f *interpreter) upgrade(ctx context.Context, spec *dialect.WebSocket, longest int, extra []header,
	v *dialect.Values, connect func(context.Context) (*conn, error)) (*websocket.Conn, *upgrading, error) {
	u, err := url.ParseRequestURI(string(spec.Path.Append(nil, v)))
	if err != nil {
		return nil, nil, err
	}
	u.Scheme, u.Host = "ws", f.host
	if f.TLS {
		u.Scheme = "wss"
	}
	headers := http.Header{userAgent: {""}} // net/http adds none then
	for _, h := range extra {
		headers[h.name] = []string{h.value}
	}
	for i := range spec.Headers {
		if value := string(spec.Headers[i].Value.Append(nil, v)); value != "" {
			name, usual := spec.Headers[i].Name, http.CanonicalHeaderKey(spec.Headers[i].Name)
			delete(headers, usual)
			if usual == userAgent {
				name = usual // in other letters net/http would not find it, and add its own
			}
			headers[name] = []string{value}
		}
	}
	var through *upgrading
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		c, err := connect(ctx)
		if err != nil {
			return nil, err
		}
		through = newUpgrading(c, bufferFor(f.size))
		return through, nil
	}
	dialer := websocket.Dialer{
		NetDialContext: dial, NetDialTLSContext: dial, // which says that TLS is already there
		ReadBufferSize: leastBuffer, WriteBufferSize: longest, Subprotocols: spec.Protocols,
	}
	ws, res, err := dialer.DialContext(ctx, u.String(), headers)
	if err == nil && ctx.Err() != nil { // the dialer has undone the deadline of that
		ws.Close()
		return nil, nil, context.Cause(ctx)
	}
	if err != nil && res != nil {
		if redirection := redirection(res.StatusCode, res.Header.Get("Location")); redirection != nil {
			return nil, nil, redirection
		}
	}
	if err != nil {
		return nil, nil, refusal(res, err)
	}
	if extension := res.Header.Get("Sec-Websocket-Extensions"); extension != "" {
		return nil, nil, fmt.Errorf("the server agrees to %s, which was not offered", parse.Excerpt([]byte(extension)))
	}
	ws.SetReadLimit(maxBuffer)
	return ws, through, nil
}

// foreignWebSocket reads the messages of a server that is not ours. What surrounds a
// payload in its message is framing. A message without one is other framing.
type foreignWebSocket struct {
	*listener
	frames *webSocket
	talk   talk
}

// untilOpen subscribes, and reads on until the client counts as open.
func (s *foreignWebSocket) untilOpen(opened dialect.Opened) error {
	if err := s.talk.begin(); err != nil {
		return err
	}
	for messages := 0; ; messages++ {
		switch {
		case opened == dialect.AtByte && messages == 0:
		case opened == dialect.AtConfirm && !s.talk.confirmed:
		case opened == dialect.AtEvent && !s.proved.Load():
		default:
			if opened != dialect.AtHead {
				s.opened = s.conn.last.Arrived
			}
			return nil
		}
		if err := s.receive(); err != nil {
			return err
		}
	}
}

// receive reads one message.
func (s *foreignWebSocket) receive() error {
	text, err := s.frames.read()
	if err != nil {
		return err
	}
	s.conn.received(results.WebSocket, s.frames.through.take().Heads)
	more := s.frames.through.follows()
	var h heard
	if !s.in.emits() {
		h = s.find(text)
	}
	foreseen := false
	if h.none() || s.talk.waits() {
		foreseen, err = s.talk.hear(text)
	}
	if s.in.emits() && !foreseen {
		h = s.find(text)
	}
	s.book(h, text, 0, results.Other, more)
	if err != nil {
		return err
	}
	if more {
		s.takeBetween()
	}
	return nil
}

func (s *foreignWebSocket) flush() { s.frames.flush() }
