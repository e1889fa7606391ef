// Command coder broadcasts what is posted to /publish to WebSockets of
// github.com/coder/websocket: coder PORT
package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// behind is how many messages a slow client may be behind before it is closed.
const behind = 256

type client struct {
	messages chan []byte
	leave    context.CancelFunc
}

type hub struct {
	mu      sync.Mutex
	clients map[*client]bool
}

func (h *hub) subscribe(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer conn.CloseNow()
	ctx, leave := context.WithCancel(conn.CloseRead(context.Background()))
	defer leave()
	c := &client{make(chan []byte, behind), leave}
	h.mu.Lock()
	h.clients[c] = true
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.clients, c)
		h.mu.Unlock()
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-c.messages:
			if write(ctx, conn, m) != nil {
				return
			}
		}
	}
}

func write(ctx context.Context, conn *websocket.Conn, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, message)
}

func (h *hub) publish(w http.ResponseWriter, r *http.Request) {
	message, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	for c := range h.clients {
		select {
		case c.messages <- message:
		default:
			c.leave()
		}
	}
	h.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// echo returns each message, for those who measure a round trip.
func echo(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer conn.CloseNow()
	conn.SetReadLimit(1 << 20)
	for {
		kind, message, err := conn.Read(context.Background())
		if err != nil || conn.Write(context.Background(), kind, message) != nil {
			return
		}
	}
}

func main() {
	h := &hub{clients: map[*client]bool{}}
	http.HandleFunc("GET /ws", h.subscribe)
	http.HandleFunc("GET /echo", echo)
	http.HandleFunc("POST /publish", h.publish)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
