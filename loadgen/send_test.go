package loadgen

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// Clients publish over whatever carries their events. Everybody gets each event once, those
// of one sender in order, and the ledgers have the bytes of both ways.
func TestClientsPublish(t *testing.T) {
	for _, name := range []string{
		"polling/interval=50ms", "polling/interval=50ms/tls", "longpoll", "longpoll/tls", "longpoll/headers=browser",
		"sse", "sse/tls", "sse/resume", "websocket", "websocket/tls", "websocket/headers=browser", "websocket/http=2", "websocket/http=2/streams=4/tls",
	} {
		t.Run(strings.ReplaceAll(name, "/", ","), func(t *testing.T) {
			v := variant(t, name)
			o := Options{
				Target: serve(t, servers.Options{TLS: v.On(wire.TLS), Heartbeat: time.Hour}), Variant: v,
				Clients: 8, Topics: 2, Send: 10, Payload: 300, Warmup: 200 * time.Millisecond, Window: 600 * time.Millisecond, Opening: 2,
			}
			got := trial(t, o)
			if got.Failed != "" {
				t.Fatal(got.Failed)
			}
			d := got.Deliveries
			if d.Offered != 64 || d.Published != d.Offered || d.Delivered != 4*d.Offered || d.Missed+d.Duplicated+d.Reordered+d.Negative != 0 {
				t.Errorf("deliveries: %+v", d)
			}
			if l := got.Load; l.Send != 10 || l.Rate != 80 {
				t.Errorf("recorded: %+v", l)
			}
			if got.Latency.Count() == 0 || got.ToServer.Count()+got.FromServer.Count() != 0 {
				t.Errorf("%d latencies, %d to the server, %d from it", got.Latency.Count(), got.ToServer.Count(), got.FromServer.Count())
			}
			out := got.Whole.Out
			if out[results.Payload] != 300*d.Offered || got.Handshake.Out[results.Payload] != 0 || got.Steady.Out[results.Payload] == 0 {
				t.Errorf("%d bytes of payload are published, %d of them in the window", out[results.Payload], got.Steady.Out[results.Payload])
			}
			// 2 bytes, 2 of length and 4 of the mask (RFC 6455 section 5.2).
			if n := out[results.WebSocket]; v.Transport == wire.WebSocket && n != 8*d.Offered || v.Transport != wire.WebSocket && n != 0 {
				t.Errorf("%d bytes of WebSocket frames for %d events", n, d.Offered)
			}
			head := int64(len(postHead(&o, o.Target.HTTP, "t0")))
			if heads := out[results.Head]; v.Transport == wire.SSE && heads < head*d.Offered || v.Transport == wire.WebSocket && heads != got.Handshake.Out[results.Head] {
				t.Errorf("%d bytes of heads", heads)
			}
		})
	}
}

// What a browser sends with a request to publish is what it sends with one to ask, with
// its origin, and never what belongs to an event stream.
func TestPostHead(t *testing.T) {
	o := Options{Variant: variant(t, "sse"), Payload: 40}
	want := "POST /publish?topic=t1 HTTP/1.1\r\nHost: h:1\r\nContent-Type: application/x-ndjson\r\nContent-Length: 40\r\n\r\n"
	if got := string(postHead(&o, "h:1", "t1")); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	o.Variant = variant(t, "sse/headers=browser/tls")
	got := string(postHead(&o, "h:1", "t1"))
	for _, line := range []string{"Origin: https://h:1\r\n", "Accept: */*\r\n", "Cookie: "} {
		if !strings.Contains(got, line) {
			t.Errorf("%q is not in %q", line, got)
		}
	}
	if strings.Contains(got, "event-stream") || strings.Contains(got, "Cache-Control") {
		t.Errorf("%q", got)
	}
}

// The text in a frame is what its head says, and other frames have none.
func TestTextInFrame(t *testing.T) {
	frame := func(head ...byte) func(size int) []byte {
		return func(size int) []byte { return append(bytes.Clone(head), make([]byte, 4+size)...) }
	}
	for _, row := range []struct {
		frame []byte
		want  int
	}{
		{frame(0x81, 0x80|40)(40), 40},
		{frame(0x81, 0x80|126, 0, 200)(200), 200},
		{frame(0x81, 0x80|127, 0, 0, 0, 0, 0, 1, 0, 0)(65536), 65536},
		{frame(0x81, 0x80)(0), 0},
		{frame(0x8a, 0x80|3)(3), 0}, // pong
		{frame(0x88, 0x80|2)(2), 0}, // close
		{[]byte{0x81}, 0},
		{nil, 0},
	} {
		if got := textIn(row.frame); got != row.want {
			t.Errorf("%d bytes in a frame of %d, want %d", got, len(row.frame), row.want)
		}
	}
}

// What clients cannot publish is refused before anything is opened.
func TestSendProblems(t *testing.T) {
	for _, row := range []struct {
		name string
		with func(*Options)
		want string
	}{
		{"sse", func(o *Options) { o.Send = -1 }, "publishes -1 events a second"},
		{"sse", func(o *Options) { o.Topics = 3 }, "8 clients that publish cannot be shared out equally among 3 topics"},
		{"sse", func(o *Options) { o.Retained = 1 }, "not there before the clients"},
		{"sse", func(o *Options) { o.Reconnect = &Reconnect{} }, "do not survive the loss"},
		{"tcp", func(*Options) {}, "say nothing"},
		{"sse/http=2/streams=4", func(*Options) {}, "do so over HTTP/1.1"},
		{"longpoll/http=1.0", func(*Options) {}, "do so over HTTP/1.1"},
		{"websocket/http=2/compress", func(*Options) {}, "by text that is not compressed"},
		{"websocket/compress", func(*Options) {}, "by text that is not compressed"},
		{"sse/binary", func(*Options) {}, "by text that is not compressed"},
	} {
		o := Options{Target: Target{HTTP: "127.0.0.1:1", TCP: "127.0.0.1:1"}, Variant: variant(t, row.name), Clients: 8, Send: 1, Payload: 100, Window: time.Second}
		row.with(&o)
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v", row.want, err)
		}
	}
}
