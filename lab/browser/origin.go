//go:build linux

package browser

import (
	"crypto/tls"
	_ "embed"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"

	"github.com/gorilla/websocket"

	"pushbench/servers/certificate"
)

//go:embed page.html
var pageText []byte

// streamsMost is how many streams of an HTTP/2 connection a server of an experiment allows.
const streamsMost = 1000

// An origin is a server for an experiment: it has the page, holds what the page asks for, and
// counts. What it counts is what a browser really does.
type origin struct {
	scheme string
	port   string
	server http.Server
	serves sync.WaitGroup
	counts *board
}

// newOrigin starts a server on loopback. It speaks HTTP/1.1 in clear text or, over TLS,
// HTTP/2 and HTTP/1.1. Its routes are those of an experiment, besides the page and the probe.
// The caller closes it.
func newOrigin(overTLS bool, routes map[string]http.HandlerFunc) (*origin, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	o := &origin{scheme: "http", port: strconv.Itoa(l.Addr().(*net.TCPAddr).Port), counts: newBoard()}
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", servePage)
	mux.HandleFunc("/probe", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	for route, handle := range routes {
		mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			defer o.counts.opened(route, r.RemoteAddr)()
			handle(w, r)
		})
	}
	o.server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.serves.Add(1) // also of connections that are no longer HTTP
		defer o.serves.Done()
		w.Header().Set("Access-Control-Allow-Origin", "*")
		mux.ServeHTTP(w, r)
	})
	o.server.ErrorLog = log.New(io.Discard, "", 0) // a browser that ends leaves handshakes behind
	counted := &countedListener{Listener: l, counts: o.counts}
	serve := o.server.Serve
	if overTLS {
		own, _, err := certificate.New(l.Addr())
		if err != nil {
			_ = l.Close()
			return nil, err
		}
		o.scheme = "https"
		o.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{own}}
		o.server.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: streamsMost}
		serve = func(l net.Listener) error { return o.server.ServeTLS(l, "", "") }
	}
	o.serves.Go(func() { _ = serve(counted) }) // ends when the server is closed
	return o, nil
}

func servePage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(pageText) // the browser notices
}

// url is the origin as a page has it, under one of the names of loopback.
func (o *origin) url(host string) string { return o.scheme + "://" + host + ":" + o.port }

// names returns the URLs of the origin under so many names.
func (o *origin) names(n int) []string {
	return []string{o.url("127.0.0.1"), o.url("localhost")}[:n]
}

// close ends all connections and waits for what served them.
func (o *origin) close() {
	_ = o.server.Close()        // of the listener, which is not used again
	o.counts.closeConnections() // those that are no longer HTTP, too
	o.serves.Wait()
}

// holds are routes that hold an EventSource, a WebSocket or a request that is not answered,
// until the browser is gone.
var holds = map[string]http.HandlerFunc{
	"/hold-sse":       holdStream,
	"/hold-websocket": holdWebSocket,
	"/hold-fetch":     func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
}

func holdStream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	// Firefox has an EventSource open with the first byte of the body, not with the head.
	if _, err := io.WriteString(w, ": open\n\n"); err == nil && http.NewResponseController(w).Flush() == nil {
		<-r.Context().Done()
	}
}

// upgrader takes WebSockets of all pages: those of an experiment come from several origins.
var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

func holdWebSocket(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // it has been answered
	}
	defer conn.Close()
	for err == nil {
		_, _, err = conn.NextReader()
	}
}
