// Command gws broadcasts what is posted to /publish to WebSockets of
// github.com/lxzan/gws: gws PORT
package main

import (
	"io"
	"log"
	"maps"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/lxzan/gws"
)

// idle is how long a client may be silent; the server pings it in half the time.
const idle = 60 * time.Second

type hub struct {
	gws.BuiltinEventHandler
	mu      sync.Mutex
	clients map[*gws.Conn]bool
}

func (h *hub) OnOpen(conn *gws.Conn) {
	h.mu.Lock()
	h.clients[conn] = true
	h.mu.Unlock()
	_ = conn.SetReadDeadline(time.Now().Add(idle))
}

func (h *hub) OnClose(conn *gws.Conn, _ error) {
	h.mu.Lock()
	delete(h.clients, conn)
	h.mu.Unlock()
}

func (h *hub) OnPing(conn *gws.Conn, payload []byte) {
	_ = conn.SetReadDeadline(time.Now().Add(idle))
	_ = conn.WritePong(payload)
}

func (h *hub) OnPong(conn *gws.Conn, _ []byte) { _ = conn.SetReadDeadline(time.Now().Add(idle)) }

func (h *hub) all() []*gws.Conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(h.clients))
}

func (h *hub) ping() {
	for range time.Tick(idle / 2) {
		for _, conn := range h.all() {
			_ = conn.WritePing(nil)
		}
	}
}

func (h *hub) publish(w http.ResponseWriter, r *http.Request) {
	message, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b := gws.NewBroadcaster(gws.OpcodeText, message)
	defer b.Close()
	for _, conn := range h.all() {
		_ = b.Broadcast(conn)
	}
	w.WriteHeader(http.StatusNoContent)
}

// echo returns each message, for those who measure a round trip.
type echo struct{ gws.BuiltinEventHandler }

func (echo) OnMessage(conn *gws.Conn, message *gws.Message) {
	defer message.Close()
	_ = conn.WriteMessage(message.Opcode, message.Bytes())
}

func upgrade(handler gws.Event) http.HandlerFunc {
	upgrader := gws.NewUpgrader(handler, &gws.ServerOption{
		PermessageDeflate: gws.PermessageDeflate{Enabled: true},
	})
	return func(w http.ResponseWriter, r *http.Request) {
		if conn, err := upgrader.Upgrade(w, r); err == nil {
			go conn.ReadLoop() // frees the handler and what net/http holds for it
		}
	}
}

func main() {
	h := &hub{clients: map[*gws.Conn]bool{}}
	go h.ping()
	http.HandleFunc("GET /ws", upgrade(h))
	http.HandleFunc("GET /echo", upgrade(echo{}))
	http.HandleFunc("POST /publish", h.publish)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
