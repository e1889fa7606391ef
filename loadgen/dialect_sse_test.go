package loadgen

import (
	"fmt"
	"strings"
	"testing"

	"pushbench/loadgen/dialect"
	"pushbench/results"
)

// pieces cut what a server writes: one write and, where there is chunking, one chunk each.
type pieces []string

const (
	streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
	bareHead   = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream;charset=UTF-8\r\nConnection: close\r\n\r\n"
)

// streaming runs a server that writes head, once it is due, and then what event makes of
// each event. It keeps what it writes.
func streaming(t *testing.T, head string, late bool, preamble pieces, event func(payload string) pieces) *spoken {
	chunked := strings.Contains(strings.ToLower(head), "chunked")
	return speaking(t, func(c *exchange) bool {
		write := func(all pieces) bool {
			for _, p := range all {
				if chunked {
					p = fmt.Sprintf("%x\r\n%s\r\n", len(p), p)
				}
				if !c.say("%s", p) {
					return false
				}
			}
			return true
		}
		seen := len(c.now()) // it keeps none for those that come later
		if late {
			c.after(seen)
		}
		wrote := c.stream(strings.Join(preamble, ""))
		if !c.say("%s", head) || !write(preamble) {
			return false
		}
		for {
			events := c.after(seen)
			for _, e := range events {
				all := event(e)
				wrote(e, strings.Join(all, ""))
				if !write(all) {
					return false
				}
			}
			if seen += len(events); events == nil {
				return false
			}
		}
	})
}

// Whatever a server puts around its events, each is found, its payload is counted apart
// from what is around it, and what is no event is other framing.
func TestEventStreams(t *testing.T) {
	one := func(format string) func(string) pieces {
		return func(payload string) pieces { return pieces{fmt.Sprintf(format, payload)} }
	}
	type row struct {
		fact     string
		head     string
		late     bool // the head comes with the first event
		opened   dialect.Opened
		wants    []string
		preamble pieces
		event    func(payload string) pieces
		framing  int // bytes of each event
		other    int // bytes for each event
	}
	each(t, func(r row) string { return r.fact }, []row{
		{"the plainest", streamHead, false, "", nil, nil, one("data: %s\n\n"), 8, 0},
		{"an id and no space", streamHead, false, "", nil, nil, one("id:7\ndata:%s\n\n"), 5 + 7, 0},
		{"neither length nor chunks", bareHead, false, "", nil, pieces{": open\n\n"}, one("data: %s\n\n"), 8, 0},
		{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", false, "", nil, nil, one("data: %s\n\n"), 8, 0},
		{"names of headers in lower case", "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n", false, "", nil, nil, one("data: %s\n\n"), 8, 0},
		{"no reason in the status line", "HTTP/1.1 200 \r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n", false, "", nil, nil, one("data: %s\n\n"), 8, 0},
		{"interim answers first", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + streamHead, false, "", nil, nil, one("data: %s\n\n"), 8, 0},
		{"lines that end with CR LF", streamHead, false, "", nil, nil, one("id: 1\r\nevent: update\r\ndata: %s\r\n\r\n"), 7 + 15 + 10, 0},
		{"CR LF cut in two", streamHead, false, "", nil, nil, func(p string) pieces { return pieces{"data: " + p + "\r\n\r", "\n"} }, 10, 0},
		{"lines that end with CR", streamHead, false, "", nil, nil, one("data: %s\r\r"), 8, 0},
		{"an event over three chunks", streamHead, false, "", nil, nil, func(p string) pieces { return pieces{"id:1\nevent:tick\ndata:", p, "\n\n"} }, 5 + 11 + 7, 0},
		{"an event byte by byte", bareHead, false, "", nil, nil, func(p string) pieces { return strings.Split("data: "+p+"\n\n", "") }, 8, 0},
		{"a retry in each event, and chunks of lines", streamHead, false, "", nil, nil, func(p string) pieces { return pieces{"retry: 1000\n", "data: " + p + "\n\n"} }, 12 + 8, 0},
		{"the head with the first event", streamHead, true, dialect.AtEvent, nil, nil, one("data: %s\n\n"), 8, 0},
		{"open with the first byte", streamHead, false, dialect.AtByte, nil, pieces{": hello\n\n"}, one("data: %s\n\n"), 8, 0},
		{"a comment before each event", streamHead, false, "", nil, nil, one(": here it comes\n\ndata: %s\n\n"), 8, 17},
		{"an event without data", streamHead, false, "", nil, nil, one("event: ping\n\ndata: %s\n\n"), 8, 13},
		{"an event that nobody wants", streamHead, false, "", []string{"tick"}, nil, one("event: tick\ndata: %s\n\ndata: 17 users\n\n"), 12 + 8, 16},
		{"an envelope", streamHead, false, "", nil, nil, one(`data: {"id":1,"body":%s}` + "\n\n"), 8 + 16, 0},
		{"a JSON string in JSON", streamHead, false, "", nil, nil, func(p string) pieces { return pieces{fmt.Sprintf(`data: {"body":%q}`+"\n\n", p)} }, 8 + 11 + 4, 0},
		{"the same event twice in one message", streamHead, false, "", nil, nil, func(p string) pieces { return pieces{"data: " + p + "\ndata: " + p + "\n\n"} }, 6 + 1 + 6 + 2 + spokenSize, 0},
	}, func(t *testing.T, row row) {
		s := streaming(t, row.head, row.late, row.preamble, row.event)
		whole, _ := wholeTrial(t, s.options("sse", dialect.Dialect{SSE: &dialect.SSE{Request: request("/events"), Opened: row.opened, Events: row.wants}}))
		s.check(row.fact, whole.trial)
		s.booked(t, whole.clients, results.Bytes{results.Framing: int64(row.framing), results.Other: int64(row.other)}, 0)
	})
}

// Some servers send the name of the next event behind each. That is framing of the next one,
// and no event that came with the first.
func TestNameOfTheNextEvent(t *testing.T) {
	const name = "event: USER_INFO\n"
	s := streaming(t, streamHead, false, pieces{"\n"}, func(p string) pieces { return pieces{"data: " + p + "\n\n" + name} })
	o := s.options("sse", dialect.Dialect{SSE: &dialect.SSE{Request: request("/events")}})
	for _, events := range []float64{20, 1} {
		o.Rate = events / o.Window.Seconds()
		whole, _ := wholeTrial(t, o)
		got := whole.trial
		s.check("names", got)
		s.booked(t, whole.clients, results.Bytes{results.Framing: int64(8 + len(name))}, len(name))
		// Of several events two may come together.
		if events == 1 && (got.Deliveries.Offered != 1 || got.Trust.Stamps.Kernel != 3 || got.Trust.Stamps.Shared != 0) {
			t.Errorf("%+v, %+v", got.Deliveries, got.Trust.Stamps)
		}
	}
}

// The events that prove a subscription are in no figure of the window, and a subscriber
// that comes late gets one, too.
func TestSubscriptionsAreProved(t *testing.T) {
	s := streaming(t, streamHead, true, nil, func(p string) pieces { return pieces{"data: " + p + "\n\n"} })
	o := s.options("sse", dialect.Dialect{SSE: &dialect.SSE{Request: request("/events"), Opened: dialect.AtEvent}})
	o.Clients = 20
	got := trial(t, o)
	s.check("late heads", got)
	proofs := 0
	for _, e := range s.now() {
		if strings.Contains(e, ".0.") {
			proofs++
		}
	}
	if proofs == 0 || got.Deliveries.Offered != int64(len(s.now())-proofs) || got.Connection.Opened != 20 {
		t.Errorf("%d proofs of %d events, %+v", proofs, len(s.now()), got.Deliveries)
	}
	if got.Whole.In[results.Other] < 20*spokenSize || got.Steady.In[results.Other] != 0 {
		t.Errorf("%d bytes of other framing in all and %d in the window", got.Whole.In[results.Other], got.Steady.In[results.Other])
	}
}

// Each topic has its own subscribers, and its own name in each trial.
func TestTopicsOfADialect(t *testing.T) {
	s := speaking(t, func(c *exchange) bool {
		topic := c.req.URL.Query().Get("topic")
		seen := len(c.now())
		c.say("%s", bareHead)
		for {
			events := c.after(seen)
			for _, e := range events {
				if of, payload, _ := strings.Cut(e, " "); of == topic && !c.say("data: %s\n\n", payload) {
					return false
				}
			}
			if seen += len(events); events == nil {
				return false
			}
		}
	})
	for range 2 {
		d := dialect.Dialect{SSE: &dialect.SSE{Request: request("/events?topic={topic}")}}
		d.Publish.Path, d.Publish.Body = dialect.Must("/publish"), dialect.Must("{topic} {event}")
		o := s.options("sse", d)
		o.Clients, o.Topics = 4, 2
		s.check("two topics", trial(t, o))
		d.Publish.Parallel = true
		o = s.options("sse", d)
		o.Clients, o.Topics = 4, 2
		s.check("two topics, published at once", trial(t, o))
	}
	topics := map[string]bool{}
	for _, e := range s.now() {
		topic, _, _ := strings.Cut(e, " ")
		topics[topic] = true
	}
	if len(topics) != 8 {
		t.Errorf("4 trials of two topics had %v", topics)
	}
}

// The targets' headers go with the request, but for those without a value, and none of
// them can end a line.
func TestRequestOfADialect(t *testing.T) {
	s := streaming(t, streamHead, false, nil, func(p string) pieces { return pieces{"data: " + p + "\n\n"} })
	host := s.listener.Addr().String()
	r := request("/events?c={client}")
	r.Method, r.Body = "POST", dialect.Must(`{"o":{origin:quoted}}`)
	r.Headers = []dialect.Header{{Name: "Accept", Value: dialect.Must("text/*")}, {Name: "X-None", Value: dialect.Must("{cursor.c}")}, {Name: "X-Two", Value: dialect.Must("a\r\nb")}}
	o := s.options("sse/headers=browser", dialect.Dialect{SSE: &dialect.SSE{Request: r}})
	o.Topics = 1
	f, err := newInterpreter(&o)
	if err != nil {
		t.Fatal(err)
	}
	v, scratch := f.values(3, 0), []byte(nil)
	got, body := f.appendRequest(nil, &scratch, []header{{"Accept", "*/*"}, {"X-Mine", "1"}}, &r, &v)
	want := "POST /events?c=3 HTTP/1.1\r\nHost: " + host + "\r\nX-Mine: 1\r\nAccept: text/*\r\nX-Two: a  b\r\nContent-Length: " +
		fmt.Sprint(len(host)+15) + "\r\n\r\n{\"o\":\"http://" + host + "\"}"
	if string(got) != want || body != len(host)+15 {
		t.Errorf("%q\nwant %q", got, want)
	}
}
