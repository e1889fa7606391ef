// Command chatty sends what is posted to /publish to all clients of /events, as
// server-sent events: chatty PORT
package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
)

// behind is by how many events a client may be late before its stream ends.
const behind = 256

// A hub knows the clients, each by the channel that its events come through.
type hub struct {
	mu      sync.Mutex
	clients map[chan []byte]bool
}

func (h *hub) join() chan []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := make(chan []byte, behind)
	h.clients[c] = true
	return c
}

func (h *hub) leave(c chan []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, c)
}

// send gives a message to all clients. The stream of one that is too late ends.
func (h *hub) send(message []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		select {
		case c <- message:
		default:
			delete(h.clients, c)
			close(c)
		}
	}
}

func (h *hub) publish(w http.ResponseWriter, r *http.Request) {
	event, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || bytes.ContainsAny(event, "\r\n") {
		http.Error(w, "an event is one line of at most 1 MiB", http.StatusBadRequest)
		return
	}
	h.send(fmt.Appendf(nil, "data:%s\n\n", event))
	w.WriteHeader(http.StatusNoContent)
}

func (h *hub) events(w http.ResponseWriter, r *http.Request) {
	c := h.join()
	defer h.leave(c)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	stream := http.NewResponseController(w)
	for stream.Flush() == nil {
		select {
		case message, more := <-c:
			if !more {
				return
			}
			if _, err := w.Write(message); err != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: chatty PORT")
	}
	h := &hub{clients: map[chan []byte]bool{}}
	http.HandleFunc("GET /events", h.events)
	http.HandleFunc("POST /publish", h.publish)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
