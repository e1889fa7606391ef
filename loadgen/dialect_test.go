package loadgen

import (
	"bufio"
	"cmp"
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
	t        testing.TB
	listener net.Listener
	answer   func(c *exchange) (keep bool) // to all but what is published; whether the connection goes on
	once     int                           // a connection is closed when a request comes after so many to publish; 0: never

	mu        sync.Mutex
	events    []string
	published string        // the answer to what is published; empty: 204
	more      chan struct{} // closed and made anew when there is one more
	conns     map[net.Conn]bool
	requests  []string           // method, target and body of each, in the order in which they came
	hungUp    int                // connections that were closed so
	closes    bool               // a connection after each answer to what is published
	hangs     int                // how many events it takes until it answers no more; 0: all
	drops     string             // what is in an event that it takes once without an answer; empty: none
	streams   map[string]*stream // by the client's address
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
	s.t, s.listener, s.more, s.conns, s.streams = t, l, make(chan struct{}), map[net.Conn]bool{}, map[string]*stream{}
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
			event := eventIn(req, string(body))
			s.publish(event)
			if s.dropped(event) {
				return
			}
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

// dropped reports whether the server closes the connection without an answer to an event.
func (s *spoken) dropped(event string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drops == "" || !strings.Contains(event, s.drops) {
		return false
	}
	s.drops = ""
	return true
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
// counted as that. How many come in the window is the machine's matter.
func (s *spoken) check(fact string, got *results.Trial) {
	s.t.Helper()
	d := got.Deliveries
	if got.Failed != "" {
		s.t.Errorf("%s: %s", fact, got.Failed)
		return
	}
	if d.Missed != 0 || d.Duplicated != 0 || d.Reordered != 0 || d.Delivered == 0 || d.Published != d.Offered {
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
