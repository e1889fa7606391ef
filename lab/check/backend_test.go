package check

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"pushbench/loadgen/dialect"
	"pushbench/servers/wire"
)

// brief are limits with which a test does not take long.
var brief = limits{
	answer: 2 * time.Second, head: 100 * time.Millisecond, settle: 40 * time.Millisecond, poll: 4 * time.Millisecond,
	silence: 400 * time.Millisecond, large: 20_000, piece: 16 << 10, pieces: 1024, flood: 10 * time.Second,
	stream: 400 * time.Millisecond, streams: 5 * time.Second,
}

// A backend is a server that behaves well, but for what is set.
type backend struct {
	t        testing.TB
	mu       sync.Mutex
	events   []string
	more     chan struct{} // closed and made anew when there is one more
	at       atomic.Int64  // how many events the last WebSocket client has been sent
	last     atomic.Pointer[websocket.Conn]
	clients  sync.WaitGroup
	server   *http.Server
	address  string
	stopping chan struct{}

	spoil     func(n int, event string) []string // what becomes of the event with that number
	noIDs     bool                               // events of a stream have none
	forgets   bool                               // it has ids, and ignores those of a client that comes back
	strict    bool                               // a cursor that it does not know is refused
	history   int                                // events of before that a client without a cursor gets
	lateHead  bool                               // a stream's head comes with its first event
	parts     bool                               // a stream's event is flushed in parts
	plain     bool                               // an answer ends with the connection
	beats     time.Duration                      // a comment or ping in silence
	lasts     time.Duration                      // of a stream
	stops     bool                               // who comes back to a stream is told to stop
	retry     string                             // of a stream
	endless   bool                               // it does not know of streams that complete
	origins   string                             // Access-Control-Allow-Origin; echo: that of the request, with credentials
	foreign   bool                               // pages of elsewhere are refused
	packs     bool                               // it compresses
	holds     bool                               // what it compresses, until there is much
	closes    bool                               // each connection after the answer
	idle      time.Duration                      // after which a connection without a request is closed
	latest    bool                               // a poll gets the newest event only
	fragments bool                               // a large message comes in several
	hoards    bool                               // what a slow client does not take is kept
	blocks    bool                               // who publishes waits for slow clients
	most      int                                // clients that wait, of all transports; others get no answer
	refuses   bool                               // others are refused
	hogs      bool                               // who publishes needs the place of one

	places chan struct{} // as many as there are
}

// run starts b until the test ends.
func (b *backend) run(t testing.TB) *backend {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if b.places = make(chan struct{}, b.most); b.most == 0 {
		b.places = make(chan struct{}, 10_000)
	}
	b.t, b.more, b.stopping, b.address = t, make(chan struct{}), make(chan struct{}), l.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("/publish", b.publish)
	mux.HandleFunc("/sse", b.sse)
	mux.HandleFunc("/ws", b.webSocket)
	mux.HandleFunc("/poll", b.poll)
	mux.HandleFunc("/wait", b.poll)
	b.server = &http.Server{Handler: mux, IdleTimeout: b.idle}
	b.server.SetKeepAlivesEnabled(!b.closes)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := b.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		b.stop()
		<-ended
	})
	return b
}

// stop ends the streams, then the server.
func (b *backend) stop() error {
	b.mu.Lock()
	select {
	case <-b.stopping:
	default:
		close(b.stopping)
	}
	b.mu.Unlock()
	b.clients.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = b.server.Shutdown(ctx) // a client may still be there
	return b.server.Close()
}

// enter counts a client that waits, unless the server is being stopped or has no place.
func (b *backend) enter(w http.ResponseWriter, r *http.Request) bool {
	if !b.place(r, b.refuses) {
		http.Error(w, "no more", http.StatusServiceUnavailable)
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-b.stopping:
		<-b.places
		return false
	default:
		b.clients.Add(1)
		return true
	}
}

// leave gives the place back.
func (b *backend) leave() {
	<-b.places
	b.clients.Done()
}

// place takes a place. It is false when there is none, at once or for as long as the
// client waits.
func (b *backend) place(r *http.Request, atOnce bool) bool {
	gone := r.Context().Done()
	if atOnce {
		closed := make(chan struct{})
		close(closed)
		gone = closed
	}
	select {
	case b.places <- struct{}{}:
		return true
	default:
	}
	select {
	case b.places <- struct{}{}:
		return true
	case <-b.stopping:
	case <-gone:
	}
	return false
}

// memory is what the server holds: only what a slow client does not take, if at all.
func (b *backend) memory() (total int64, err error) {
	if !b.hoards {
		return 1 << 20, nil
	}
	events, _ := b.after(int(b.at.Load()))
	for _, e := range events {
		total += int64(len(e))
	}
	return total, nil
}

// dialect is how b is spoken to.
func (b *backend) dialect() *dialect.Dialect {
	at := func(path string) dialect.Request { return dialect.Request{Path: dialect.Must(path)} }
	pointer, err := dialect.ParsePointer("/cursor")
	if err != nil {
		b.t.Fatal(err)
	}
	ask := func(path string) *dialect.Ask {
		return &dialect.Ask{Request: at(path + "?after={cursor.after}"), Latest: b.latest, Cursors: []dialect.Cursor{{Name: "after", Pointer: pointer}}}
	}
	return &dialect.Dialect{
		Publish: dialect.Publish{Request: at("/publish")}, SSE: &dialect.SSE{Request: at("/sse")},
		WebSocket: &dialect.WebSocket{Request: at("/ws")}, Polling: ask("/poll"), LongPoll: ask("/wait"),
	}
}

// only is d with one transport.
func only(d *dialect.Dialect, on wire.Transport) *dialect.Dialect {
	one := dialect.Dialect{Publish: d.Publish}
	switch on {
	case wire.SSE:
		one.SSE = d.SSE
	case wire.WebSocket:
		one.WebSocket = d.WebSocket
	case wire.Polling:
		one.Polling = d.Polling
	case wire.LongPoll:
		one.LongPoll = d.LongPoll
	}
	return &one
}

// after returns the events after the first n, and a channel that is closed when there
// are more.
func (b *backend) after(n int) ([]string, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.events[min(n, len(b.events)):], b.more
}

func (b *backend) newest() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.events)
}

func (b *backend) publish(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	for b.blocks && b.newest()-int(b.at.Load()) > 64 {
		select {
		case <-r.Context().Done():
			return
		case <-time.After(time.Millisecond):
		}
	}
	if ws := b.last.Load(); ws != nil && !b.hoards && b.newest()-int(b.at.Load()) > 300 {
		ws.NetConn().Close() // it is too slow
	}
	if b.hogs {
		if !b.place(r, false) {
			return
		}
		defer func() { <-b.places }()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	came := []string{string(body)}
	if b.spoil != nil {
		came = b.spoil(len(b.events)+1, string(body))
	}
	b.events = append(b.events, came...)
	close(b.more)
	b.more = make(chan struct{})
	w.WriteHeader(http.StatusNoContent)
}

// begin reads a client's cursor, and returns where it begins. It is not ok when it has
// been answered.
func (b *backend) begin(w http.ResponseWriter, r *http.Request, cursor string) (from int, ok bool) {
	if origin := r.Header.Get("Origin"); origin != "" {
		switch {
		case b.foreign:
			http.Error(w, "who are you?", http.StatusForbidden)
			return 0, false
		case b.origins == "echo":
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Set("Access-Control-Allow-Credentials", "true")
		case b.origins != "":
			w.Header().Set("Access-Control-Allow-Origin", b.origins)
		}
	}
	newest := b.newest()
	n, err := strconv.Atoi(cursor)
	switch {
	case cursor == "" || b.forgets:
		return max(0, newest-b.history), true
	case err != nil && b.strict:
		http.Error(w, "what is that?", http.StatusBadRequest)
		return 0, false
	case err != nil:
		return newest, true
	}
	return n, true
}

func (b *backend) sse(w http.ResponseWriter, r *http.Request) {
	if !b.enter(w, r) {
		return
	}
	defer b.leave()
	from, ok := b.begin(w, r, r.Header.Get("Last-Event-ID"))
	if !ok {
		return
	}
	if (b.stops || r.URL.Query().Has("end")) && r.Header.Get("Last-Event-ID") != "" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	if b.plain {
		h.Set("Transfer-Encoding", "identity")
	}
	out := b.packed(w, r)
	if b.retry != "" {
		out.say("retry: %s\n\n", b.retry)
	}
	if !b.lateHead {
		out.flush()
	}
	left, _ := strconv.Atoi(r.URL.Query().Get("complete"))
	if b.endless {
		left = 0
	}
	var end <-chan time.Time
	if b.lasts > 0 {
		end = time.After(b.lasts)
	}
	for {
		var beat <-chan time.Time
		if b.beats > 0 {
			beat = time.After(b.beats)
		}
		events, more := b.after(from)
		for _, e := range events {
			from++
			if !b.noIDs {
				out.say("id: %d\n", from)
			}
			if b.parts {
				out.flush()
			}
			out.say("data: %s\n\n", e)
			if left--; left == 0 {
				return
			}
		}
		if len(events) > 0 {
			out.flush()
			continue
		}
		select {
		case <-more:
		case <-beat:
			out.say(":\n\n")
			out.flush()
		case <-end:
			return
		case <-b.stopping:
			return
		case <-r.Context().Done():
			return
		}
	}
}

// A packer writes an answer, compressed or not.
type packer struct {
	w     http.ResponseWriter
	zip   *gzip.Writer
	holds bool
}

func (b *backend) packed(w http.ResponseWriter, r *http.Request) *packer {
	p := &packer{w: w, holds: b.holds}
	if b.packs && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		p.zip = gzip.NewWriter(w)
	}
	return p
}

func (p *packer) say(format string, args ...any) {
	if p.zip != nil {
		fmt.Fprintf(p.zip, format, args...)
		return
	}
	fmt.Fprintf(p.w, format, args...)
}

func (p *packer) flush() {
	if p.zip != nil && !p.holds {
		p.zip.Flush()
	}
	p.w.(http.Flusher).Flush()
}

func (b *backend) poll(w http.ResponseWriter, r *http.Request) {
	from, ok := b.begin(w, r, r.URL.Query().Get("after"))
	if !ok {
		return
	}
	events, more := b.after(from)
	if r.URL.Path == "/wait" && len(events) == 0 {
		if !b.enter(w, r) {
			return
		}
		defer b.leave()
		select {
		case <-more:
		case <-b.stopping:
		case <-time.After(200 * time.Millisecond):
		case <-r.Context().Done():
			return
		}
		events, _ = b.after(from)
	}
	from += len(events)
	if b.latest && len(events) > 1 {
		events = events[len(events)-1:]
	}
	if events == nil {
		events = []string{}
	}
	text, err := json.Marshal(map[string]any{"cursor": from, "events": events})
	if err != nil {
		b.t.Error(err)
	}
	out := b.packed(w, r)
	out.say("%s", text)
	if out.zip != nil {
		out.zip.Close()
	}
}

func (b *backend) webSocket(w http.ResponseWriter, r *http.Request) {
	if !b.enter(w, r) {
		return
	}
	defer b.leave()
	from := b.newest()
	if b.foreign && r.Header.Get("Origin") != "" {
		http.Error(w, "who are you?", http.StatusForbidden)
		return
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, EnableCompression: b.packs, WriteBufferSize: 4096}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	b.at.Store(int64(from))
	b.last.Store(ws)
	defer ws.Close()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for {
			if _, _, err := ws.ReadMessage(); err != nil {
				return
			}
		}
	}()
	defer func() {
		ws.Close()
		<-gone
	}()
	for {
		var beat <-chan time.Time
		if b.beats > 0 {
			beat = time.After(b.beats)
		}
		events, more := b.after(from)
		for _, e := range events {
			if err := b.message(ws, e); err != nil {
				return
			}
			from++
			b.at.Store(int64(from))
		}
		if len(events) > 0 {
			continue
		}
		select {
		case <-more:
		case <-beat:
			ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
		case <-b.stopping:
			ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, ""), time.Now().Add(time.Second))
			return
		case <-gone:
			return
		}
	}
}

// message writes an event.
func (b *backend) message(ws *websocket.Conn, event string) error {
	if !b.fragments {
		return ws.WriteMessage(websocket.TextMessage, []byte(event))
	}
	w, err := ws.NextWriter(websocket.TextMessage)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, event); err != nil {
		return err
	}
	return w.Close()
}

// emit has b have an event of its own.
func (b *backend) emit() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, "tick")
	close(b.more)
	b.more = make(chan struct{})
}
