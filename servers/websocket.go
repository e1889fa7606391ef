package servers

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	"pushbench/servers/wire"

	"github.com/gorilla/websocket"
)

// webSocket answers GET /websocket: one message per event (RFC 6455), compressed
// for a client that asks for it and offers permessage-deflate (RFC 7692), whose context is not
// taken over from one message to the next: so it is compressed once for all.
// The cursor that holds at first is in the head of the 101 response. Messages
// from the client are events if it asked to publish, and else not looked at; heartbeats are pings, and a client that
// leaves one unanswered for the write timeout is disconnected.
//
// Over HTTP/1.1 it returns once the connection is upgraded: see carry.
func (s *Server) webSocket(w http.ResponseWriter, r *http.Request) error {
	f, err := formOf(r)
	if err != nil {
		return err
	}
	p, err := s.find(r, s.hub.hold)
	if err != nil {
		return err
	}
	hear, most, err := s.hears(r.URL.RawQuery, p.topic)
	if err != nil {
		s.hub.release(p.topic)
		return err
	}
	u := &upgrader
	if compress, _ := compresses(r); compress { // formOf has read it
		u = &compressing
	}
	ws, c, err := s.upgrade(w, r, u, http.Header{wire.HeaderCursor: {p.encoded()}})
	if err != nil {
		s.hub.release(p.topic)
		return err
	}
	c.controls = true
	ws.SetReadLimit(most)
	if err := ws.SetCompressionLevel(compressionLevel); err != nil {
		panic(err) // the level is one
	}
	if !s.carry(c, func() {
		defer s.hub.release(p.topic)
		s.serveMessages(ws, c, p, f, hear)
	}) {
		s.hub.release(p.topic)
		ws.Close()
	}
	return nil
}

// serveMessages carries events to one WebSocket, and has its messages heard, until either
// side ends it.
func (s *Server) serveMessages(ws *websocket.Conn, c *conn, p place, f form, hear hearer) {
	to := &wsSink{ws: ws, c: c, s: s, form: f}
	ws.SetPongHandler(to.pong)
	err, heard := c.stream(s.newStream(wire.WebSocket, p, to, gateOf(c.Conn)), func() error {
		for {
			kind, message, err := ws.NextReader()
			if err == nil {
				err = hear(kind, message)
			}
			if err != nil {
				return err
			}
		}
	})
	c.endAfter(heard)
	if !to.closing && (err == nil || errors.Is(err, syscall.EPIPE)) {
		s.lost(heard, c.RemoteAddr().String(), wire.RouteWebSocket) // no pong, or the kernel gave up on it
	}
}

// ignore reads a message and drops it. To the end, or the limit would be one
// per fragment; text has to be UTF-8 though nobody reads it. The limit is that
// of what is decompressed, too.
func ignore(kind int, message io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(message, maxMessage+1))
	switch {
	case err != nil:
		return err
	case len(text) > maxMessage:
		return websocket.ErrReadLimit
	case kind == websocket.TextMessage && !utf8.Valid(text):
		return errNotText
	}
	return nil
}

// endAfter closes the connection at once when both sides have sent a close
// frame, else with care for what was written last.
func (c *conn) endAfter(err error) {
	if websocket.IsUnexpectedCloseError(err, websocket.CloseAbnormalClosure) {
		c.Close()
	}
	c.drain()
}

// A wsSink writes WebSocket messages.
type wsSink struct {
	ws   *websocket.Conn
	c    *conn
	s    *Server
	form form

	mu       sync.Mutex // of the deadline of reading
	awaiting bool       // a pong
	closing  bool       // a close frame was sent, and the client's is to come
}

func (k *wsSink) write(events []*Event, live bool) error {
	switch {
	case len(events) == 0:
		return k.ping()
	case len(events) == 1 && live:
		_, err := k.c.Write(k.form.frames(events[0], k.c.deflates))
		return err
	}
	buf := buffers.Get().(*[]byte)
	err := k.gather(buf, events, live)
	if err == nil {
		_, err = k.c.Write(*buf)
	}
	giveBack(buf)
	return err
}

// gather puts the frames of a piece into a buffer: a control frame of gorilla's must not come
// into the middle of one.
func (k *wsSink) gather(buf *[]byte, events []*Event, live bool) error {
	from := plainMoulds
	if k.c.deflates {
		from = deflatingMoulds
	}
	for _, e := range events {
		if live {
			*buf = append(*buf, k.form.frames(e, k.c.deflates)...)
			continue
		}
		err := from.Get().(*mould).write(from, (*gathering)(buf), func(ws *websocket.Conn) error {
			return ws.WriteMessage(k.form.kind(), e.Payload)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (k *wsSink) ping() error {
	if err := k.await(); err != nil {
		return err
	}
	return k.ws.WriteControl(websocket.PingMessage, nil, time.Time{})
}

// await gives the client the write timeout for a pong.
func (k *wsSink) await() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.awaiting {
		return nil
	}
	k.awaiting = true
	return k.deadline(time.Now().Add(k.s.o.WriteTimeout))
}

// readWithin gives the client so long for its next message.
func (k *wsSink) readWithin(d time.Duration) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.deadline(time.Now().Add(d))
}

// deadline sets that of reading, unless it is that of the close frame. The caller holds mu.
func (k *wsSink) deadline(at time.Time) error {
	if k.closing {
		return nil
	}
	return k.c.SetReadDeadline(at)
}

func (k *wsSink) pong(string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.awaiting = false
	return k.deadline(time.Time{})
}

// farewell sends a close frame, unless one was sent or the connection is broken. When reading
// has ended by what the client sent, the code is that for it; else the client has a second to
// send its own.
func (k *wsSink) farewell(err, heard error) {
	code, reason := websocket.CloseGoingAway, ""
	var lost *lostEvents
	switch {
	case errors.As(err, &lost):
		code, reason = lost.code, lost.reason
		if code == wire.CloseSlow {
			k.s.stats.slow.Add(1)
		}
	case errors.Is(err, websocket.ErrCloseSent): // by gorilla, which reads no more
		return
	case err != nil:
		k.s.lost(err, k.c.RemoteAddr().String(), wire.RouteWebSocket)
		k.c.Close()
		return
	}
	if wrong := closeCode(heard); wrong != websocket.CloseGoingAway {
		code, reason = wrong, ""
	}
	// An error means that a close frame was sent, or that there is no way to.
	last := websocket.FormatCloseMessage(code, reason)
	if k.ws.WriteControl(websocket.CloseMessage, last, time.Time{}) != nil || heard != nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closing = true
	k.c.SetReadDeadline(time.Now().Add(closeTimeout))
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

// compressing is upgrader that accepts permessage-deflate when it is offered.
var compressing = func() websocket.Upgrader {
	u := upgrader
	u.EnableCompression = true
	return u
}()

// upgrade turns a request into a WebSocket over a conn. When it returns an
// error the client was told and the connection is dealt with.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request, u *websocket.Upgrader, head http.Header) (*websocket.Conn, *conn, error) {
	hijacker := &hijacker{ResponseWriter: w, s: s, r: r}
	ws, err := u.Upgrade(hijacker, r, head)
	if err != nil {
		return nil, nil, writeError{err}
	}
	if s.worse != nil {
		hijacker.c.bear(burdenOf(r))
	}
	return ws, hijacker.c, nil
}

// A hijacker gives out what is under a response as a conn: its connection or, over HTTP/2, a
// tunnel.
type hijacker struct {
	http.ResponseWriter
	s *Server
	r *http.Request
	c *conn
}

func (h *hijacker) Hijack() (nc net.Conn, rw *bufio.ReadWriter, err error) {
	if h.r.ProtoMajor == 2 {
		nc = newTunnel(h.ResponseWriter, h.r, h.s.o.WriteTimeout)
		rw = bufio.NewReadWriter(bufio.NewReaderSize(nc, 0), bufio.NewWriterSize(nc, 1)) // of which gorilla uses nothing
	} else if nc, rw, err = http.NewResponseController(h.ResponseWriter).Hijack(); err != nil {
		return nil, nil, err
	}
	h.c = h.s.track(nc)
	return &framedConn{conn: h.c}, rw, nil
}
