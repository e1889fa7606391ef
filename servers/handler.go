package servers

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"pushbench/servers/wire"
)

// A route is a method and who answers it. The answerer returns a refusal when
// it wrote nothing and wants the client told why, a writeError when it could
// not write, and nil otherwise.
type route struct {
	method string
	head   bool // HEAD may be asked, too: the answer ends at once
	link   bool // pages from anywhere may lead here: there is nothing to take, make or read
	socket bool // it is a WebSocket, which over HTTP/2 an extended CONNECT asks for
	answer func(http.ResponseWriter, *http.Request) error
}

func (s *Server) table() map[string]route {
	routes := map[string]route{
		wire.RoutePolling:   {http.MethodGet, true, false, false, s.poll},
		wire.RouteLongPoll:  {http.MethodGet, false, false, false, s.longPoll},
		wire.RouteSSE:       {http.MethodGet, false, false, false, s.eventStream},
		wire.RouteWebSocket: {http.MethodGet, false, false, true, s.webSocket},
		wire.RoutePublish:   {http.MethodPost, false, false, false, s.publish},
		wire.RouteEcho:      {http.MethodGet, false, false, true, s.echo},
	}
	if !s.o.Private {
		routes[wire.RouteStats] = route{http.MethodGet, true, false, false, s.figures}
	}
	if s.o.Page {
		for path, file := range pageFiles() {
			routes[path] = route{http.MethodGet, true, true, false, file}
		}
	}
	return routes
}

// Header values that are shared by all responses.
var (
	typeJSON   = []string{"application/json"}
	typeLines  = []string{"application/x-ndjson"}
	typeStream = []string{"text/event-stream"}
	noStore    = []string{"no-store"}
	noCache    = []string{"no-cache"}
	unbuffered = []string{"no"}
)

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.work.enter() {
		refuse(w, &refusal{http.StatusServiceUnavailable, errEnding.Error()})
		return
	}
	defer s.work.leave()
	err := s.route(w, r)
	if err == nil {
		return
	}
	var lost writeError
	if errors.As(err, &lost) {
		s.lost(lost.err, r.RemoteAddr, r.URL.Path)
		return
	}
	if r.ContentLength != 0 && r.ProtoMajor == 1 { // net/http reads a body to its end before it answers
		linger(http.NewResponseController(w))
		w.Header().Set("Connection", "close")
	}
	refuse(w, err)
}

func (s *Server) route(w http.ResponseWriter, r *http.Request) error {
	if err := s.checkHost(r); err != nil {
		return err
	}
	to, ok := s.routes[r.URL.Path]
	if !to.link {
		if done, err := s.checkOrigin(w, r); done || err != nil {
			return err
		}
	}
	if !ok {
		return &refusal{http.StatusNotFound, fmt.Sprintf("there is no route %.64q", r.URL.Path)}
	}
	if u := upgraded(r); u != nil && to.socket {
		r = u
	}
	if r.Method != to.method && (r.Method != http.MethodHead || !to.head) {
		w.Header().Set("Allow", to.method)
		return &refusal{http.StatusMethodNotAllowed, fmt.Sprintf("%s is asked for with %s", r.URL.Path, to.method)}
	}
	if r.ContentLength != 0 && to.method == http.MethodGet {
		return &refusal{http.StatusRequestEntityTooLarge, r.URL.Path + " takes no body"}
	}
	return to.answer(w, r)
}

// linger bounds the time for which net/http reads the rest of a request that
// was answered before its end. It is not zero, because a connection that is
// closed on unread bytes can lose the answer.
func linger(rc *http.ResponseController) {
	rc.SetReadDeadline(time.Now().Add(lingerTimeout))
}

// lost counts a client that could not be written to. One that had closed its
// connection is nobody's fault; one that took nothing for too long was slow.
func (s *Server) lost(err error, client, what string) {
	if isTimeout(err) {
		s.stats.slow.Add(1)
		s.o.Log.Warn("slow client", "client", client, "route", what, "after", s.o.WriteTimeout)
	}
}

// vanished counts a client on whose connection the kernel gave up (see listen), which was noticed
// by who read from it: nothing was being written, or the write found the connection gone.
func (s *Server) vanished(err, heard error, client, what string) {
	if (err == nil || errors.Is(err, syscall.EPIPE)) && errors.Is(heard, syscall.ETIMEDOUT) {
		s.lost(heard, client, what)
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// A refusal is an error that a client is told.
type refusal struct {
	status int
	text   string
}

func (e *refusal) Error() string { return e.text }

// A writeError is an error of the connection to a client, who cannot be told.
type writeError struct{ err error }

func (e writeError) Error() string { return e.err.Error() }

// orNil returns e, or nil when there is no error in it.
func (e writeError) orNil() error {
	if e.err == nil {
		return nil
	}
	return e
}

// failure is the JSON document that says what was wrong with a request.
type failure struct {
	Error string `json:"error"`
}

func refuse(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	var known *refusal
	if errors.As(err, &known) {
		status = known.status
	}
	body, _ := json.Marshal(failure{err.Error()}) // a string always encodes
	h := w.Header()
	h["Content-Type"] = typeJSON
	h["Cache-Control"] = noStore
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}

func badRequest(err error) error { return &refusal{http.StatusBadRequest, err.Error()} }

// param returns the first value of a query's parameter, "" when it is absent.
// It does what url.Values would without making a map of the whole query.
func param(query, name string) (string, error) {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		key, value, _ := strings.Cut(pair, "=")
		if key != name {
			continue
		}
		value, err := url.QueryUnescape(value)
		if err != nil {
			return "", badRequest(fmt.Errorf("parameter %s: %w", name, err))
		}
		return value, nil
	}
	return "", nil
}
