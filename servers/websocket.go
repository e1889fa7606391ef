package servers

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unicode/utf8"

	"pushbench/servers/wire"

	"github.com/gorilla/websocket"
)

// webSocket answers GET /websocket: one text message per event (RFC 6455).
// The cursor that holds at first is in the head of the 101 response. Messages
// from the client are not looked at; heartbeats are pings, and a client that
// leaves one unanswered for the write timeout is disconnected.
//
// It returns once the connection is upgraded, so that net/http can let go of
// its buffers and its goroutine's stack; a goroutine of the server's own goes on.
func (s *Server) webSocket(w http.ResponseWriter, r *http.Request) error {
	p, err := s.find(r, s.hub.hold)
	if err != nil {
		return err
	}
	ws, c, err := s.upgrade(w, r, http.Header{wire.HeaderCursor: {p.encoded()}})
	if err != nil {
		s.hub.release(p.topic)
		return err
	}
	ws.SetReadLimit(maxMessage)
	if !s.work.spawn(func() {
		defer s.hub.release(p.topic)
		s.serveMessages(ws, c, &p)
	}) {
		s.hub.release(p.topic)
		ws.Close()
	}
	return nil
}

// serveMessages carries events to one WebSocket until either side ends it.
func (s *Server) serveMessages(ws *websocket.Conn, c *conn, p *place) {
	to := &wsSink{ws: ws, c: c, timeout: s.o.WriteTimeout}
	ws.SetPongHandler(to.pong)
	ended := make(chan error, 1)
	go func() {
		defer c.leave()
		var err error
		for err == nil {
			var kind int
			var message io.Reader
			if kind, message, err = ws.NextReader(); err == nil {
				err = ignore(kind, message)
			}
		}
		ended <- err
	}()
	err := s.stream(c.gone, s.stats.carriers[wire.WebSocket], p, to)
	code, reason := websocket.CloseGoingAway, ""
	var lost *lostEvents
	switch {
	case errors.As(err, &lost):
		code, reason = lost.code, lost.reason
		if code == wire.CloseSlow {
			s.stats.slow.Add(1)
		}
	case err != nil:
		s.lost(err, c.RemoteAddr().String(), wire.RouteWebSocket)
		ws.Close()
	}
	end := hangUp(ws, c, code, reason, ended)
	if err == nil || errors.Is(err, syscall.EPIPE) {
		s.lost(end, c.RemoteAddr().String(), wire.RouteWebSocket) // no pong, or the kernel gave up on it
	}
}

// ignore reads a message and drops it. To the end, or the limit would be one
// per fragment; text has to be UTF-8 though nobody reads it.
func ignore(kind int, message io.Reader) error {
	if kind == websocket.TextMessage {
		text, err := io.ReadAll(message)
		if err == nil && !utf8.Valid(text) {
			err = errNotText
		}
		return err
	}
	_, err := io.Copy(io.Discard, message)
	return err
}

// hangUp sends a close frame, unless one was sent or the connection is broken,
// waits for the client's and closes the connection. When reading has ended by
// what the client sent, the code is that for it. It returns how reading ended,
// which its reader sends to ended, a channel with room for it.
func hangUp(ws *websocket.Conn, c *conn, code int, reason string, ended chan error) error {
	if len(ended) > 0 {
		err := <-ended
		ended <- err
		if wrong := closeCode(err); wrong != websocket.CloseGoingAway {
			code, reason = wrong, ""
		}
	}
	// An error means that a close frame was sent, or that there is no way to.
	if ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Time{}) == nil {
		timer := time.NewTimer(closeTimeout)
		defer timer.Stop()
		select {
		case err := <-ended:
			return c.endAfter(err)
		case <-timer.C:
			c.Close()
		}
	}
	return c.endAfter(<-ended)
}

// endAfter closes the connection at once when both sides have sent a close
// frame, else with care for what was written last.
func (c *conn) endAfter(err error) error {
	if websocket.IsUnexpectedCloseError(err, websocket.CloseAbnormalClosure) {
		c.Close()
	}
	c.drain()
	return err
}

// A wsSink writes WebSocket messages.
type wsSink struct {
	ws       *websocket.Conn
	c        *conn
	timeout  time.Duration
	awaiting atomic.Bool // a pong
}

func (k *wsSink) write(events []*Event, live bool) error {
	switch {
	case len(events) == 0:
		return k.ping()
	case len(events) == 1 && live:
		return k.ws.WritePreparedMessage(events[0].Message())
	}
	k.c.cork()
	for _, e := range events[:len(events)-1] { // these are gathered
		if err := k.message(e, live); err != nil {
			return errors.Join(err, k.c.uncork())
		}
	}
	// A large one is written at once: nothing is to hold on to the slice then.
	err := k.message(events[len(events)-1], live)
	return errors.Join(err, k.c.uncork())
}

func (k *wsSink) message(e *Event, live bool) error {
	if live {
		return k.ws.WritePreparedMessage(e.Message())
	}
	return k.ws.WriteMessage(websocket.TextMessage, e.Payload)
}

func (k *wsSink) ping() error {
	if !k.awaiting.Swap(true) {
		if err := k.c.SetReadDeadline(time.Now().Add(k.timeout)); err != nil {
			return err
		}
	}
	return k.ws.WriteControl(websocket.PingMessage, nil, time.Time{})
}

func (k *wsSink) pong(string) error {
	err := k.c.SetReadDeadline(time.Time{})
	k.awaiting.Store(false)
	return err
}

func (k *wsSink) gap(g *wire.Gap, late bool) error {
	doc, err := json.Marshal(g)
	if err != nil {
		return err
	}
	if late {
		return &lostEvents{wire.CloseSlow, string(doc)}
	}
	return &lostEvents{wire.CloseGap, string(doc)}
}

// lostEvents ends a WebSocket: the client is to come back with another cursor.
type lostEvents struct {
	code   int
	reason string // a Gap document
}

func (e *lostEvents) Error() string { return "lost events: " + e.reason }

var upgrader = websocket.Upgrader{
	ReadBufferSize:  1024,
	WriteBufferSize: 1024,
	WriteBufferPool: new(sync.Pool),
	CheckOrigin:     func(*http.Request) bool { return true }, // Server.checkOrigin did
	Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
		w.Header().Set("Sec-WebSocket-Version", "13")
		refuse(w, &refusal{status, reason.Error()})
	},
}

// upgrade turns a request into a WebSocket over a conn. When it returns an
// error the client was told and the connection is dealt with.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, head http.Header) (*websocket.Conn, *conn, error) {
	hijacker := &hijacker{ResponseWriter: w, s: s}
	ws, err := upgrader.Upgrade(hijacker, r, head)
	if err != nil {
		return nil, nil, writeError{err}
	}
	if s.worse != nil {
		hijacker.c.bear(r.Context().Value(burdenKey{}).(*burden))
	}
	return ws, hijacker.c, nil
}

// A hijacker gives out the connection under a response as a conn.
type hijacker struct {
	http.ResponseWriter
	s *Server
	c *conn
}

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	nc, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.c = h.s.track(nc)
	return &framedConn{conn: h.c}, rw, nil
}
