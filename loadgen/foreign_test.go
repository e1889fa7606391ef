package loadgen

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// foreign runs our handlers behind a server that is not ours: whatever change
// makes of them. Its HTTP address takes the place of the target's. It answers
// all polls itself.
func foreign(t *testing.T, change func(http.Handler) http.Handler) Target {
	t.Helper()
	s, err := servers.Listen(servers.Options{Heartbeat: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	front := &http.Server{Handler: change(staying(s))}
	var both sync.WaitGroup
	both.Go(func() { _ = s.Serve(ctx) })
	both.Go(func() { _ = front.Serve(l) })
	t.Cleanup(func() {
		cancel()
		front.Close()
		both.Wait()
	})
	return Target{HTTP: l.Addr().String(), TCP: s.Ready().TCP}
}

// staying has h answer polls without letting go of their connection.
func staying(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == wire.RoutePolling || r.URL.Path == wire.RouteLongPoll {
			w = answerWriter{w}
		}
		h.ServeHTTP(w, r)
	})
}

// An answerWriter is a response that gives nobody its connection.
type answerWriter struct{ http.ResponseWriter }

func (w answerWriter) SetWriteDeadline(at time.Time) error {
	return http.NewResponseController(w.ResponseWriter).SetWriteDeadline(at)
}

// subscribing reports whether a request is a client's, not the publisher's.
func subscribing(r *http.Request) bool {
	return r.URL.Path != wire.RoutePublish && r.URL.Path != wire.RouteStats
}

var fourHTTP = []string{"polling/interval=50ms", "longpoll", "sse", "websocket"}

func shortOptions(t *testing.T, target Target, name string) Options {
	t.Helper()
	return Options{Target: target, Variant: variant(t, name), Clients: 4, Topics: 2, Rate: 80, Payload: 100, Retained: 1, Window: 400 * time.Millisecond}
}

func shortTrial(t *testing.T, target Target, name string) *results.Trial {
	t.Helper()
	return trial(t, shortOptions(t, target, name))
}

// Interim answers are passed over and booked, on every request of every
// transport and on the publisher's (RFC 9110 section 15.2), and are not in the
// heads of the answers.
func TestInterimAnswers(t *testing.T) {
	const link = "</style.css>; rel=preload"
	early := int64(len("HTTP/1.1 103 Early Hints\r\nLink: " + link + "\r\n\r\n"))
	for _, name := range fourHTTP {
		target := foreign(t, func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Link", link)
				w.WriteHeader(http.StatusEarlyHints)
				w.Header().Del("Link")
				h.ServeHTTP(w, r)
			})
		})
		way := tapped(t, &target)
		s, all := wholeTrial(t, shortOptions(t, target, name))
		var interim, final, answers int64
		for i, c := range s.clients {
			more, size, n := heads(t, way.first(i, c.books().In.Data()))
			interim, final, answers = interim+more, final+size, answers+n
		}
		if interim < early*answers || interim > early*(answers+4) || interim%early != 0 { // that of a pending long-poll, too
			t.Errorf("%s: %d bytes of interim answers before %d answers, want %d each", name, interim, answers, early)
		}
		if all.In[results.Head] != interim+final {
			t.Errorf("%s: %d bytes of heads, want %d and %d of interim answers", name, all.In[results.Head], final, interim)
		}
		opened := s.handshake.Books
		if r := all.Requests; s.clients[0].request != nil {
			if r.FullBytes+r.EmptyBytes != final || r.Full+r.Empty != answers {
				t.Errorf("%s: %+v, want %d heads of %d bytes", name, r, answers, final)
			}
			r = opened.Requests
			final, answers = r.FullBytes+r.EmptyBytes, r.Full+r.Empty
		}
		if opened.In[results.Head] != final+early*answers || answers < 4 {
			t.Errorf("%s: 4 clients have %d bytes of heads when they are open, want %d and %d interim answers of %d",
				name, opened.In[results.Head], final, answers, early)
		}
	}
}

// heads adds up the heads of the interim and of the other answers in b, and
// counts the latter. An answer at the end may be cut off in its body.
func heads(t *testing.T, b []byte) (interim, final, answers int64) {
	t.Helper()
	rest := bytes.NewReader(b)
	in := bufio.NewReader(rest)
	left := func() int64 { return int64(rest.Len() + in.Buffered()) }
	for left() > 0 {
		before := left()
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		size := before - left()
		if res.StatusCode == http.StatusEarlyHints {
			interim += size
			continue
		}
		final += size
		answers++
		if res.StatusCode == http.StatusSwitchingProtocols {
			break
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			break
		}
	}
	return interim, final, answers
}

// A server that closes the connection after each answer, or some time after
// it, costs a new connection each time, which is counted and in the ledger.
func TestConnectionsClosedBetweenRequests(t *testing.T) {
	for _, name := range []string{"polling/interval=50ms", "longpoll"} {
		for _, header := range []string{"close", "foo, Close", "close, foo"} {
			got := shortTrial(t, foreign(t, func(h http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if subscribing(r) {
						w.Header().Set("Connection", header)
					}
					h.ServeHTTP(w, r)
				})
			}), name)
			if got.Failed != "" {
				t.Errorf("%s, Connection: %s: %s", name, header, got.Failed)
			}
			if n := got.Requests; n.Sent == 0 || n.Reopened != n.Sent || n.Full+n.Empty != n.Sent {
				t.Errorf("%s, Connection: %s: %+v", name, header, n)
			}
			if len(got.Warnings) == 0 || !hasWarning(got, "reopened") {
				t.Errorf("%s: warnings %v", name, got.Warnings)
			}
			// Each connection has a SYN and a SYN-ACK, with options of their own.
			if l := got.Steady; l.SegmentsOut < 3*got.Requests.Reopened || l.In[results.TCPIP]%4 != 0 {
				t.Errorf("%s: %+v", name, l)
			}
		}
	}
}

func hasWarning(t *results.Trial, code string) bool {
	for _, w := range t.Warnings {
		if w.Code == code {
			return true
		}
	}
	return false
}

// A keep-alive that runs out just as a poll leaves is no loss: the request is
// repeated once, on a new connection.
func TestIdleConnectionClosed(t *testing.T) {
	v := variant(t, "polling/interval=50ms")
	target := serve(t, servers.Options{})
	spoil(t, &target, v, 1, func(c *net.TCPConn) { c.Close() })
	got := trial(t, Options{Target: target, Variant: v, Clients: 3, Rate: 100, Payload: 100, Window: time.Second})
	if got.Failed != "" || got.Requests.Reopened != 1 || got.Requests.Sent != got.Requests.Full+got.Requests.Empty+1 {
		t.Errorf("%q, %+v", got.Failed, got.Requests)
	}
}

// An answer that no EventSource would take is none, and the error names what
// it is instead. The server's words are quoted and short.
func TestAnswersThatAreNone(t *testing.T) {
	page := "<!doctype html>\x1b[2J" + strings.Repeat("long ", 50000)
	for _, row := range []struct {
		fact, name string
		status     int
		kind       string
		want       string
	}{
		{"a page instead of a stream", "sse", 200, "text/html; charset=utf-8", `Content-Type is "text/html" instead of text/event-stream: "<!doctype html>\x1b[2J`},
		{"no media type at all", "sse", 200, "", `Content-Type is`},
		{"a refusal of a stream", "sse", 503, "text/plain", `status 503: "<!doctype html>\x1b[2J`},
		{"a refusal of a poll", "polling/interval=50ms", 502, "text/html", `status 502: "<!doctype html>\x1b[2J`},
		{"a refusal of a WebSocket", "websocket", 503, "text/plain", `status 503: "<!doctype html>\x1b[2J`},
	} {
		target := foreign(t, func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !subscribing(r) {
					h.ServeHTTP(w, r)
					return
				}
				w.Header()["Content-Type"] = []string{row.kind}
				w.WriteHeader(row.status)
				_, _ = io.WriteString(w, page)
			})
		})
		_, err := Run(t.Context(), Options{Target: target, Variant: variant(t, row.name), Clients: 1, Rate: 10, Payload: 100, Window: time.Second})
		if err == nil || !strings.Contains(err.Error(), row.want) || len(err.Error()) > 400 || strings.ContainsAny(err.Error(), "\x1b\n") {
			t.Errorf("%s: %.500v, want %s", row.fact, err, row.want)
		}
	}
}

// A compressed answer that nobody asked for is named as such.
func TestCompressedAnswer(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte("[]"))
	z.Close()
	for _, name := range []string{"polling/interval=50ms", "longpoll", "sse", "polling/interval=50ms/headers=browser"} {
		target := foreign(t, func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !subscribing(r) {
					h.ServeHTTP(w, r)
					return
				}
				if accept := r.Header.Get("Accept-Encoding"); accept != "" && accept != "identity" {
					t.Errorf("%s: the client says that it takes %s", name, accept)
				}
				w.Header().Set("Content-Encoding", "gzip")
				w.Header().Set("Content-Type", "text/event-stream")
				w.Header().Set(wire.HeaderCursor, "0")
				_, _ = w.Write(packed.Bytes())
			})
		})
		_, err := Run(t.Context(), Options{Target: target, Variant: variant(t, name), Clients: 1, Rate: 10, Payload: 100, Window: time.Second})
		if err == nil || !strings.Contains(err.Error(), `encoded with "gzip", which was not asked for`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A server of HTTP/1.0 closes after each answer, and one with a short idle
// timeout before the next request: each poll is asked once, on a new
// connection.
func TestPollsOnNewConnections(t *testing.T) {
	plain := func(h http.Handler) http.Handler { return h }
	for fact, target := range map[string]func() Target{
		"HTTP/1.0": func() Target {
			target := foreign(t, plain)
			rewriting(t, &target, func(c net.Conn, b []byte) error {
				_, err := c.Write(bytes.Replace(b, []byte("HTTP/1.1 "), []byte("HTTP/1.0 "), 1))
				return err
			})
			return target
		},
		"an idle timeout": func() Target {
			target := serve(t, servers.Options{})
			closing(t, &target)
			return target
		},
	} {
		got := trial(t, Options{Target: target(), Variant: variant(t, "polling/interval=100ms"), Clients: 4, Rate: 20, Payload: 100, Window: 400 * time.Millisecond})
		if r := got.Requests; got.Failed != "" || r.Sent != 16 || r.Full+r.Empty != 16 || r.Reopened != 16 {
			t.Errorf("%s: %q, %+v", fact, got.Failed, r)
		}
	}
}

// closing is a way to the target that ends each connection once an answer has
// passed.
func closing(t *testing.T, target *Target) {
	rewriting(t, target, func(c net.Conn, b []byte) error {
		_, _ = c.Write(b)
		return io.EOF
	})
}
