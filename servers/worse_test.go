package servers

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"pushbench/servers/wire"
)

// What injected bytes and requests look like on each transport. The topic t
// holds the events {"n":1} to {"n":3}, of which the history keeps two.
func TestInjectedBytesOnTheWire(t *testing.T) {
	const (
		poll    = "GET /polling?topic=t&after=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
		held    = "GET /longpoll?topic=t&after=1&wait=5m HTTP/1.1\r\nHost: localhost\r\n\r\n"
		empty   = "HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\nLast-Event-ID: 1\r\nDate: D\r\n\r\n"
		full    = "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 17\r\nContent-Type: application/json\r\nLast-Event-ID: 3\r\nDate: D\r\n\r\n[{\"n\":2},{\"n\":3}]"
		stream  = "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\nLast-Event-ID: 1\r\nX-Accel-Buffering: no\r\nDate: D\r\nTransfer-Encoding: chunked\r\n\r\n"
		upgrade = "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
		switchd = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nLast-Event-ID: 1\r\n\r\n"
	)
	padded := strings.NewReplacer(`{"n":2}`, `{"n":2}  `, `{"n":3}`, `{"n":3}  `, "Content-Length: 17", "Content-Length: 21")
	for _, row := range []struct {
		fact       string
		by         Injections
		tcp        bool
		send, want string
	}{
		{"polling has spaces behind each element", Injections{Bytes: 2}, false, poll, padded.Replace(full)},
		{"so has long-polling", Injections{Bytes: 2}, false, held, padded.Replace(full)},
		{"an event stream has them in the data line", Injections{Bytes: 2}, false,
			"GET /sse?topic=t&after=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
			stream + "13\r\nretry: 2000\nid: 1\n\n\r\n2e\r\nid: 2\ndata: {\"n\":2}  \n\nid: 3\ndata: {\"n\":3}  \n\n\r\n"},
		{"a WebSocket has them in the message", Injections{Bytes: 2}, false,
			"GET /websocket?topic=t&after=1 HTTP/1.1\r\n" + upgrade, switchd + "\x81\x09{\"n\":2}  \x81\x09{\"n\":3}  "},
		{"tcp has them in the frame", Injections{Bytes: 2}, true,
			"t 1\n", "\x00\x00\x00\x00\x00\x00\x00\x09{\"n\":2}  \x00\x00\x00\x09{\"n\":3}  "},
		{"polling has empty answers before one with events, then again", Injections{Requests: 2}, false,
			strings.Repeat(poll, 4), empty + empty + full + empty},
		{"so has long-polling, at once", Injections{Requests: 2}, false,
			strings.Repeat(held, 4), empty + empty + full + empty},
		{"an answer that is empty anyway is none of them", Injections{Requests: 1}, false,
			strings.ReplaceAll(poll, "after=1", "after=3") + poll + poll,
			strings.ReplaceAll(empty, "ID: 1", "ID: 3") + empty + full},
		{"a gap is told at once", Injections{Requests: 1}, false,
			strings.ReplaceAll(poll, "after=1", "after=0"),
			"HTTP/1.1 410 Gone\r\nCache-Control: no-store\r\nContent-Type: application/json\r\nLast-Event-ID: 1\r\nDate: D\r\nContent-Length: 23\r\n\r\n{\"after\":0,\"oldest\":2}\n"},
		{"streams have no requests to make worse", Injections{Requests: 2}, false,
			"GET /websocket?topic=t&after=1 HTTP/1.1\r\n" + upgrade, switchd + "\x81\x07{\"n\":2}\x81\x07{\"n\":3}"},
	} {
		t.Run(strings.ReplaceAll(row.fact, " ", "_"), func(t *testing.T) {
			ts := start(t, Options{History: 2, Inject: row.by})
			ts.publish(t, "t", 3)
			addr := ts.Ready().HTTP
			if row.tcp {
				addr = ts.Ready().TCP
			}
			if d := cmp.Diff(fmt.Sprintf("%q", row.want), fmt.Sprintf("%q", exchange(t, addr, row.send, len(row.want)))); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

// exchange sends text and returns at least so many bytes of the answer, masked,
// or all there are.
func exchange(t *testing.T, addr, text string, least int) (got string) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	for buf := make([]byte, 4096); len(got) < least; {
		n, err := c.Read(buf)
		got = mask(got + string(buf[:n]))
		if err != nil {
			break
		}
	}
	return got
}

// Each connection counts for itself.
func TestEmptyAnswersAreCountedByConnection(t *testing.T) {
	ts := start(t, Options{Inject: Injections{Requests: 1}})
	ts.publish(t, "t", 1)
	const ask = "GET /polling?topic=t&after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n"
	for range 2 {
		if got := exchange(t, ts.Ready().HTTP, ask, 12); !strings.HasPrefix(got, "HTTP/1.1 204") {
			t.Errorf("the first answer of a connection is %q", got)
		}
	}
}

// Injected memory is on the heap once for each open connection of any kind, and
// no longer.
func TestInjectedMemory(t *testing.T) {
	const conns, size = 20, 1 << 20
	for _, tr := range append(wire.Transports(), "idle") {
		t.Run(string(tr), func(t *testing.T) {
			ts := start(t, Options{Inject: Injections{Memory: size}})
			ts.publish(t, "t", 1)
			before := heap()
			var open []net.Conn
			for range conns {
				open = append(open, openOne(t, ts, tr))
			}
			ts.connected(t, conns)
			// A connection has some KiB beside it, and other garbage may go meanwhile.
			if grown := int64(heap()) - int64(before); grown < conns*(size-64<<10) || grown > conns*(size+64<<10) {
				t.Errorf("%d connections make the heap grow by %d bytes, want %d within 64 KiB for each", conns, grown, conns*size)
			}
			for _, c := range open {
				c.Close()
			}
			ts.connected(t, 0)
			until(t, "the memory is free", func() bool { return heap() < before+conns*size/2 })
		})
	}
}

// openOne opens a connection and has what begins its stream.
func openOne(t *testing.T, ts *testServer, tr wire.Transport) net.Conn {
	if tr == "idle" {
		c, err := net.Dial("tcp", ts.Ready().HTTP)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := dialRaw(t, ts, tr, 0)
	for got, buf := []byte(nil), make([]byte, 4096); !bytes.Contains(got, []byte(`{"n":1}`)); {
		n, err := c.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, buf[:n]...)
	}
	return c
}

// connected waits until the server has n connections.
func (ts *testServer) connected(t *testing.T, n int64) {
	t.Helper()
	until(t, fmt.Sprintf("%d connections", n), func() bool { return ts.stats.connections.Load() == n })
}

// The weight is the connection's own, and every page of it is in use.
func TestABurdenIsTouched(t *testing.T) {
	w := &worse{Injections{Memory: 3 << 16}}
	a, b := w.burden().weight, w.burden().weight
	if len(a) != 3<<16 || &a[0] == &b[0] {
		t.Errorf("%d bytes, shared: %t", len(a), &a[0] == &b[0])
	}
	for at := 0; at < len(a); at += 4096 {
		if a[at] == 0 {
			t.Errorf("the page at %d was never written to", at)
		}
	}
}

// CPU time goes by the clock, for each event. That it takes no less does not
// depend on the machine.
func TestSpend(t *testing.T) {
	w := &worse{Injections{CPU: 20 * time.Microsecond}}
	for _, n := range []int{1, 5} {
		began := time.Now()
		w.spend(n)
		if took := time.Since(began); took < time.Duration(n)*w.CPU {
			t.Errorf("%d events took %s", n, took)
		}
	}
	synctest.Test(t, func(*testing.T) { (&worse{}).spend(1000) }) // its clock stands still: a loop would not end
}

// Every transport spends it, once for each event.
func TestInjectedCPUIsSpentOnEachTransport(t *testing.T) {
	const events, each = 50, time.Millisecond
	for _, tr := range wire.Transports() {
		t.Run(string(tr), func(t *testing.T) {
			ts := start(t, Options{Inject: Injections{CPU: each}})
			ts.publish(t, "t", events)
			began := time.Now()
			c := dialers[tr](t, ts, "t", "0")
			defer c.close()
			for i := range events {
				expect(t, c, fmt.Sprintf(`event %d {"n":%d}`, i+1, i+1))
			}
			if took := time.Since(began); took < events*each {
				t.Errorf("%d events with %s each came within %s", events, each, took)
			}
		})
	}
}
