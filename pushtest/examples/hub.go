// Package examples has small servers that push events, and the benchmarks that measure
// them with package pushtest.
package examples

import (
	"io"
	"net/http"
	"sync"
)

// NewServer returns a server that takes an event by POST /publish and pushes it to all
// who read /sse, /gorilla or /coder, each with another library.
func NewServer() http.Handler {
	h := &hub{clients: make(map[chan []byte]bool)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /publish", h.publish)
	mux.HandleFunc("GET /sse", h.sse)
	mux.HandleFunc("GET /gorilla", h.gorilla)
	mux.HandleFunc("GET /coder", h.coder)
	return mux
}

// A hub hands each event to all clients. Its methods may be called concurrently.
type hub struct {
	mu      sync.Mutex
	clients map[chan []byte]bool
}

// backlog is how many events a client may be behind before it is disconnected.
const backlog = 256

// subscribe returns a channel of the events from now on. It is closed when the client
// is too slow. The caller calls leave.
func (h *hub) subscribe() (events chan []byte, leave func()) {
	events = make(chan []byte, backlog)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients[events] = true
	return events, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.clients, events)
	}
}

func (h *hub) publish(w http.ResponseWriter, r *http.Request) {
	event, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for events := range h.clients {
		select {
		case events <- event:
		default:
			delete(h.clients, events)
			close(events)
		}
	}
	w.WriteHeader(http.StatusNoContent)
}
