package loadgen

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/results"
)

// ok is an answer with a body of known length.
func ok(headers, body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s", headers, len(body), body)
}

func pointer(t *testing.T, text string) dialect.Pointer {
	t.Helper()
	p, err := dialect.ParsePointer(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// from is the number in text, 0 for none.
func from(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// Each way in which a server says what is new, and that nothing is, and by which it knows
// what a client has, brings every event once.
func TestPolls(t *testing.T) {
	after := dialect.Cursor{Name: "after", First: "0", Pointer: pointer(t, "/cursor")}
	list := func(e *exchange, n int) string { // the events after the first n, as an object
		events := e.now()
		return fmt.Sprintf(`{"cursor":%d,"events":[%s]}`, len(events), strings.Join(events[min(n, len(events)):], ","))
	}
	query := func(e *exchange, name string) int { return from(e.req.URL.Query().Get(name)) }
	type row struct {
		fact   string
		ask    dialect.Ask
		answer func(e *exchange) (text string, keep bool)
		around int // bytes of framing in an answer with one event; -1: it depends
		empty  int // bytes of framing in an answer without
	}
	each(t, func(r row) string { return r.fact }, []row{
		{"an empty array", dialect.Ask{Request: request("/poll?after={cursor.after}"), Cursors: []dialect.Cursor{after}},
			func(e *exchange) (string, bool) { return ok("", list(e, query(e, "after"))), true }, -1, -1},
		{"304 and an entity tag", dialect.Ask{
			Request: dialect.Request{Path: dialect.Must("/poll"), Headers: []dialect.Header{{Name: "If-None-Match", Value: dialect.Must("{cursor.tag}")}}},
			Cursors: []dialect.Cursor{{Name: "tag", Header: "ETag"}},
		}, func(e *exchange) (string, bool) {
			n := from(strings.Trim(e.req.Header.Get("If-None-Match"), `W/"`))
			events := e.now()
			if n == len(events) {
				return fmt.Sprintf("HTTP/1.1 304 Not Modified\r\netag: W/\"%d\"\r\n\r\n", n), true
			}
			return ok(fmt.Sprintf("etag: W/\"%d\"\r\n", len(events)), strings.Join(events[n:], "\n")), true
		}, 0, 0},
		{"an empty body, and a cursor in a header", dialect.Ask{
			Request: request("/poll?after={cursor.at}"), Cursors: []dialect.Cursor{{Name: "at", First: "0", Header: "X-Cursor"}},
		}, func(e *exchange) (string, bool) {
			n, events := query(e, "after"), e.now()
			return ok(fmt.Sprintf("X-Cursor: %d\r\n", len(events)), strings.Join(events[n:], "")), true
		}, 0, 0},
		{"two headers for two", dialect.Ask{
			Request: dialect.Request{Path: dialect.Must("/poll"), Headers: []dialect.Header{
				{Name: "If-Modified-Since", Value: dialect.Must("{cursor.time}")}, {Name: "If-None-Match", Value: dialect.Must("{cursor.tag}")}}},
			Cursors: []dialect.Cursor{{Name: "time", Header: "Last-Modified"}, {Name: "tag", Header: "Etag"}},
		}, func(e *exchange) (string, bool) {
			n, events := from(e.req.Header.Get("If-None-Match")), e.now()
			if (n > 0) != (e.req.Header.Get("If-Modified-Since") == "Thu, 01 Jan 2026 00:00:00 GMT") {
				return "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n", true
			}
			if n == len(events) {
				return "HTTP/1.1 304 Not Modified\r\n\r\n", true
			}
			return ok(fmt.Sprintf("Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\nEtag: %d\r\n", n+1), events[n]), true // one at a time
		}, 0, 0},
		{"a form, and the id of the last element", dialect.Ask{
			Request: dialect.Request{Method: "POST", Path: dialect.Must("/poll"), Body: dialect.Must("cursor={cursor.id:form}"),
				Headers: []dialect.Header{{Name: "Content-Type", Value: dialect.Must("application/x-www-form-urlencoded")}}},
			Cursors: []dialect.Cursor{{Name: "id", Pointer: pointer(t, "/messages/-1/id")}},
		}, func(e *exchange) (string, bool) {
			n, events := from(strings.TrimPrefix(e.body, "cursor=")), e.now()
			var all []string
			for i := n; i < len(events); i++ {
				all = append(all, fmt.Sprintf(`{"id": "%d", "body": %q}`, i+1, events[i]))
			}
			return ok("", `{"messages": [`+strings.Join(all, ", ")+`]}`), true
		}, -1, -1},
		{"Connection: close", dialect.Ask{Request: request("/poll?after={cursor.after}"), Cursors: []dialect.Cursor{after}},
			func(e *exchange) (string, bool) {
				return ok("Connection: close\r\n", list(e, query(e, "after"))), false
			}, -1, -1},
		{"HTTP/1.0, which closes", dialect.Ask{Request: request("/poll?after={cursor.after}"), Cursors: []dialect.Cursor{after}},
			func(e *exchange) (string, bool) {
				return "HTTP/1.0 200 OK\r\n\r\n" + list(e, query(e, "after")), false
			}, -1, -1},
		{"neither length nor chunks", dialect.Ask{Request: request("/poll?after={cursor.after}"), Cursors: []dialect.Cursor{after}},
			func(e *exchange) (string, bool) {
				return "HTTP/1.1 200 OK\r\nContent-type: text/html; charset=UTF-8\r\n\r\n" + list(e, query(e, "after")), false
			}, -1, -1},
		{"chunks, and interim answers", dialect.Ask{Request: request("/poll?after={cursor.after}"), Cursors: []dialect.Cursor{after}},
			func(e *exchange) (string, bool) {
				text := list(e, query(e, "after"))
				return fmt.Sprintf("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n",
					text[:5], len(text)-5, text[5:]), true
			}, -1, -1},
		{"the latest alone, and no cursor", dialect.Ask{Request: request("/value"), Latest: true},
			func(e *exchange) (string, bool) {
				events := e.now()
				if len(events) == 0 {
					return ok("", `{"value":null}`), true
				}
				return ok("", `{"value":`+events[len(events)-1]+`}`), true
			}, len(`{"value":}`), len(`{"value":}`) + spokenSize},
	}, func(t *testing.T, row row) {
		s := speaking(t, func(e *exchange) bool {
			text, keep := row.answer(e)
			return e.say("%s", text) && keep
		})
		got := trial(t, s.options("polling/interval=50ms", dialect.Dialect{Polling: &row.ask}))
		d, r := got.Deliveries, got.Requests
		if row.ask.Latest {
			if d.Superseded == 0 || d.Expected+d.Superseded != 3*d.Offered {
				t.Errorf("%s: %+v", row.fact, d)
			}
		} else if d.Superseded != 0 || d.Expected != 3*d.Offered {
			t.Errorf("%s: %+v", row.fact, d)
		}
		s.check(row.fact, got)
		if r.Sent == 0 || r.Full == 0 || r.Sent != r.Full+r.Empty || got.Steady.In[results.Other] != 0 {
			t.Errorf("%s: %+v, %d bytes of other framing", row.fact, r, got.Steady.In[results.Other])
		}
		if row.around > 0 && got.Steady.In[results.Framing] != r.Full*int64(row.around)+r.Empty*int64(row.empty) {
			t.Errorf("%s: %d bytes of framing in %+v", row.fact, got.Steady.In[results.Framing], r)
		}
		closes := strings.Contains(row.fact, "close") || strings.Contains(row.fact, "neither")
		if closes != (r.Reopened > 0) || closes != hasWarning(got, "reopened") {
			t.Errorf("%s: %d connections were opened again, %v", row.fact, r.Reopened, got.Warnings)
		}
	})
}

// A long-poll waits at the server, which says in its own way that the wait is over, or
// never does.
func TestLongPolls(t *testing.T) {
	cursor := []dialect.Cursor{{Name: "n", First: "0", Header: "X-Next"}}
	type row struct {
		fact   string
		wait   time.Duration // 0: it has no limit
		over   string        // the answer then
		opened dialect.Opened
	}
	each(t, func(r row) string { return r.fact }, []row{
		{"204", 30 * time.Millisecond, "HTTP/1.1 204 No Content\r\n\r\n", ""},
		{"an empty 200", 30 * time.Millisecond, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
		{"an empty list", 30 * time.Millisecond, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n[ ]\n", dialect.AtEvent},
		{"no limit", 0, "", ""},
	}, func(t *testing.T, row row) {
		s := speaking(t, func(e *exchange) bool {
			n := from(e.req.URL.Query().Get("n"))
			came := make(chan []string, 1)
			go func() { came <- e.after(n) }()
			var over <-chan time.Time
			if row.wait > 0 {
				timer := time.NewTimer(row.wait)
				defer timer.Stop()
				over = timer.C
			}
			select {
			case events := <-came:
				return events != nil && e.say("%s", ok(fmt.Sprintf("X-Next: %d\r\n", n+len(events)), "["+strings.Join(events, ",")+"]"))
			case <-over:
				return e.say("%s", row.over)
			}
		})
		got := trial(t, s.options("longpoll", dialect.Dialect{LongPoll: &dialect.Ask{
			Request: request("/wait?n={cursor.n}"), Cursors: cursor, Wait: row.wait, Opened: row.opened,
		}}))
		s.check(row.fact, got)
		if got.Deliveries.Expected != 3*got.Deliveries.Offered || got.Requests.Full == 0 || got.Steady.In[results.Other] != 0 {
			t.Errorf("%s: %+v, %+v, %d bytes of other framing", row.fact, got.Deliveries, got.Requests, got.Steady.In[results.Other])
		}
	})
}

// A connection that the server resets between two requests is opened again, and the
// request is repeated: for polls, and for what is published.
func TestResetBetweenRequests(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{} // answers of each connection
	count := func(e *exchange) int {
		mu.Lock()
		defer mu.Unlock()
		seen[e.RemoteAddr().String()]++
		return seen[e.RemoteAddr().String()]
	}
	s := (&spoken{once: 5, answer: func(e *exchange) bool {
		n, events := from(e.req.URL.Query().Get("after")), e.now()
		if !e.say("%s", ok(fmt.Sprintf("X-Cursor: %d\r\n", len(events)), strings.Join(events[min(n, len(events)):], ""))) {
			return false
		}
		if count(e) < 5 {
			return true
		}
		_, _ = e.in.Peek(1) // the next request has been sent, and is never answered
		return false
	}}).run(t)
	got := trial(t, s.options("polling/interval=20ms", dialect.Dialect{Polling: &dialect.Ask{
		Request: request("/poll?after={cursor.at}"), Cursors: []dialect.Cursor{{Name: "at", First: "0", Header: "X-Cursor"}},
	}}))
	s.check("resets", got)
	if r := got.Requests; r.Reopened == 0 || r.Sent-r.Full-r.Empty > r.Reopened {
		t.Errorf("%+v", r)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hungUp == 0 {
		t.Error("no connection of the publisher was closed")
	}
}

// A server that does not know what a client has tells it the same again and again: that
// is said at once.
func TestAnswersThatRepeat(t *testing.T) {
	for _, name := range []string{"polling/interval=50ms", "longpoll"} {
		s := speaking(t, func(e *exchange) bool {
			e.after(0)
			return e.say("%s", ok("", "["+strings.Join(e.now(), ",")+"]"))
		})
		s.publish("the first")
		all := &dialect.Ask{Request: request("/all")}
		o := s.options(name, dialect.Dialect{Polling: all, LongPoll: all})
		const want = "the server tells the same events again with each answer: the target needs a cursor, or latest: true"
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A server that ends the connection of a long-poll after each answer, or between the
// request and the answer, without saying so, loses nothing; nor does one that says that
// it is still at work.
func TestLongPollsThatEndOrGoOn(t *testing.T) {
	for _, row := range []struct {
		fact    string
		interim string
		keep    bool
	}{
		{"the connection ends after each answer", "", false},
		{"an interim answer while it waits", "HTTP/1.1 102 Processing\r\n\r\n", true},
	} {
		s := speaking(t, func(e *exchange) bool {
			n := from(e.req.URL.Query().Get("n"))
			if row.interim != "" && !e.say("%s", row.interim) {
				return false
			}
			events := e.after(n)
			if events == nil {
				return false
			}
			text := ok(fmt.Sprintf("X-Next: %d\r\n", n+len(events)), "["+strings.Join(events, ",")+"]")
			return e.say("%s", text) && row.keep
		})
		got := trial(t, s.options("longpoll", dialect.Dialect{LongPoll: &dialect.Ask{
			Request: request("/wait?n={cursor.n}"), Cursors: []dialect.Cursor{{Name: "n", First: "0", Header: "X-Next"}},
		}}))
		s.check(row.fact, got)
		if (got.Requests.Reopened > 0) == row.keep {
			t.Errorf("%s: %+v", row.fact, got.Requests)
		}
	}
}
