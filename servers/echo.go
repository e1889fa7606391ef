package servers

import (
	"net/http"
	"sync"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// echo answers GET /echo: a WebSocket that sends every message back as it
// came, for conformance tools. Text that is not UTF-8 ends it with code 1007
// (RFC 6455 section 8.1), which gorilla leaves to its users.
func (s *Server) echo(w http.ResponseWriter, r *http.Request) error {
	ws, c, err := s.upgrade(w, r, &upgrader, nil)
	if err != nil {
		return err
	}
	ws.SetReadLimit(maxEcho)
	if !s.carry(c, func() { s.serveEcho(ws, c) }) {
		ws.Close()
	}
	return nil
}

func (s *Server) serveEcho(ws *websocket.Conn, c *conn) {
	to := &wsSink{ws: ws, c: c, s: s}
	var parting sync.Once
	c.whenLeaving(func() { parting.Do(func() { to.farewell(nil, nil) }) })
	var err error
	for err == nil {
		err = to.echo()
	}
	parting.Do(func() { to.farewell(nil, err) })
	c.whenLeaving(nil)
	c.endAfter(err)
}

// echo sends one message back.
func (k *wsSink) echo() error {
	if err := k.readWithin(echoTimeout); err != nil {
		return err
	}
	kind, message, err := k.ws.ReadMessage()
	if err != nil {
		return err
	}
	if kind == websocket.TextMessage && !utf8.Valid(message) {
		return errNotText
	}
	return k.ws.WriteMessage(kind, message)
}
