package servers

import (
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// echo answers GET /echo: a WebSocket that sends every message back as it
// came, for conformance tools. Text that is not UTF-8 ends it with code 1007
// (RFC 6455 section 8.1), which gorilla leaves to its users.
func (s *Server) echo(w http.ResponseWriter, r *http.Request) error {
	ws, c, err := s.upgrade(w, r, nil)
	if err != nil {
		return err
	}
	ws.SetReadLimit(maxEcho)
	if !s.work.spawn(func() { serveEcho(ws, c) }) {
		ws.Close()
	}
	return nil
}

func serveEcho(ws *websocket.Conn, c *conn) {
	ended := make(chan error, 1)
	go func() {
		defer c.leave()
		var err error
		for err == nil {
			err = echoMessage(ws, c)
		}
		ended <- err
	}()
	<-c.gone
	hangUp(ws, c, websocket.CloseGoingAway, "", ended)
}

func echoMessage(ws *websocket.Conn, c *conn) error {
	if err := c.SetReadDeadline(time.Now().Add(echoTimeout)); err != nil {
		return err
	}
	kind, message, err := ws.ReadMessage()
	if err != nil {
		return err
	}
	if kind == websocket.TextMessage && !utf8.Valid(message) {
		return errNotText
	}
	return ws.WriteMessage(kind, message)
}
