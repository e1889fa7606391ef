package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// found is the fact of that name, or one without a name.
func found(c *results.Check, name string) results.Fact {
	if f := c.Fact(name); f != nil {
		return *f
	}
	return results.Fact{}
}

// Each row is a server that behaves in one way, and what a check says of that.
func TestFacts(t *testing.T) {
	// These are in several rows, and are asked once.
	sse, polling, websocket, bare := &backend{}, &backend{}, &backend{}, &backend{noIDs: true}
	asked := map[*backend]*results.Check{}
	for _, row := range []struct {
		server string
		on     wire.Transport
		b      *backend
		name   string
		state  results.State
		text   string // part of the sentence
	}{
		{"sends each event once and in order", wire.SSE, sse, "sse/order", results.Pass, "10 events came in order, each once."},
		{"sends an event twice", wire.SSE, &backend{spoil: twice}, "sse/order", results.Fail, "came twice"},
		{"sends a message twice", wire.WebSocket, &backend{spoil: twice}, "websocket/order", results.Fail, "came twice"},
		{"swaps two events", wire.WebSocket, &backend{spoil: swaps()}, "websocket/order", results.Fail, "before event"},
		{"loses an event", wire.Polling, &backend{spoil: loses}, "polling/order", results.Fail, "did not come"},
		{"tells a state", wire.Polling, &backend{latest: true}, "polling/order", results.Pass, "The newest of 10 events came"},
		{"has each event wait for the first", wire.SSE, &backend{lateHead: true}, "sse/head", results.Pass, "comes only with the first event"},
		{"has a head at once", wire.SSE, sse, "sse/head", results.Pass, "and comes at once"},

		{"has an id line and a data line in a chunk", wire.SSE, sse, "sse/framing", results.Pass, "An event of 64 bytes has 21 bytes around it."},
		{"has no ids", wire.SSE, bare, "sse/framing", results.Pass, "An event of 64 bytes has 14 bytes around it."},
		{"has small frames", wire.WebSocket, websocket, "websocket/framing", results.Pass, "An event of 64 bytes has 2 bytes around it."},
		{"answers a poll", wire.Polling, polling, "polling/framing", results.Pass, "head included"},
		{"flushes once", wire.SSE, sse, "sse/chunks", results.Pass, "An event of 64 bytes comes in 1 chunk, one of 20,000 bytes in"},
		{"flushes in parts", wire.SSE, &backend{parts: true}, "sse/chunks", results.Pass, "An event of 64 bytes comes in 2 chunks"},
		{"ends with the connection", wire.SSE, &backend{plain: true}, "sse/chunks", results.Pass, "There are no chunks"},
		{"has one frame for each message", wire.WebSocket, websocket, "websocket/fragments", results.Pass, "comes in 1 frame, one of 20,000 bytes in 1."},
		{"cuts large messages", wire.WebSocket, &backend{fragments: true}, "websocket/fragments", results.Pass, "comes in 1 frame, one of 20,000 bytes in 5."},
		{"announces a length", wire.Polling, polling, "polling/chunks", results.Pass, "The answer has a Content-Length"},

		{"resumes", wire.SSE, sse, "sse/resume", results.Pass, "gets the 5 events that were sent meanwhile and those after them, each once"},
		{"has ids that are good for nothing", wire.SSE, &backend{forgets: true}, "sse/resume", results.Fail, "of 7 events, 5 did not come"},
		{"has no ids to resume by", wire.SSE, bare, "sse/resume", results.NotOffered, "have no id"},
		{"resumes polls", wire.Polling, polling, "polling/resume", results.Pass, "gets the 5 events"},
		{"resumes long-polls", wire.LongPoll, &backend{}, "longpoll/resume", results.Pass, "gets the 5 events"},
		{"has a WebSocket", wire.WebSocket, websocket, "websocket/resume", results.NotOffered, "no cursor of its own"},
		{"keeps nothing", wire.SSE, sse, "sse/late", results.Pass, "gets new events only"},
		{"keeps a state", wire.SSE, &backend{history: 1}, "sse/late", results.Pass, "first gets the newest earlier event"},
		{"keeps a history", wire.Polling, &backend{history: 3}, "polling/late", results.Pass, "first gets 3 of the "},
		{"refuses an unknown cursor", wire.SSE, &backend{strict: true}, "sse/stale", results.Pass, "refused with status 400"},
		{"refuses an unknown cursor of a poll", wire.Polling, &backend{strict: true}, "polling/stale", results.Pass, "refused with status 400"},
		{"is silent about an unknown cursor", wire.SSE, sse, "sse/stale", results.Fail, "is not told that it may have missed some"},
		{"has what there is for an unknown cursor", wire.SSE, &backend{forgets: true, history: 4}, "sse/stale", results.Pass, "4 earlier events"},

		{"knows nothing of origins", wire.SSE, sse, "sse/origin", results.Pass, "cannot read the answer: there is no Access-Control-Allow-Origin"},
		{"is for everybody", wire.SSE, &backend{origins: "*"}, "sse/origin", results.Pass, "A page of any origin can read the answer, without cookies"},
		{"is for somebody else", wire.Polling, &backend{origins: "http://a.example"}, "polling/origin", results.Pass, `is "http://a.example"`},
		{"trusts everybody", wire.SSE, &backend{origins: "echo"}, "sse/origin", results.Fail, "with the cookies of its user"},
		{"refuses foreign pages", wire.SSE, &backend{foreign: true}, "sse/origin", results.Pass, "refused with status 403"},
		{"refuses foreign pages a WebSocket", wire.WebSocket, &backend{foreign: true}, "websocket/origin", results.Pass, "refused with status 403"},
		{"opens a WebSocket to everybody", wire.WebSocket, websocket, "websocket/origin", results.Fail, "does not check the Origin"},
		{"does not compress", wire.SSE, sse, "sse/compression", results.NotOffered, "does not compress"},
		{"compresses and flushes", wire.SSE, &backend{packs: true}, "sse/compression", results.Pass, "events come at once"},
		{"compresses and holds back", wire.SSE, &backend{packs: true, holds: true}, "sse/compression", results.Fail, "do not come through"},
		{"compresses polls", wire.Polling, &backend{packs: true}, "polling/compression", results.Pass, "(gzip)"},
		{"compresses messages", wire.WebSocket, &backend{packs: true}, "websocket/compression", results.Pass, `agrees to "permessage-deflate`},
		{"does not compress messages", wire.WebSocket, websocket, "websocket/compression", results.NotOffered, "does not agree"},
		{"keeps connections", wire.Polling, polling, "polling/keep-alive", results.Pass, "The connection is kept"},
		{"closes each connection", wire.Polling, &backend{closes: true}, "polling/keep-alive", results.Fail, "a connection of its own"},
		{"keeps the publisher's connection", wire.SSE, sse, "publish/keep-alive", results.Pass, "The connection is kept"},
		{"closes the publisher's connection", wire.SSE, &backend{closes: true}, "publish/keep-alive", results.Fail, "a connection of its own"},
	} {
		table := asked[row.b]
		if table == nil {
			row.b.run(t)
			var err error
			table, err = Run(t.Context(), Server{Name: "test", Address: row.b.address, Dialect: only(row.b.dialect(), row.on)}, Options{Quick: true, limits: &brief})
			if err != nil {
				t.Errorf("%s: %v", row.server, err)
				continue
			}
			asked[row.b] = table
		}
		got := found(table, row.name)
		if got.State != row.state || !strings.Contains(got.Text, row.text) {
			t.Errorf("a server %s: %s: got %s, %q; want %s, %q", row.server, row.name, got.State, got.Text, row.state, row.text)
		}
		if broken := Broken(table); got.Basis && (len(broken) > 0) != (row.state == results.Fail) {
			t.Errorf("a server %s: numbers cannot rest on %v", row.server, broken)
		}
	}
}

// twice repeats the fourth event of those in order: events before it prove the subscription.
func twice(_ int, event string) []string {
	if strings.Contains(event, markOf(event, 4)) {
		return []string{event, event}
	}
	return []string{event}
}

func loses(_ int, event string) []string {
	if strings.Contains(event, markOf(event, 5)) {
		return nil
	}
	return []string{event}
}

// markOf is what the event has that is so many behind the one that proves a subscription, if
// it was made at once.
func markOf(event string, n int) string {
	run, _, _ := strings.Cut(event[strings.Index(event, "ev.")+3:], ".")
	return fmt.Sprintf("ev.%s.%d.", run, noNumber+1+n)
}

// swaps exchanges the fourth event with the fifth.
func swaps() func(int, string) []string {
	held := ""
	return func(_ int, event string) []string {
		switch {
		case strings.Contains(event, markOf(event, 4)):
			held = event
			return nil
		case held != "":
			first := held
			held = ""
			return []string{event, first}
		}
		return []string{event}
	}
}

// What takes a wait or much data.
func TestFactsThatTakeTime(t *testing.T) {
	// These are in several rows, and are asked once.
	sse, websocket := &backend{}, &backend{}
	asked := map[*backend]*results.Check{}
	for _, row := range []struct {
		server string
		on     wire.Transport
		b      *backend
		name   string
		state  results.State
		text   string
	}{
		{"is silent", wire.SSE, sse, "sse/silence", results.NotOffered, "The server sends nothing in 400 ms without an event"},
		{"has a heartbeat", wire.SSE, &backend{beats: 50 * time.Millisecond}, "sse/silence", results.Pass, "Without an event, the server sends a comment every"},
		{"has pings", wire.WebSocket, &backend{beats: 50 * time.Millisecond}, "websocket/silence", results.Pass, "Without an event, the server sends a ping every"},
		{"answers long-polls", wire.LongPoll, &backend{}, "longpoll/silence", results.Pass, "with status 200 and a body"},
		{"has streams that last", wire.SSE, sse, "sse/end", results.Pass, "lasts longer than"},
		{"ends streams", wire.SSE, &backend{lasts: 300 * time.Millisecond}, "sse/end", results.Pass, "The next request gets a new stream"},
		{"ends streams for good", wire.SSE, &backend{lasts: 300 * time.Millisecond, stops: true}, "sse/end", results.Pass, "gets status 204, which stops an EventSource"},
		{"keeps idle connections", wire.Polling, &backend{}, "polling/idle", results.Pass, "is kept longer than"},
		{"closes idle connections", wire.Polling, &backend{idle: 100 * time.Millisecond}, "polling/idle", results.Fail, "closed at once"},
		{"closes the publisher's idle connection", wire.SSE, &backend{idle: 100 * time.Millisecond}, "publish/idle", results.Fail, "closed at once"},
		{"cuts off slow clients", wire.WebSocket, websocket, "websocket/slow", results.Pass, "the client is cut off after"},
		{"keeps all for slow clients", wire.WebSocket, &backend{hoards: true}, "websocket/slow", results.Fail, "The server keeps what the client does not read"},
		{"has everybody wait for slow clients", wire.WebSocket, &backend{blocks: true}, "websocket/slow", results.Fail, "the server stops taking events, and all clients wait (an event cannot be published: the server does not answer within 2s)"},
		{"ends its streams", wire.SSE, sse, "sse/stop", results.Pass, "it ends the stream: the server ended the answer"},
		{"closes its WebSockets", wire.WebSocket, websocket, "websocket/stop", results.Pass, "closed the WebSocket with code 1001"},
	} {
		table := asked[row.b]
		if table == nil {
			row.b.run(t)
			var steps []string
			bounds := brief
			if !strings.HasSuffix(row.name, slow) {
				bounds.pieces = 16
			}
			var err error
			table, err = Run(t.Context(), Server{
				Name: "test", Address: row.b.address, Dialect: only(row.b.dialect(), row.on), Memory: row.b.memory, Stop: row.b.stop,
			}, Options{Streams: 12, limits: &bounds, Progress: func(text string) { steps = append(steps, text) }})
			if err != nil {
				t.Errorf("%s: %v", row.server, err)
				continue
			}
			if len(steps) < 3 {
				t.Errorf("told of %q only", steps)
			}
			asked[row.b] = table
		}
		if got := found(table, row.name); got.State != row.state || !strings.Contains(got.Text, row.text) {
			t.Errorf("a server that %s: %s: got %s, %q; want %s, %q", row.server, row.name, got.State, got.Text, row.state, row.text)
		}
	}
}

// Where it is not known which processes the server has, nothing is said of their memory.
func TestSlowWithoutMemory(t *testing.T) {
	b := (&backend{}).run(t)
	table, err := Run(t.Context(), Server{Address: b.address, Dialect: only(b.dialect(), wire.WebSocket)}, Options{Streams: 12, limits: &brief})
	if err != nil {
		t.Fatal(err)
	}
	got := found(table, "websocket/slow")
	if got.State != results.NotTold || !strings.Contains(got.Text, "memory is not known") {
		t.Errorf("got %+v", got)
	}
	if table.Fact("websocket/stop") != nil {
		t.Error("somebody else's server was stopped")
	}
}

// Our own servers do everything that they should.
func TestBuiltin(t *testing.T) {
	server, err := servers.Listen(servers.Options{Heartbeat: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx) }()
	stopped := false
	end := func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-served
	}
	defer end()
	table, err := Run(t.Context(), Server{
		Name: "builtin", Address: server.Ready().HTTP, Dialect: Builtin(), Stop: end, Memory: func() (int64, error) { return 1, nil },
	}, Options{Streams: 12, limits: &brief})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range table.Facts {
		got = append(got, f.Name+": "+string(f.State))
		if f.State == results.Fail || f.State == results.NotTold {
			t.Errorf("%s: %s: %s", f.Name, f.State, f.Text)
		}
	}
	want := strings.Fields(`polling/order polling/head polling/framing polling/chunks polling/resume polling/late polling/stale polling/origin
		-polling/compression polling/keep-alive polling/idle
		longpoll/order longpoll/head longpoll/framing longpoll/chunks longpoll/resume longpoll/late longpoll/stale longpoll/origin
		-longpoll/compression longpoll/keep-alive longpoll/silence longpoll/streams
		sse/order sse/head sse/framing sse/chunks sse/resume sse/late sse/stale sse/origin -sse/compression sse/silence sse/end sse/slow sse/streams sse/stop
		websocket/order websocket/head websocket/framing websocket/fragments -websocket/resume websocket/late websocket/origin
		-websocket/compression websocket/silence websocket/end websocket/slow websocket/streams websocket/stop
		publish/keep-alive publish/idle`)
	for i, name := range want {
		want[i] = name + ": pass"
		if offered, not := strings.CutPrefix(name, "-"); not {
			want[i] = offered + ": not offered"
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// What the target's file knows stands beside the fact, and does no harm.
func TestKnown(t *testing.T) {
	b := (&backend{spoil: twice}).run(t)
	d := only(b.dialect(), wire.SSE)
	for _, row := range []struct {
		fact   string
		known  map[string]string
		fails  string
		broken int
		why    string
	}{
		{"nothing is known", nil, "", 1, ""},
		{"the fact is known", map[string]string{"sse/order": "it sends twice"}, "", 0, "it sends twice"},
		{"the transport is known to fail", nil, "it is broken", 0, "it is broken"},
		{"something else is known", map[string]string{"sse/oder": "?"}, "", 1, ""},
	} {
		d.SSE.Fails = row.fails
		table, err := Run(t.Context(), Server{Address: b.address, Dialect: d, Known: row.known}, Options{Quick: true, limits: &brief})
		if err != nil {
			t.Fatal(err)
		}
		got := found(table, "sse/order")
		if len(Broken(table)) != row.broken || got.Known != row.why {
			t.Errorf("%s: %v, %q", row.fact, Broken(table), got.Known)
		}
		if f := table.Fact("sse/oder"); (f != nil) != (row.known["sse/oder"] != "") || f != nil && !strings.Contains(f.Text, "there is no such fact") {
			t.Errorf("%s: %+v", row.fact, f)
		}
	}
}

func TestInterrupted(t *testing.T) {
	b := (&backend{}).run(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, Server{Address: b.address, Dialect: b.dialect()}, Options{Streams: 12, limits: &brief}); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

// A server that has events of its own tells less.
func TestOwnEvents(t *testing.T) {
	b := (&backend{}).run(t)
	stop := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				b.emit()
			}
		}
	}()
	defer func() { close(stop); <-ended }()
	d := only(b.dialect(), wire.SSE)
	d.Publish = dialect.Publish{By: dialect.ByServer}
	d.SSE.Completes = dialect.Must("/sse?complete=3")
	table, err := Run(t.Context(), Server{Address: b.address, Dialect: d}, Options{Streams: 12, limits: &brief})
	if err != nil {
		t.Fatal(err)
	}
	for name, state := range map[string]results.State{"sse/order": results.NotTold, "sse/head": results.Pass, "sse/origin": results.Pass, "sse/silence": results.NotTold, "sse/complete": results.Pass} {
		if got := found(table, name); got.State != state {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
