package loadgen

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/results"
)

// However a server takes what is published, it comes to the clients once.
func TestPublishing(t *testing.T) {
	plain := func(p string) pieces { return pieces{"data: " + p + "\n\n"} }
	type row struct {
		fact      string
		publish   dialect.Publish
		published string // answer; empty: 204
		want      string // of each request
	}
	each(t, func(r row) string { return r.fact }, []row{
		{"a plain POST", dialect.Publish{Request: request("/publish")}, "", "POST /publish {"},
		{"another method, and a form", dialect.Publish{Request: dialect.Request{
			Method: "PUT", Path: dialect.Must("/publish"), Body: dialect.Must("topic={topic:form}&body={event:form}"),
			Headers: []dialect.Header{{Name: "Content-Type", Value: dialect.Must("application/x-www-form-urlencoded")}},
		}}, "", "PUT /publish topic="},
		{"the event in the path", dialect.Publish{Request: request("/publish?event={event}")}, "", "POST /publish?event=%7B"},
		{"201 and a body without length", dialect.Publish{Request: request("/publish"), Accept: []int{201}},
			"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "POST /publish {"},
		{"303 is what it answers", dialect.Publish{Request: request("/publish"), Accept: []int{303}},
			"HTTP/1.1 303 See Other\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", "POST /publish {"},
		{"interim answers, and compression", dialect.Publish{Request: request("/publish")},
			"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx", "POST /publish {"},
		{"HTTP/1.0", dialect.Publish{Request: request("/publish")}, "HTTP/1.0 200 OK\r\n\r\nok", "POST /publish {"},
	}, func(t *testing.T, row row) {
		s := streaming(t, streamHead, false, nil, plain)
		s.mu.Lock()
		s.published, s.closes = row.published, strings.Contains(row.fact, "1.0")
		s.mu.Unlock()
		o := s.options("sse", dialect.Dialect{Publish: row.publish, SSE: &dialect.SSE{Request: request("/events")}})
		got := trial(t, o)
		if got.Failed != "" || got.Deliveries.Missed != 0 || got.Deliveries.Published != got.Deliveries.Offered {
			t.Errorf("%s: %q, %+v", row.fact, got.Failed, got.Deliveries)
		}
		published := 0
		for _, r := range s.asked() {
			if strings.HasPrefix(r, row.want) {
				published++
			}
		}
		if int64(published) < got.Deliveries.Offered+1 {
			t.Errorf("%s: %d requests to publish begin with %q: %q", row.fact, published, row.want, s.asked())
		}
		if n := got.Trust.Lag.Count(); n != got.Deliveries.Offered {
			t.Errorf("%s: %d lags of %d events", row.fact, n, got.Deliveries.Offered)
		}
	})
}

// relaying runs a server to which events are sent over a WebSocket, and which sends each to
// all in its topic, the publisher too.
func relaying(t *testing.T) *spoken {
	return speaking(t, func(e *exchange) bool {
		topic := e.req.URL.Query().Get("topic")
		if !e.accept("") {
			return false
		}
		gone := make(chan struct{})
		seen := len(e.now())
		go func() {
			defer close(gone)
			for text := e.read(); text != ""; text = e.read() {
				e.publish(topic + " " + strings.TrimPrefix(text, "pub "))
			}
		}()
		defer func() { e.Close(); <-gone }()
		for {
			events := e.after(seen)
			for _, text := range events {
				if of, payload, _ := strings.Cut(text, " "); of == topic && !e.say("%s", message(payload)) {
					return false
				}
			}
			if seen += len(events); events == nil {
				return false
			}
		}
	})
}

// A server to which events are sent over a WebSocket answers nothing: all it gets has
// been published, each in one frame, and what it sends to the publisher disturbs nobody.
func TestPublishingOverWebSocket(t *testing.T) {
	for _, row := range []struct{ topics, payload int }{{1, spokenSize}, {2, spokenSize}, {1, 16 << 10}} {
		s := relaying(t)
		d := dialect.Dialect{WebSocket: &dialect.WebSocket{Request: request("/ws?topic={topic}")}}
		d.Publish.Message = dialect.Must("pub {event}")
		o := s.options("websocket", d)
		o.Topics, o.Payload = row.topics, row.payload
		got := trial(t, o)
		fact := fmt.Sprintf("%d topics, %d bytes", row.topics, row.payload)
		if row.payload == spokenSize {
			s.check(fact, got)
		}
		if got.Failed != "" || got.Deliveries.Offered != 20 || got.Deliveries.Missed != 0 {
			t.Errorf("%s: %q, %+v", fact, got.Failed, got.Deliveries)
		}
	}
}

// deadlines is a connection that notes until when a write may wait.
type deadlines struct {
	net.Conn
	all []time.Time
}

func (d *deadlines) SetWriteDeadline(t time.Time) error {
	d.all = append(d.all, t)
	return nil
}

// A publisher that was interrupted waits for no room any more, though a message that was
// just being sent sets a deadline of its own behind that.
func TestDeadlineOfAHaltedWrite(t *testing.T) {
	var halted atomic.Bool
	later := time.Now().Add(time.Hour)
	for _, row := range []struct {
		fact   string
		halted *atomic.Bool
		halts  bool
		over   bool // at once
	}{
		{"a client's connection", nil, true, false},
		{"before it is halted", &halted, false, false},
		{"after that", &halted, true, true},
		{"for the goodbye", &halted, false, false},
	} {
		halted.Store(row.halts)
		c := &deadlines{}
		if err := (&upgrading{Conn: c, passage: passage{halted: row.halted}}).SetWriteDeadline(later); err != nil {
			t.Error(err)
		}
		if last := c.all[len(c.all)-1]; last.Before(time.Now()) != row.over || !row.over && last != later {
			t.Errorf("%s: until %s", row.fact, last)
		}
	}
}

// tick is an event of a server that has its own.
const tick = "0000000001"

// ticking runs a server that has events of its own for one transport.
func ticking(t *testing.T, name string) *spoken {
	var polled atomic.Int64
	return speaking(t, func(e *exchange) bool {
		switch {
		case strings.HasPrefix(name, "polling"):
			return e.say("%s", ok("", fmt.Sprintf("%0*d", len(tick), polled.Add(1))))
		case name == "websocket" && !e.accept(""), name == "sse" && !e.say("%s", bareHead):
			return false
		}
		ticks := time.NewTicker(5 * time.Millisecond)
		defer ticks.Stop()
		for range ticks.C {
			text := "event: tick\ndata: " + tick + "\n\n" + "event: other\ndata: 1\n\n"
			if name == "websocket" {
				text = message(tick) + message("ping")
			}
			if !e.say("%s", text) {
				break
			}
		}
		return false
	})
}

// A server that has events of its own is asked for nothing, and what nobody can know of
// it is absent: its deliveries and bytes are counted.
func TestServerWithEventsOfItsOwn(t *testing.T) {
	d := dialect.Dialect{
		SSE:       &dialect.SSE{Request: request("/events"), Events: []string{"tick"}},
		WebSocket: &dialect.WebSocket{Request: request("/ws"), Replies: []dialect.Reply{{To: "ping", Send: dialect.Must("pong")}}},
		Polling:   &dialect.Ask{Request: request("/poll")},
	}
	d.Publish.By = dialect.ByServer
	for _, name := range []string{"sse", "websocket", "polling/interval=20ms"} {
		s := ticking(t, name)
		got := trial(t, s.options(name, d))
		if got.Failed != "" || got.Lacks(results.Due) == "" || got.Deliveries.InWindow == 0 || got.Deliveries.Expected != got.Deliveries.Delivered {
			t.Errorf("%s: %q, %+v", name, got.Failed, got)
		}
		if n := got.Latency.Count() + got.Spread.Count() + got.Age.Peak.Count() + got.Trust.Lag.Count(); n != 0 || got.Load.Rate != 0 || got.Load.Payload != 0 {
			t.Errorf("%s: %d values of what nobody knows, %+v", name, n, got.Load)
		}
		if want := got.Deliveries.InWindow * int64(len(tick)); got.Steady.In[results.Payload] != want {
			t.Errorf("%s: %d bytes of payload, want %d", name, got.Steady.In[results.Payload], want)
		}
	}
}

// A server that stops to answer what is published fails the trial with that, and holds up
// nobody.
func TestPublishingThatHangs(t *testing.T) {
	s := streaming(t, streamHead, false, nil, func(p string) pieces { return pieces{"data: " + p + "\n\n"} })
	s.mu.Lock()
	s.hangs = 15 // one connection's; some of them prove the subscriptions
	s.mu.Unlock()
	o := s.options("sse", dialect.Dialect{SSE: &dialect.SSE{Request: request("/events")}})
	o.answersWithin = time.Second
	got := trial(t, o)
	if !strings.HasPrefix(got.Failed, "publishing event ") ||
		!strings.HasSuffix(got.Failed, ": the request to publish was not answered within 1s") ||
		got.Deliveries.Missed != int64(o.Clients) { // of the event at which it hung
		t.Errorf("%q, %+v", got.Failed, got.Deliveries)
	}
}

// A server that answers more slowly than events are due loses none: that they were sent
// late is in the schedule's lag, and a warning says so. It does not say that the
// generator was the limit.
func TestSlowAnswers(t *testing.T) {
	s := streaming(t, streamHead, false, nil, func(p string) pieces { return pieces{"data: " + p + "\n\n"} })
	s.mu.Lock()
	s.published, s.closes = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", true
	s.mu.Unlock()
	o := s.options("sse", dialect.Dialect{SSE: &dialect.SSE{Request: request("/events")}})
	o.Rate, o.Arrival, o.Burst = 100, results.Bursts, 10
	got := trial(t, o)
	s.check("bursts", got)
	if got.Trust.Lag.Count() != got.Deliveries.Offered {
		t.Errorf("%d lags of %d events", got.Trust.Lag.Count(), got.Deliveries.Offered)
	}
	if !hasWarning(got, "slow-answers") || !hasWarning(got, "publisher-reopened") || hasWarning(got, "schedule-lag") {
		t.Errorf("%v", got.Warnings)
	}
}

// A request to publish that had to be repeated may bring an event twice, which is not told
// as a fault of the server alone.
func TestEventPublishedTwice(t *testing.T) {
	s := streaming(t, streamHead, false, nil, func(p string) pieces { return pieces{"data: " + p + "\n\n"} })
	s.mu.Lock()
	s.drops = ".5." // it takes that event, and closes the connection without an answer
	s.mu.Unlock()
	got := trial(t, s.options("sse", dialect.Dialect{SSE: &dialect.SSE{Request: request("/events")}}))
	if !strings.Contains(got.Failed, "received event 4 again, whose request to publish was made twice") {
		t.Errorf("%q, %+v", got.Failed, got.Deliveries)
	}
}
