package pushtest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"

	"github.com/gorilla/websocket"
)

// newServer is the server of this package's benchmarks. It offers events in each way,
// and in some that are wrong.
func newServer() http.Handler {
	if path := os.Getenv(pidsEnv); path != "" {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			panic(err)
		}
		fmt.Fprintln(f, os.Getpid())
		f.Close()
	}
	if os.Getenv(factEnv) == "no server" {
		panic("there is no database")
	}
	h := &history{more: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /publish", h.publish)
	mux.HandleFunc("POST /fatal", func(w http.ResponseWriter, r *http.Request) {
		if events, _ := h.after(0); len(events) >= 5 {
			fmt.Fprintln(os.Stderr, "the disk is full")
			os.Exit(7)
		}
		h.publish(w, r)
	})
	mux.HandleFunc("GET /events", h.stream(func(int) int { return 1 }))
	mux.HandleFunc("GET /doubled", h.stream(func(int) int { return 2 }))
	mux.HandleFunc("GET /lossy", h.stream(func(n int) int { return min(1, n%3) }))
	mux.HandleFunc("GET /panics", func(w http.ResponseWriter, r *http.Request) {
		h.stream(func(n int) int {
			if n == 3 {
				panic("there is no third event")
			}
			return 1
		})(w, r)
	})
	mux.HandleFunc("GET /socket", h.socket)
	mux.HandleFunc("GET /poll", h.poll)
	mux.HandleFunc("GET /wait", h.wait)
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<title>Log in</title>")
	})
	return mux
}

// A history has all events.
type history struct {
	mu     sync.Mutex
	events [][]byte
	more   chan struct{} // closed when there is another event
}

// after returns the events after the first n, and what is closed when there are more.
func (h *history) after(n int) ([][]byte, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.events[min(n, len(h.events)):], h.more
}

func (h *history) publish(w http.ResponseWriter, r *http.Request) {
	event, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, event)
	close(h.more)
	h.more = make(chan struct{})
	w.WriteHeader(http.StatusAccepted)
}

// stream is an event stream that has event n so many times.
func (h *history) stream(times func(n int) int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		out := http.NewResponseController(w)
		events, more := h.after(0)
		for n := len(events); out.Flush() == nil; {
			select {
			case <-more:
			case <-r.Context().Done():
				return
			}
			events, more = h.after(n)
			for _, event := range events {
				for range times(n) {
					fmt.Fprintf(w, "data: %s\n\n", event)
					_ = out.Flush() // the next one tells
				}
				n++
			}
		}
	}
}

func (h *history) socket(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{}
	c, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for {
			if _, _, err := c.NextReader(); err != nil {
				return
			}
		}
	}()
	events, more := h.after(0)
	for n := len(events); ; {
		select {
		case <-more:
		case <-gone:
			return
		}
		events, more = h.after(n)
		for _, event := range events {
			if c.WriteMessage(websocket.TextMessage, event) != nil {
				return
			}
			n++
		}
	}
}

// poll answers at once, with the cursor in the body.
func (h *history) poll(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.FormValue("after"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	events, _ := h.after(n)
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"cursor":%d,"events":[%s]}`, n+len(events), bytes.Join(events, []byte(",")))
}

// wait answers when there is something, with the cursor in a header.
func (h *history) wait(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(r.FormValue("after"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	events, more := h.after(n)
	for len(events) == 0 {
		select {
		case <-more:
		case <-r.Context().Done():
			return
		}
		events, more = h.after(n)
	}
	w.Header().Set("X-Cursor", strconv.Itoa(n+len(events)))
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, "[%s]", bytes.Join(events, []byte(",")))
}
