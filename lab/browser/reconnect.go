//go:build linux

package browser

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"pushbench/results"
)

// An ending is what a server does to an EventSource, or a WebSocket, that has had its first
// events.
type ending struct {
	name   string
	about  string         // in the middle of a sentence
	breaks func(net.Conn) // ends the connection; nil: the stream is completed
	then   int            // status of the answers after that; 0: the stream goes on
	retry  time.Duration  // what the server has said about reconnecting; 0: nothing
}

// soonRetry is how soon an EventSource is to reconnect where the delay is not the question.
const soonRetry = 200 * time.Millisecond

var endings = []ending{
	{name: "complete", about: "the server has completed its stream, without a retry field"},
	{name: "complete-retry", about: "the server has completed its stream, which said retry: 200", retry: soonRetry},
	{name: "cut", about: "its connection was closed in the middle of the stream, without a retry field", breaks: shut},
	{
		name: "cut-retry", about: "its connection was closed in the middle of the stream, which said retry: 200",
		breaks: shut, retry: soonRetry,
	},
	{name: "reset", about: "its connection was reset, without a retry field", breaks: reset},
	{name: "reset-retry", about: "its connection was reset, and the stream said retry: 200", breaks: reset, retry: soonRetry},
	{name: "204", about: "its stream has ended and the next request is answered with 204", then: http.StatusNoContent, retry: soonRetry},
	{name: "500", about: "its stream has ended and the next request is answered with 500", then: http.StatusInternalServerError, retry: soonRetry},
	{name: "503", about: "its stream has ended and the next request is answered with 503", then: http.StatusServiceUnavailable, retry: soonRetry},
}

const (
	eventEvery   = 50 * time.Millisecond // in the streams of Reconnection
	eventsBefore = 5                     // those that a stream has before it ends
	eventsAfter  = 5                     // those that come behind the ones missed meanwhile
	comesWithin  = 20 * time.Second      // an EventSource has reconnected by then, or does not
)

// Reconnection finds out what an EventSource and a WebSocket do when their stream has ended.
// Events are due at equal distances, also while the page is not connected. The server gives
// an EventSource those behind its Last-Event-ID.
func Reconnection(ctx context.Context, k Kind, o Options) []results.Observation {
	of := slices.DeleteFunc(slices.Clone(endings), func(e ending) bool { return !o.has(e.name) })
	return reconnection(ctx, k, o, of)
}

func reconnection(ctx context.Context, k Kind, o Options, of []ending) []results.Observation {
	o = o.filled()
	s := &sheet{of: k}
	for _, e := range of {
		s.want("sse-"+e.name+"-requests", "count", "requests of an EventSource when %s", e.about)
		s.want("sse-"+e.name+"-closed", "count", "1 if an EventSource gives up for good when %s, 0 if it does not", e.about)
		s.want("sse-"+e.name+"-reconnect", "sec", "from the end of the stream to the next request of an EventSource when %s", e.about)
		s.want("sse-"+e.name+"-id-sent", "count", "1 if an EventSource asks again with a Last-Event-ID when %s, 0 if it does not", e.about)
		if e.then == 0 {
			s.want("sse-"+e.name+"-missed", "count", "events that an EventSource misses when %s and then resumes", e.about)
			s.want("sse-"+e.name+"-doubled", "count", "events that an EventSource gets twice when %s and then resumes", e.about)
		}
	}
	sockets := slices.DeleteFunc(slices.Clone(socketEndings), func(e socketEnding) bool { return !o.has("websocket-" + e.name) })
	for _, e := range sockets {
		name := "websocket-" + e.name
		s.want(name+"-requests", "count", "requests of a WebSocket until %s after %s", o.Quiet, e.about)
		s.want(name+"-code", "count", "the code that a page is told when %s", e.about)
	}
	s.repeat(ctx, o, 0, func(ctx context.Context) error {
		return in(ctx, k, func(ctx context.Context, b *Browser) error {
			for _, e := range of {
				o.Say(string(k) + ": reconnection after " + e.name)
				if err := s.comeback(ctx, b, o, e); err != nil {
					return fmt.Errorf("%s: %w", e.name, err)
				}
			}
			for _, e := range sockets {
				if err := s.noComeback(ctx, b, o, e); err != nil {
					return fmt.Errorf("WebSocket, %s: %w", e.name, err)
				}
			}
			return nil
		})
	})
	return s.rows
}

// comeback has an EventSource take a stream that ends.
func (s *sheet) comeback(ctx context.Context, b *Browser, o Options, e ending) error {
	told := &script{ending: e}
	server, err := newOrigin(false, map[string]http.HandlerFunc{"/events": told.serve})
	if err != nil {
		return err
	}
	defer server.close()
	page, err := b.Open(ctx, server.url("127.0.0.1")+"/")
	if err != nil {
		return err
	}
	if err := page.Eval(ctx, `follow("/events")`, nil); err != nil {
		return err
	}
	again := func(t tally) bool { return t.asked > 1 }
	first, err := server.counts.settle(ctx, "/events", comesWithin, again)
	if err != nil {
		return err
	}
	// A stream that goes on is complete when all its events have come, and one that is refused
	// when the EventSource has given up or the quiet time is over.
	var got struct {
		IDs    []int
		Closed bool
	}
	wait := fmt.Sprintf("followed.ids.includes(%d) || followed.closed", told.last())
	limit := o.Quiet
	if e.then == 0 && first.asked > 1 {
		limit = comesWithin
	}
	if err := page.Eval(ctx, when(wait, limit, "followed"), &got); err != nil {
		return err
	}
	seen, err := server.counts.settle(ctx, "/events", o.Quiet, nil)
	if err != nil {
		return err
	}
	name := "sse-" + e.name
	s.note(name+"-requests", float64(seen.asked))
	s.is(name+"-closed", got.Closed)
	at, id := told.comeback()
	if seen.asked < 2 {
		why := fmt.Sprintf("it does not ask again within %s", comesWithin)
		for _, rest := range []string{"-reconnect", "-id-sent", "-missed", "-doubled"} {
			if rest != "-missed" && rest != "-doubled" || e.then == 0 {
				s.lack(name+rest, why)
			}
		}
		return nil
	}
	s.note(name+"-reconnect", at.Seconds())
	s.is(name+"-id-sent", id != "")
	if e.then == 0 {
		distinct := map[int]bool{}
		for _, id := range got.IDs {
			distinct[id] = true
		}
		s.note(name+"-missed", float64(told.last()-len(distinct)))
		s.note(name+"-doubled", float64(len(got.IDs)-len(distinct)))
	}
	return nil
}

// when is a script that waits until a condition of the page is true, or the limit is over, and
// then returns an expression.
func when(condition string, limit time.Duration, expression string) string {
	return fmt.Sprintf(`new Promise(done => {
	const end = performance.now() + %d;
	const look = () => %s || performance.now() > end ? done(%s) : setTimeout(look, 5);
	look();
})`, limit.Milliseconds(), condition, expression)
}

// A socketEnding is what a server does to a WebSocket as soon as it is open.
type socketEnding struct {
	name, about string
	end         func(*websocket.Conn)
}

var socketEndings = []socketEnding{
	{"complete", "the server has closed its WebSocket as going away", goAway},
	{"cut", "the connection of its WebSocket was closed", func(c *websocket.Conn) { shut(c.NetConn()) }},
	{"reset", "the connection of its WebSocket was reset", func(c *websocket.Conn) { reset(c.NetConn()) }},
}

// noComeback has a WebSocket that the server ends.
func (s *sheet) noComeback(ctx context.Context, b *Browser, o Options, e socketEnding) error {
	name := "websocket-" + e.name
	o.Say(string(s.of) + ": reconnection, " + name)
	server, err := newOrigin(false, map[string]http.HandlerFunc{"/socket": func(w http.ResponseWriter, r *http.Request) {
		if conn, err := upgrader.Upgrade(w, r, nil); err == nil { // else it has been answered
			e.end(conn)
		}
	}})
	if err != nil {
		return err
	}
	defer server.close()
	page, err := b.Open(ctx, server.url("127.0.0.1")+"/")
	if err != nil {
		return err
	}
	var code int
	if err := page.Eval(ctx, fmt.Sprintf("ended(%q)", server.url("127.0.0.1")+"/socket"), &code); err != nil {
		return err
	}
	seen, err := server.counts.settle(ctx, "/socket", o.Quiet, nil)
	if err != nil {
		return err
	}
	s.note(name+"-requests", float64(seen.asked))
	s.note(name+"-code", float64(code))
	return nil
}
