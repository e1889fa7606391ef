package loadgen

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/results"
)

// A spoken is a server that is not ours and answers byte by byte. It keeps what is
// published to it.
type spoken struct {
	t         testing.TB
	listener  net.Listener
	answer    func(c *exchange) (keep bool) // to all but what is published; whether the connection goes on
	once      int                           // a connection is closed when a request comes after so many to publish; 0: never

	mu        sync.Mutex
	events    []string
	published string        // the answer to what is published; empty: 204
	more      chan struct{} // closed and made anew when there is one more
	conns     map[net.Conn]bool
	requests  []string // method, target and body of each, in the order in which they came
	hungUp    int      // connections that were closed so
	closes    bool     // a connection after each answer to what is published
	hangs     int      // how many events it takes until it answers no more; 0: all
}

// An exchange is a request and the connection that it came over.
type exchange struct {
	*spoken
	net.Conn
	in   *bufio.Reader
	req  *http.Request
	body string
}

// say writes text, and reports whether it could.
func (e *exchange) say(format string, args ...any) bool {
	_, err := fmt.Fprintf(e.Conn, format, args...)
	return err == nil
}

// never is a number of events that no test comes to.
const never = 1 << 30

// after returns the events after the first n, and waits until there are some; nil: the
// server is being closed.
func (s *spoken) after(n int) []string {
	for {
		s.mu.Lock()
		events, more := s.events, s.more
		s.mu.Unlock()
		if len(events) > n {
			return events[n:]
		}
		if more == nil {
			return nil
		}
		<-more
	}
}

// now returns the events that there are.
func (s *spoken) now() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.events
}

func (s *spoken) publish(event string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, event)
	if s.more != nil {
		close(s.more)
		s.more = make(chan struct{})
	}
}

// speaking runs a server until the test ends.
func speaking(t testing.TB, answer func(c *exchange) (keep bool)) *spoken {
	t.Helper()
	return (&spoken{answer: answer}).run(t)
}

func (s *spoken) run(t testing.TB) *spoken {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.t, s.listener, s.more, s.conns = t, l, make(chan struct{}), map[net.Conn]bool{}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns[c] = true
			s.mu.Unlock()
			work.Go(func() { s.serve(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		s.mu.Lock()
		for c := range s.conns {
			c.Close()
		}
		close(s.more)
		s.more = nil
		s.mu.Unlock()
		work.Wait()
	})
	return s
}

func (s *spoken) serve(c net.Conn) {
	defer func() {
		c.Close()
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	}()
	in := bufio.NewReader(c)
	for taken := 0; ; {
		if _, err := in.Peek(1); err == nil && s.once > 0 && taken == s.once {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.hungUp++
			return
		}
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.requests = append(s.requests, req.Method+" "+req.RequestURI+" "+string(body))
		answer, closes, hangs := cmp.Or(s.published, "HTTP/1.1 204 No Content\r\n\r\n"), s.closes, s.hangs
		s.mu.Unlock()
		if req.URL.Path == "/publish" {
			taken++
			if hangs > 0 && taken > hangs {
				s.after(never)
				return
			}
			s.publish(eventIn(req, string(body)))
			if _, err := io.WriteString(c, answer); err != nil || closes {
				return
			}
			continue
		}
		if !s.answer(&exchange{s, c, in, req, string(body)}) {
			return
		}
	}
}

// eventIn is the event in a request to publish.
func eventIn(req *http.Request, body string) string {
	if event := req.URL.Query().Get("event"); event != "" {
		return event
	}
	if form, err := url.ParseQuery(body); err == nil && form.Has("body") {
		return form.Get("body")
	}
	return body
}

// asked returns the requests up to now.
func (s *spoken) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// options are those of a short trial of s.
func (s *spoken) options(name string, d dialect.Dialect) Options {
	if d.Publish.By == "" && d.Publish.Path.Empty() && d.Publish.Message.Empty() {
		d.Publish.Path = dialect.Must("/publish")
	}
	t := s.t.(*testing.T)
	t.Helper()
	return Options{
		Target: Target{HTTP: s.listener.Addr().String(), Dialect: &d}, Variant: variant(t, name),
		Clients: 3, Rate: 50, Payload: spokenSize, Window: 400 * time.Millisecond,
	}
}

const spokenSize = 60

func request(path string) dialect.Request { return dialect.Request{Path: dialect.Must(path)} }

// check fails the test unless each event came to each client, and its payload is
// counted as that.
func (s *spoken) check(fact string, got *results.Trial) {
	s.t.Helper()
	d := got.Deliveries
	if got.Failed != "" {
		s.t.Errorf("%s: %s", fact, got.Failed)
		return
	}
	if d.Missed != 0 || d.Duplicated != 0 || d.Reordered != 0 || d.Delivered == 0 || d.Published != d.Offered || d.InWindow == 0 {
		s.t.Errorf("%s: %+v", fact, d)
	}
	if got.Steady.In[results.Payload] != d.InWindow*spokenSize {
		s.t.Errorf("%s: %d bytes of payload for %d deliveries", fact, got.Steady.In[results.Payload], d.InWindow)
	}
	if b := got.Balance; b.LedgerIn != b.SocketIn || b.LedgerOut != b.SocketOut {
		s.t.Errorf("%s: %+v", fact, b)
	}
	if n := got.Latency.Count(); n == 0 || got.ToServer.Count() != 0 || got.FromServer.Count() != 0 {
		s.t.Errorf("%s: %d latencies, %d to the server and %d from it", fact, n, got.ToServer.Count(), got.FromServer.Count())
	}
}

// What a target's dialect cannot do is said before a connection is made.
func TestDialectRefused(t *testing.T) {
	sse := dialect.Dialect{SSE: &dialect.SSE{Request: request("/events")}}
	few := dialect.Dialect{SSE: &dialect.SSE{Request: request("/events"), Terms: dialect.Terms{Most: 2}}}
	s := speaking(t, func(*exchange) bool { t.Error("it was asked"); return false })
	for _, row := range []struct {
		fact, name string
		d          dialect.Dialect
		change     func(*Options)
		want       string
	}{
		{"a dialect that is none", "sse", dialect.Dialect{}, nil, "the target's dialect: no transport is given"},
		{"a transport that is not offered", "websocket", sse, nil, "the target does not offer websocket"},
		{"the floor", "tcp", sse, func(o *Options) { o.Target.TCP = o.Target.HTTP }, "the target does not offer tcp"},
		{"too many clients", "sse", few, nil, "the target holds 2 clients of sse at most, not 3"},
		{"topics where there are none", "sse", sse, func(o *Options) { o.Topics = 2 }, "the target has one topic: {topic} is not in all of its requests"},
		{"retained events", "sse", sse, func(o *Options) { o.Retained = 1 }, "not known to keep events"},
		{"a setting of our own servers", "polling/interval=50ms/etag", dialect.Dialect{Polling: &dialect.Ask{Request: request("/poll")}}, nil, "only our own servers know it"},
		{"TLS at an address without", "sse/tls", sse, nil, "does not begin with https"},
	} {
		o := s.options(row.name, row.d)
		if row.change != nil {
			row.change(&o)
		}
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.fact, err, row.want)
		}
	}
}

// A server with which there is nothing to measure gets one sentence that says why.
func TestForeignServersThatFail(t *testing.T) {
	page := "<!doctype html><title>Not this path</title>"
	html := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s", len(page), page)
	moved := "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/events\r\nContent-Length: 0\r\n\r\n"
	packed := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\nxx"
	silent := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n"
	for _, row := range []struct {
		fact, name, answer, published, want string
	}{
		{"a redirect of a stream", "sse", moved, "", `redirects to "http://elsewhere.example/events" (status 302), and redirects are not followed`},
		{"a redirect of a poll", "polling/interval=50ms", moved, "", `redirects to "http://elsewhere.example/events" (status 302)`},
		{"a redirect of a WebSocket", "websocket", moved, "", `redirects to "http://elsewhere.example/events" (status 302)`},
		{"a redirect of what is published", "sse", silent, moved, "publishing an event to prove a subscription: the server redirects to"},
		{"a refusal of what is published", "sse", silent, "HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno!", `publishing an event to prove a subscription: status 403: "no!"`},
		{"a page instead of a stream", "sse", html, "", `Content-Type is "text/html" instead of text/event-stream: "<!doctype html>`},
		{"a page instead of a poll", "polling/interval=50ms", html, "", `the answer with status 200 is a page without an event (text/html), so that the path may be wrong: "<!doctype html>`},
		{"a page instead of a long-poll", "longpoll", html, "", "is a page without an event"},
		{"a page instead of a WebSocket", "websocket", html, "", `status 200: "<!doctype html>`},
		{"a compressed stream", "sse", packed, "", `encoded with "gzip", which was not asked for`},
		{"a compressed poll", "polling/interval=50ms", packed, "", `encoded with "gzip", which was not asked for`},
		{"no answer at all", "sse", "", "", "opening client 0: no answer within 300ms: some servers send the head with the first event"},
		{"no answer to a poll", "polling/interval=50ms", "", "", "opening client 0: no answer within 300ms"},
		{"no answer to a long-poll", "longpoll", "", "", "opening client 0: no answer within 300ms"},
		{"no answer to an upgrade", "websocket", "", "", "opening client 0: no answer within 300ms"},
		{"a stream without an event", "sse", silent, "", "client 0: no event came through within 300ms"},
		{"a stream without an event, and a page for what is published", "sse", silent, html, "the request to publish was answered with a page: "},
		{"a poll without an event", "polling/interval=50ms", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nnever", "", `no event came through within 300ms: what came instead was "never"`},
		{"a stream that ends", "sse", "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 2\r\n\r\n\n\n", "", "the server ended the stream"},
	} {
		s := (&spoken{published: row.published, answer: func(c *exchange) bool {
			if row.answer == "" {
				c.after(never)
			}
			c.say("%s", row.answer)
			if strings.Contains(row.answer, "hello") {
				c.after(never)
			}
			return true
		}}).run(t)
		o := s.options(row.name, dialect.Dialect{
			SSE: &dialect.SSE{Request: request("/events")}, WebSocket: &dialect.WebSocket{Request: request("/ws")},
			LongPoll: &dialect.Ask{Request: request("/wait")}, Polling: &dialect.Ask{Request: request("/poll")},
		})
		o.Clients, o.answersWithin = 1, 300*time.Millisecond
		got, err := Run(t.Context(), o)
		if err == nil && got.Failed != "" {
			err = errors.New(got.Failed)
		}
		if err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 500 {
			t.Errorf("%s: %v, want %q", row.fact, err, row.want)
		}
	}
}
