//go:build linux

package browser

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// A script is a server's stream of events, which ends once. Event number n is due n times
// eventEvery after the first request, whoever is connected then.
type script struct {
	ending

	mu    sync.Mutex
	asked int
	began time.Time
	ended time.Time     // the first stream
	after time.Duration // from then to the second request
	id    string        // Last-Event-ID of the second request
	final int           // the number of the last event; 0: not known
}

// comeback tells how long after the end of the stream the EventSource asked again, and the
// Last-Event-ID that it sent.
func (s *script) comeback() (after time.Duration, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.after, s.id
}

// last is the number of the last event, once the EventSource has come back.
func (s *script) last() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.final
}

// ask notes a request, and returns its number.
func (s *script) ask(r *http.Request) int {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	switch s.asked {
	case 1:
		s.began = now
	case 2:
		s.after, s.id = now.Sub(s.ended), r.Header.Get("Last-Event-ID")
		s.final = int(now.Sub(s.began)/eventEvery) + eventsAfter
	}
	return s.asked
}

func (s *script) serve(w http.ResponseWriter, r *http.Request) {
	number := s.ask(r)
	if number > 1 && s.then != 0 {
		w.WriteHeader(s.then)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	after, err := strconv.Atoi(r.Header.Get("Last-Event-ID"))
	if err != nil {
		after = 0 // none was sent
	}
	until := s.last()
	if number == 1 {
		until = eventsBefore
	}
	out := http.NewResponseController(w)
	if s.retry > 0 {
		fmt.Fprintf(w, "retry: %d\n\n", s.retry.Milliseconds())
	}
	for n := after + 1; n <= until; n++ {
		due := time.NewTimer(time.Until(s.began.Add(time.Duration(n) * eventEvery)))
		select {
		case <-due.C:
		case <-r.Context().Done():
			due.Stop()
			return
		}
		fmt.Fprintf(w, "id: %d\ndata: event %d\n\n", n, n)
		if out.Flush() != nil {
			return
		}
	}
	if number > 1 {
		<-r.Context().Done()
		return
	}
	s.end(w, out)
}

// end ends the first stream: by its last chunk, when the handler returns, or with its connection.
func (s *script) end(w http.ResponseWriter, out *http.ResponseController) {
	s.mu.Lock()
	s.ended = time.Now()
	s.mu.Unlock()
	if s.breaks == nil {
		return
	}
	conn, _, err := out.Hijack()
	if err == nil {
		s.breaks(conn)
	}
}

// reset closes a connection of a server in clear text with an RST (SO_LINGER, socket(7)).
func reset(conn net.Conn) {
	_ = conn.(*countedConn).SetLinger(0) // fails when the connection is gone
	_ = conn.Close()
}

// shut closes a connection in the middle of what it carries, as a proxy does whose time is over.
func shut(conn net.Conn) { _ = conn.Close() }

// goAway closes a WebSocket as going away (RFC 6455 section 7.4.1).
func goAway(conn *websocket.Conn) {
	defer conn.Close()
	text := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
	if conn.WriteControl(websocket.CloseMessage, text, time.Now().Add(time.Second)) == nil {
		_, _, _ = conn.NextReader() // ends with the answer to it
	}
}
