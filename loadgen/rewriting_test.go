package loadgen

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers"
)

// pinging writes an event of a type of its own before everything that a stream
// writes.
type pinging struct {
	http.ResponseWriter
	ping string
}

func (p pinging) Write(b []byte) (int, error) {
	if _, err := io.WriteString(p.ResponseWriter, p.ping); err != nil {
		return 0, err
	}
	return p.ResponseWriter.Write(b)
}

func (p pinging) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// An event of a type to which nobody listens is framing (WHATWG HTML section
// 9.2.6).
func TestForeignEventTypes(t *testing.T) {
	const ping = "event: ping\ndata: {\"now\":1}\n\n"
	with := shortTrial(t, foreign(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if subscribing(r) {
				w = pinging{w, ping}
			}
			h.ServeHTTP(w, r)
		})
	}), "sse")
	if with.Failed != "" || with.Deliveries.InWindow == 0 {
		t.Fatalf("%q, %+v", with.Failed, with.Deliveries)
	}
	if least := int64(len(ping)) * with.Deliveries.InWindow / 2; with.Steady.In[results.Framing] < least {
		t.Errorf("%d bytes of framing, want %d at least", with.Steady.In[results.Framing], least)
	}
}

// A message in fragments, with unasked pongs between them, is one event; each
// frame's head is counted (RFC 6455 sections 5.4 and 5.5.3).
func TestFragmentsAndPongs(t *testing.T) {
	const size = 100
	target := serve(t, servers.Options{Heartbeat: time.Hour})
	between(t, &target, func(c, up net.Conn) { fragment(c, up, size) })
	got := trial(t, Options{Target: target, Variant: variant(t, "websocket"), Clients: 3, Rate: 50, Payload: size, Window: 400 * time.Millisecond})
	if got.Failed != "" {
		t.Fatal(got.Failed)
	}
	n := got.Deliveries.InWindow
	if want := n * int64(2+2+2+len("beat")); got.Steady.In[results.WebSocket] != want || n == 0 || got.Steady.In[results.Payload] != n*size {
		t.Errorf("%d bytes of WebSocket heads for %d events, want %d; payload %d", got.Steady.In[results.WebSocket], n, want, got.Steady.In[results.Payload])
	}
}

// fragment passes on what the server says to c, each message of size bytes in
// two fragments and with a pong between them.
func fragment(c, up net.Conn, size int) {
	if passHead(c, up) != nil {
		return
	}
	frame := make([]byte, 2+size)
	for {
		if _, err := io.ReadFull(up, frame[:2]); err != nil || frame[1] != byte(size) {
			return
		}
		if _, err := io.ReadFull(up, frame[2:]); err != nil {
			return
		}
		const cut = 30
		out := fmt.Appendf(nil, "\x01%c%s\x8a\x04beat\x80%c%s", cut, frame[2:2+cut], size-cut, frame[2+cut:])
		if _, err := c.Write(out); err != nil {
			return
		}
	}
}

// passHead passes on the head of the server's answer to c, and nothing that
// follows it.
func passHead(c, up net.Conn) error {
	head := make([]byte, 0, 1024)
	for one := make([]byte, 1); !bytes.HasSuffix(head, parse.HeadEnd); head = append(head, one...) {
		if _, err := io.ReadFull(up, one); err != nil {
			return err
		}
	}
	_, err := c.Write(head)
	return err
}

// between puts answers between the clients and the HTTP server of target until
// the test ends: it is called for each connection c, with one to the server on
// which all has been passed on that the client says.
func between(t *testing.T, target *Target, answers func(c, up net.Conn)) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := target.HTTP
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			work.Go(func() {
				defer c.Close()
				up, err := net.Dial("tcp", server)
				if err != nil {
					return
				}
				defer up.Close()
				work.Go(func() { _, _ = io.Copy(up, c); up.Close() })
				answers(c, up)
			})
		}
	})
	t.Cleanup(func() { l.Close(); work.Wait() })
	target.Clients, target.Publisher = &spoiler{listener: l}, direct
}

// rewriting has pass pass on what the server says, which is what one read from
// it brings.
func rewriting(t *testing.T, target *Target, pass func(c net.Conn, b []byte) error) {
	t.Helper()
	between(t, target, func(c, up net.Conn) {
		b := make([]byte, 64<<10)
		for {
			n, err := up.Read(b)
			if err != nil || pass(c, b[:n]) != nil {
				return
			}
		}
	})
}

// TLS records that come in two segments are cut whole.
func TestRecordsInTwoSegments(t *testing.T) {
	for _, name := range []string{"sse/tls", "websocket/tls", "longpoll/tls"} {
		target := serve(t, servers.Options{TLS: true, Heartbeat: time.Hour})
		rewriting(t, &target, func(c net.Conn, b []byte) error {
			if half := len(b) - 9; len(b) < 400 && half > 0 {
				if _, err := c.Write(b[:half]); err != nil {
					return err
				}
				b = b[half:]
			}
			_, err := c.Write(b)
			return err
		})
		got := trial(t, Options{Target: target, Variant: variant(t, name), Clients: 3, Rate: 100, Payload: 100, Window: 300 * time.Millisecond})
		if got.Failed != "" || got.Deliveries.InWindow == 0 {
			t.Errorf("%s: %q, %+v", name, got.Failed, got.Deliveries)
			continue
		}
		const each = 5 + 1 + 16                                     // head, type and tag of a record (RFC 8446 section 5.2)
		if n := got.Steady.In[results.TLS]; n%each != 0 || n == 0 { // a busy server puts two messages into one
			t.Errorf("%s: %d bytes of TLS, want whole records of %d", name, n, each)
		}
	}
}

// A stream without chunks, or in chunks that are not its events, is cut
// between its events.
func TestStreamsInOtherChunks(t *testing.T) {
	for fact, head := range map[string]string{
		"no chunks":      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n",
		"an endless one": "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n3fffffff\r\n",
	} {
		target := serve(t, servers.Options{Heartbeat: time.Hour})
		rewriting(t, &target, func(c net.Conn, b []byte) error {
			if _, rest, ok := bytes.Cut(b, parse.HeadEnd); ok && bytes.HasPrefix(b, []byte("HTTP/")) {
				b = append([]byte(head), withoutChunks(rest)...)
			} else {
				b = withoutChunks(b)
			}
			_, err := c.Write(b)
			return err
		})
		got := trial(t, Options{Target: target, Variant: variant(t, "sse"), Clients: 3, Rate: 50, Payload: 100, Window: 300 * time.Millisecond})
		if got.Failed != "" || got.Deliveries.InWindow == 0 || got.Steady.In[results.Chunking] != 0 {
			t.Errorf("%s: %q, %+v, %d bytes of chunking", fact, got.Failed, got.Deliveries, got.Steady.In[results.Chunking])
		}
	}
}

// withoutChunks is the data of b, which is whole chunks.
func withoutChunks(b []byte) (data []byte) {
	for len(b) > 0 {
		line, rest, _ := bytes.Cut(b, []byte("\r\n"))
		var n int
		if _, err := fmt.Sscanf(string(line), "%x", &n); err != nil || n > len(rest)-2 {
			return data
		}
		data = append(data, rest[:n]...)
		b = rest[n+2:]
	}
	return data
}
