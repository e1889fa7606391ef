// Command nbio broadcasts what is posted to /publish to WebSockets of
// github.com/lesismal/nbio, whose event loop serves HTTP, too: nbio PORT
package main

import (
	"io"
	"log"
	"maps"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/lesismal/nbio/logging"
	"github.com/lesismal/nbio/nbhttp"
	"github.com/lesismal/nbio/nbhttp/websocket"
)

// behind is how many bytes a slow client may be behind before nbio closes it.
const behind = 4 << 20

type hub struct {
	mu      sync.Mutex
	clients map[*websocket.Conn]bool
}

func (h *hub) join(conn *websocket.Conn) {
	h.mu.Lock()
	h.clients[conn] = true
	h.mu.Unlock()
}

func (h *hub) leave(conn *websocket.Conn, _ error) {
	h.mu.Lock()
	delete(h.clients, conn)
	h.mu.Unlock()
}

func (h *hub) publish(w http.ResponseWriter, r *http.Request) {
	message, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.send(websocket.TextMessage, message)
	w.WriteHeader(http.StatusNoContent)
}

// ping keeps quiet clients: nbio closes one that has said nothing for two minutes.
func (h *hub) ping() {
	for range time.Tick(30 * time.Second) {
		h.send(websocket.PingMessage, nil)
	}
}

func (h *hub) send(kind websocket.MessageType, message []byte) {
	h.mu.Lock()
	all := slices.Collect(maps.Keys(h.clients))
	h.mu.Unlock()
	for _, conn := range all {
		_ = conn.WriteMessage(kind, message) // nbio closes a connection that fails
	}
}

func echo(conn *websocket.Conn, kind websocket.MessageType, message []byte) {
	_ = conn.WriteMessage(kind, message)
}

func upgrade(upgrader *websocket.Upgrader) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = upgrader.Upgrade(w, r, nil) // answers a refused one itself
	}
}

func main() {
	logging.SetLevel(logging.LevelError)
	h := &hub{clients: map[*websocket.Conn]bool{}}
	go h.ping()
	subscribe := websocket.NewUpgrader()
	subscribe.OnOpen(h.join)
	subscribe.OnClose(h.leave)
	echoing := websocket.NewUpgrader() // for those who measure a round trip
	echoing.OnMessage(echo)

	mux := http.NewServeMux()
	mux.HandleFunc("GET /ws", upgrade(subscribe))
	mux.HandleFunc("GET /echo", upgrade(echoing))
	mux.HandleFunc("POST /publish", h.publish)
	engine := nbhttp.NewEngine(nbhttp.Config{
		Network:            "tcp",
		Addrs:              []string{"127.0.0.1:" + os.Args[1]},
		Handler:            mux,
		MaxWriteBufferSize: behind,
	})
	if err := engine.Start(); err != nil {
		log.Fatal(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	<-stop
	engine.Stop()
}
