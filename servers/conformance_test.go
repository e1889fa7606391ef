package servers

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/servers/wire"
)

// Every transport passes every row. dial opens a client of the transport that
// is tested, which is closed when the row ends.
var conformance = []struct {
	fact    string
	options Options
	not     []wire.Transport // transports that have no such thing
	large   bool             // tens of mebibytes are published: not through a backplane
	plain   bool             // not compressed: it would take long, and be the same
	check   func(t *testing.T, ts *testServer, tr wire.Transport, dial func(topic, after string) client)
}{
	{fact: "cursor 0 gives everything, in order", check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		ts.publish(t, "t", 3)
		c := dial("t", "0")
		expect(t, c, `event 1 {"n":1}`, `event 2 {"n":2}`, `event 3 {"n":3}`)
		ts.publish(t, "t", 1)
		expect(t, c, `event 4 {"n":4}`)
	}},
	{fact: "without a cursor only new events come", check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		ts.publish(t, "t", 3)
		c := dial("t", "")
		ts.publish(t, "t", 2)
		expect(t, c, `event 4 {"n":4}`, `event 5 {"n":5}`)
	}},
	{fact: "a topic may be read before anybody publishes to it", check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		c := dial("later", "")
		ts.publish(t, "later", 1)
		expect(t, c, `event 1 {"n":1}`)
	}},
	{fact: "topics do not mix", check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		a, b := dial("a", "0"), dial("b", "0")
		ts.topic(t, "a").Publish([]byte(`"for a"`))
		ts.topic(t, "b").Publish([]byte(`"for b"`))
		expect(t, a, `event 1 "for a"`)
		expect(t, b, `event 1 "for b"`)
	}},
	{fact: "a client that comes back with its cursor misses and repeats nothing", check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		ts.publish(t, "t", 2)
		c := dial("t", "0")
		expect(t, c, `event 1 {"n":1}`, `event 2 {"n":2}`)
		c.close()
		ts.publish(t, "t", 2)
		c = dial("t", "2")
		expect(t, c, `event 3 {"n":3}`, `event 4 {"n":4}`)
		ts.publish(t, "t", 1)
		expect(t, c, `event 5 {"n":5}`)
	}},
	{fact: "a cursor before the history is told of the gap", options: Options{History: 3}, check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		ts.publish(t, "t", 10)
		expect(t, dial("t", "6"), "gap 6 8")
		expect(t, dial("t", "0"), "gap 0 8")
		expect(t, dial("t", "7"), `event 8 {"n":8}`, `event 9 {"n":9}`, `event 10 {"n":10}`)
		if got := ts.stats.gaps.Load(); got != 2 {
			t.Errorf("counted %d gaps, want 2", got)
		}
	}},
	{fact: "a cursor ahead of the newest event is told of the gap, and goes on from the oldest", options: Options{History: 2}, check: func(t *testing.T, ts *testServer, tr wire.Transport, dial func(string, string) client) {
		ts.publish(t, "t", 3)
		c := dial("t", "9")
		expect(t, c, "gap 9 2")
		if tr == wire.WebSocket || tr == wire.TCP {
			expect(t, c, "end")
			c = dial("t", "1")
		}
		expect(t, c, `event 2 {"n":2}`, `event 3 {"n":3}`)
		c = dial("empty", "5")
		expect(t, c, "gap 5 1")
		if tr == wire.WebSocket || tr == wire.TCP {
			c = dial("empty", "0")
		}
		ts.publish(t, "empty", 1)
		expect(t, c, `event 1 {"n":1}`)
	}},
	{fact: "a cursor of another epoch is told of the gap, however small", check: func(t *testing.T, ts *testServer, tr wire.Transport, dial func(string, string) client) {
		ts.publish(t, "t", 3)
		ours := ts.Hub().Epoch()
		expect(t, dial("t", ours+"-2"), `event 3 {"n":3}`)
		c := dial("t", "00000000-2") // what the one before a restart may have been
		expect(t, c, "gap 2 1")
		if tr == wire.WebSocket || tr == wire.TCP {
			c = dial("t", ours+"-0")
		}
		expect(t, c, `event 1 {"n":1}`, `event 2 {"n":2}`, `event 3 {"n":3}`)
	}},
	{fact: "a cursor that is no number is refused", check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		for _, bad := range []string{"x", "-1", "0x1", "1.0", "18446744073709551616"} {
			expect(t, dial("t", bad), fmt.Sprintf("refused: cursor %q is not the number of an event", bad))
		}
	}},
	{fact: "a bad name of a topic is refused", check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		for _, bad := range []string{"a/b", "a%20b", "ä", strings.Repeat("x", 65)} {
			expect(t, dial(bad, "0"), "refused: "+ErrTopicName.Error())
		}
	}},
	{fact: "the number of topics is bounded", not: []wire.Transport{wire.Polling}, check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		for i := range DefaultTopics {
			ts.topic(t, strconv.Itoa(i))
		}
		expect(t, dial("one-more", "0"), "refused: the server has 1024 topics, which is its limit")
	}},
	{fact: "the number of topics is what the server was told", options: Options{Topics: DefaultTopics + 1}, check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		for i := range DefaultTopics {
			ts.topic(t, strconv.Itoa(i))
		}
		c := dial("one-more", "0")
		ts.publish(t, "one-more", 1)
		expect(t, c, `event 1 {"n":1}`)
	}},
	{fact: "a topic that never had an event goes with its last subscriber", options: Options{Topics: 2}, not: []wire.Transport{wire.Polling, wire.LongPoll}, check: func(t *testing.T, ts *testServer, tr wire.Transport, dial func(string, string) client) {
		ts.publish(t, "kept", 1)
		for i := range 8 { // more than there is room for
			c := dial("empty"+strconv.Itoa(i), "0")
			ts.subscribers(t, tr, 1)
			if len(ts.Hub().Newest()) != 2 {
				t.Fatalf("topics %v", ts.Hub().Newest())
			}
			c.close()
			until(t, "the topic is gone", func() bool { return len(ts.Hub().Newest()) == 1 })
		}
	}},
	{fact: "an EventSource that is cut off before its first event misses nothing", not: []wire.Transport{wire.Polling, wire.LongPoll, wire.WebSocket, wire.TCP}, check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		ts.publish(t, "t", 2)
		resp, err := ts.http.Get(ts.url + "/sse?topic=t")
		if err != nil {
			t.Fatal(err)
		}
		head := make([]byte, len("retry: 2000\nid: 2\n\n"))
		if _, err := io.ReadFull(resp.Body, head); err != nil || string(head) != "retry: 2000\nid: 2\n\n" {
			t.Fatalf("%q, %v", head, err)
		}
		resp.Body.Close()
		ts.publish(t, "t", 1)
		expect(t, dial("t", "2"), `event 3 {"n":3}`) // what its Last-Event-ID says
	}},
	{fact: "who only polls makes no topic", not: []wire.Transport{wire.LongPoll, wire.SSE, wire.WebSocket, wire.TCP}, check: func(t *testing.T, ts *testServer, _ wire.Transport, _ func(string, string) client) {
		if status, _, _ := ts.do(t, "GET", "/polling?topic=nobody", ""); status != http.StatusNoContent {
			t.Errorf("status %d", status)
		}
		if topics := ts.Hub().Newest(); len(topics) != 0 {
			t.Errorf("topics %v", topics)
		}
	}},
	{fact: "a silent stream has heartbeats", options: Options{Heartbeat: 5 * time.Millisecond}, not: []wire.Transport{wire.Polling, wire.LongPoll}, check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		c := dial("t", "0")
		expect(t, c, "heartbeat", "heartbeat", "heartbeat")
		ts.publish(t, "t", 1)
		for text := "heartbeat"; text != `event 1 {"n":1}`; text = c.next() {
			if text != "heartbeat" {
				t.Fatalf("%s instead of the event", text)
			}
		}
	}},
	{fact: "many events at once come whole and in order", check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		c := dial("t", "0")
		for i := range 200 {
			ts.topic(t, "t").Publish(jsonOf(2 + i*i*3))
		}
		for i := range 200 {
			payload := jsonOf(2 + i*i*3)
			expect(t, c, event(uint64(i+1), string(payload)))
		}
	}},
	{fact: "nobody misses or repeats an event while others publish and subscribe", check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		const publishers, each, clients = 4, 100, 8
		var group sync.WaitGroup
		for range publishers {
			group.Go(func() {
				for range each {
					ts.topic(t, "t").Publish([]byte(`{}`))
				}
			})
		}
		open := make([]client, clients)
		for i := range open {
			open[i] = dial("t", "0")
		}
		for _, c := range open {
			group.Go(func() {
				for i := range publishers * each {
					if got, want := c.next(), event(uint64(i+1), "{}"); got != want {
						t.Errorf("got %s, want %s", got, want)
						return
					}
				}
			})
		}
		group.Wait()
	}},
	{fact: "a client that leaves is counted out", not: []wire.Transport{wire.Polling, wire.LongPoll}, check: func(t *testing.T, ts *testServer, tr wire.Transport, dial func(string, string) client) {
		c := dial("t", "0")
		ts.subscribers(t, tr, 1)
		if got := ts.stats.connections.Load(); got != 1 {
			t.Errorf("%d connections, want 1", got)
		}
		c.close()
		ts.subscribers(t, tr, 0)
		until(t, "no connections", func() bool { return ts.stats.connections.Load() == 0 })
	}},
	{fact: "deliveries are counted", check: func(t *testing.T, ts *testServer, tr wire.Transport, dial func(string, string) client) {
		ts.publish(t, "t", 3)
		c := dial("t", "0")
		expect(t, c, `event 1 {"n":1}`, `event 2 {"n":2}`, `event 3 {"n":3}`)
		until(t, "3 deliveries", func() bool { return ts.stats.carriers[tr].delivered.Load() == 3 })
	}},
	{fact: "a client that falls out of the history learns of it", options: Options{History: 4}, large: true, check: func(t *testing.T, ts *testServer, tr wire.Transport, dial func(string, string) client) {
		c := dial("t", "0")
		if tr != wire.Polling && tr != wire.LongPoll {
			ts.subscribers(t, tr, 1)
		}
		for range 64 { // several times what sockets take in
			ts.topic(t, "t").Publish(jsonOf(1 << 20))
		}
		word, closed := "gap", false
		switch tr {
		case wire.WebSocket:
			word, closed = "slow", true
		case wire.TCP:
			closed = true
		}
		var last, gaps uint64
		for last < 64 && (gaps == 0 || !closed) {
			text := c.next()
			var after, oldest uint64
			switch {
			case text == event(last+1, string(jsonOf(1<<20))):
				last++
			case strings.HasPrefix(text, word+" "):
				fmt.Sscanf(text, word+" %d %d", &after, &oldest)
				if after != last || oldest <= after+1 {
					t.Fatalf("%s after event %d", text, last)
				}
				gaps, last = gaps+1, oldest-1
			default:
				t.Fatalf("%s after event %d", text, last)
			}
		}
		if gaps == 0 {
			t.Error("no gap")
		}
		if closed {
			expect(t, c, "end")
			until(t, "the client is counted as slow", func() bool { return ts.stats.slow.Load() == 1 })
		}
		if got := ts.stats.gaps.Load(); got != gaps {
			t.Errorf("counted %d gaps, the client saw %d", got, gaps)
		}
	}},
	{fact: "a client that does not keep up holds nobody up, and gets everything itself", options: Options{WriteTimeout: time.Minute}, large: true, plain: true, not: []wire.Transport{wire.Polling, wire.LongPoll}, check: func(t *testing.T, ts *testServer, _ wire.Transport, dial func(string, string) client) {
		slow, quick := dial("t", "0"), dial("t", "0")
		const events = 16 // more than the kernel takes in
		for i := range events {
			ts.topic(t, "t").Publish(jsonOf(1 << 20))
			expect(t, quick, event(uint64(i+1), string(jsonOf(1<<20))))
		}
		for i := range events {
			expect(t, slow, event(uint64(i+1), string(jsonOf(1<<20))))
		}
		for i := range 3 { // together again
			ts.topic(t, "t").Publish([]byte(`{}`))
			expect(t, slow, event(uint64(events+i+1), "{}"))
			expect(t, quick, event(uint64(events+i+1), "{}"))
		}
	}},
	// The kernel gives up after four write timeouts, in which events are compressed, too.
	{fact: "a client that takes nothing is disconnected and counted as slow", options: Options{WriteTimeout: 300 * time.Millisecond}, large: true, not: []wire.Transport{wire.Polling, wire.LongPoll}, check: func(t *testing.T, ts *testServer, tr wire.Transport, dial func(string, string) client) {
		dial("t", "0")
		for range 48 { // more than the kernel takes in, compressed, too
			ts.topic(t, "t").Publish(jsonOf(1 << 20))
		}
		until(t, "the client is counted as slow", func() bool { return ts.stats.slow.Load() == 1 })
		ts.subscribers(t, tr, 0)
	}},
	{fact: "a shutdown ends streams and answers held requests", check: func(t *testing.T, ts *testServer, tr wire.Transport, dial func(string, string) client) {
		ts.publish(t, "t", 1)
		c := dial("t", "0")
		expect(t, c, `event 1 {"n":1}`)
		ended := make(chan string)
		go func() { ended <- c.next() }()
		if tr != wire.Polling {
			ts.subscribers(t, tr, 1)
		}
		ts.cancel()
		if got := <-ended; got != "end" && got != "refused: the server is shutting down" {
			t.Errorf("%s instead of the end", got)
		}
		ts.http.CloseIdleConnections()
		ts.ended(t)
	}},
	{fact: "a shutdown does not wait for a stuck client", large: true, not: []wire.Transport{wire.Polling, wire.LongPoll}, check: func(t *testing.T, ts *testServer, tr wire.Transport, dial func(string, string) client) {
		dial("t", "0")
		ts.subscribers(t, tr, 1)
		for range 48 { // more than the kernel takes in, compressed, too
			ts.topic(t, "t").Publish(jsonOf(1 << 20))
		}
		ts.cancel()
		ts.ended(t)
	}},
}
