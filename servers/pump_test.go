package servers

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"pushbench/servers/wire"

	"github.com/gorilla/websocket"
)

// Streams are shared out among pumps, at most one for each core, and a pump ends with its last
// stream.
func TestStreamsAreSharedOutAmongPumps(t *testing.T) {
	ts := start(t, Options{})
	topic := ts.topic(t, "t")
	var streams []*stream
	for n := 1; n <= (runtime.GOMAXPROCS(0)+1)*share; n++ {
		_, far := net.Pipe()
		st := ts.newStream(wire.TCP, place{topic: topic.Topic}, &frameSink{c: ts.track(far), s: ts.Server}, new(gate))
		topic.join(&st.outlet, &ts.work)
		streams = append(streams, st)
		if want := min((n+share-1)/share, runtime.GOMAXPROCS(0)); len(topic.pumps.all) != want {
			t.Fatalf("%d pumps for %d streams, want %d", len(topic.pumps.all), n, want)
		}
	}
	sum := 0
	for _, p := range topic.pumps.all {
		sum += len(p.outlets)
		for i, o := range p.outlets {
			if o.index != i || o.pump != p {
				t.Errorf("stream %d knows its place as %d", i, o.index)
			}
		}
	}
	if sum != len(streams) {
		t.Errorf("pumps have %d of %d streams", sum, len(streams))
	}
	rand.Shuffle(len(streams), func(i, j int) { streams[i], streams[j] = streams[j], streams[i] })
	for _, st := range streams {
		topic.part(&st.outlet)
		st.sink.(*frameSink).c.Close()
	}
	if len(topic.pumps.all) != 0 {
		t.Errorf("%d pumps without streams", len(topic.pumps.all))
	}
}

// A stream whose connection is to leave before it begins ends by itself: clients come while the
// server ends.
func TestAStreamBeginsWhenTheServerEnds(t *testing.T) {
	ts := start(t, Options{})
	near, far := net.Pipe()
	defer near.Close()
	c := ts.track(far)
	c.leave()
	topic := ts.topic(t, "t")
	st := ts.newStream(wire.TCP, place{topic: topic.Topic}, &frameSink{c: c, s: ts.Server}, nil)
	if err, heard := c.stream(st, c.ignore); err != nil || heard == nil {
		t.Errorf("it ends with %v and %v", err, heard)
	}
	if n := ts.stats.carriers[wire.TCP].subscribers.Load(); n != 0 {
		t.Errorf("%d subscribers", n)
	}
}

// A client that takes nothing while the server has something to say to it alone, such as the
// answers to its pings, holds nobody up either.
func TestAnswersThatWaitHoldNobodyUp(t *testing.T) {
	ts := start(t, Options{Heartbeat: time.Hour, WriteTimeout: time.Minute})
	stuck := dialRaw(t, ts, wire.WebSocket, 0)
	defer stuck.Close()
	ts.subscribers(t, wire.WebSocket, 1)
	err := errors.Join(stuck.(*net.TCPConn).SetReadBuffer(4<<10), stuck.SetWriteDeadline(time.Now().Add(20*time.Second)))
	ts.conns.mu.Lock()
	for c := range ts.conns.open { // there is one
		err = errors.Join(err, c.Conn.(*patient).closeWriter.(*net.TCPConn).SetWriteBuffer(4<<10))
	}
	ts.conns.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	pings := bytes.Repeat([]byte(clientFrame(0x89, strings.Repeat("x", 125), 0)), 100)
	pinged := make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			_, err = stuck.Write(pings)
		}
		pinged <- err
	}()
	until(t, "an answer waits", func() bool { return ts.waiting() == 1 })
	var others []client
	for _, tr := range []wire.Transport{wire.WebSocket, wire.SSE, wire.TCP} {
		others = append(others, dialers[tr](t, ts, "t", "0"))
	}
	for i := range 20 {
		ts.publish(t, "t", 1)
		for _, c := range others {
			expect(t, c, event(uint64(i+1), fmt.Sprintf(`{"n":%d}`, i+1)))
		}
	}
	for _, c := range others {
		c.close()
	}
	stuck.Close()
	if err := <-pinged; errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the server has taken all pings")
	}
}

// waiting is how many connections have a write that waits for its client.
func (ts *testServer) waiting() (n int) {
	ts.conns.mu.Lock()
	defer ts.conns.mu.Unlock()
	for c := range ts.conns.open {
		if g := gateOf(c.Conn); g != nil {
			g.mu.Lock()
			n += g.waiting
			g.mu.Unlock()
		}
	}
	return n
}

// What gorilla answers to a client's pings comes between the frames of what the client catches up
// on, never into one.
func TestPongsComeBetweenFrames(t *testing.T) {
	ts := start(t, Options{})
	const events = 2000
	for range events {
		ts.topic(t, "t").Publish(jsonOf(3000)) // more than gorilla's buffer
	}
	dialer := ts.dialer()
	ws, _, err := dialer.Dial("ws"+strings.TrimPrefix(ts.url, "http")+"/websocket?topic=t&after=0", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	pinged := make(chan struct{})
	go func() {
		defer close(pinged)
		for ws.WriteControl(websocket.PingMessage, []byte("ping"), time.Now().Add(20*time.Second)) == nil {
		}
	}()
	pongs := 0
	ws.SetPongHandler(func(string) error { pongs++; return nil })
	for i := range events {
		if _, message, err := ws.ReadMessage(); err != nil || !bytes.Equal(message, jsonOf(3000)) {
			t.Fatalf("message %d: %.20q, %v", i+1, message, err)
		}
	}
	for pongs == 0 { // they come behind the events, at the latest
		ts.publish(t, "t", 1)
		if _, _, err := ws.ReadMessage(); err != nil {
			t.Fatal(err)
		}
	}
	ws.Close()
	<-pinged
}

// Under TLS, too, who takes nothing holds nobody up, and is served to the end.
func TestASlowClientUnderTLS(t *testing.T) {
	ts := start(t, Options{TLS: true, TCPAddr: "off", WriteTimeout: time.Minute})
	open := func() net.Conn {
		c, err := tls.Dial("tcp", ts.Ready().HTTP, &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		askAll(t, []net.Conn{c}, wire.SSE, 0)
		return c
	}
	slow, quick := open(), open()
	defer slow.Close()
	defer quick.Close()
	ts.subscribers(t, wire.SSE, 2)
	const events = 24
	text := make([]byte, events<<20)
	for range events {
		ts.topic(t, "t").Publish(jsonOf(1 << 20))
		if _, err := io.ReadFull(quick, text[:1<<20]); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "a write waits", func() bool { return ts.waiting() == 1 })
	if _, err := io.ReadFull(slow, text); err != nil {
		t.Fatal(err)
	}
}

// Nothing is written behind a close frame.
func TestNothingFollowsACloseFrame(t *testing.T) {
	ts := start(t, Options{})
	for range 20 {
		c := dialRaw(t, ts, wire.WebSocket, 0)
		ts.subscribers(t, wire.WebSocket, 1)
		published := make(chan struct{})
		go func() {
			defer close(published)
			for range 50 {
				ts.publish(t, "t", 1)
			}
		}()
		if _, err := io.WriteString(c, clientFrame(0x88, closeWith(1000, ""), 0)); err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(c)
		if err != nil || !bytes.HasSuffix(said, []byte("\x88\x02\x03\xe8")) {
			t.Errorf("%v, and the last that the server says is %.40q", err, said[max(0, len(said)-40):])
		}
		<-published
		c.Close()
		ts.subscribers(t, wire.WebSocket, 0)
	}
}

// When the server ends, an event stream is whole: its last chunk and the end of what is
// compressed have come.
func TestEventStreamsEndWhole(t *testing.T) {
	for _, row := range []struct{ fact, ask, want string }{
		{"in chunks", " HTTP/1.1\r\n", "15\r\nid: 1\ndata: {\"n\":1}\n\n\r\n0\r\n\r\n"},
		{"over HTTP/1.0", " HTTP/1.0\r\n", "id: 1\ndata: {\"n\":1}\n\n"},
		{"compressed, over HTTP/1.0", "&compress=1 HTTP/1.0\r\nAccept-Encoding: gzip\r\n", "id: 1\ndata: {\"n\":1}\n\n"},
	} {
		ts := start(t, Options{})
		ts.publish(t, "t", 1)
		c, err := net.Dial("tcp", ts.Ready().HTTP)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(c, "GET /sse?topic=t&after=0"+row.ask+"Host: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		until(t, "the event is delivered", func() bool { return ts.stats.carriers[wire.SSE].delivered.Load() == 1 })
		ts.cancel()
		said, err := io.ReadAll(c)
		_, body, answered := bytes.Cut(said, []byte("\r\n\r\n"))
		if err == nil && answered && strings.Contains(row.ask, "compress") {
			var plain io.Reader
			if plain, err = gzip.NewReader(bytes.NewReader(body)); err == nil {
				said, err = io.ReadAll(plain)
			}
		}
		if err != nil || !strings.HasSuffix(string(said), row.want) {
			t.Errorf("%s: %v, %q", row.fact, err, said)
		}
		c.Close()
		ts.ended(t)
	}
}
