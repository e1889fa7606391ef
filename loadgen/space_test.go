package loadgen

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// White space around an event's JSON is framing on every transport: the payload
// is the event's bytes alone, and the ledger balances.
func TestWhiteSpaceIsFraming(t *testing.T) {
	const more = 3
	for _, row := range []struct {
		name    string
		framing func(*results.Trial) int64 // of the window; nil: the numbers of the events are in it
	}{
		{"polling/interval=50ms", arrayFraming}, {"polling/interval=50ms/tls", arrayFraming},
		{"longpoll", arrayFraming}, {"longpoll/tls", arrayFraming},
		{"sse", nil}, {"sse/tls", nil},
		{"websocket", func(*results.Trial) int64 { return 0 }}, {"websocket/tls", func(*results.Trial) int64 { return 0 }},
		{"tcp", func(t *results.Trial) int64 { return wire.FrameHead * t.Deliveries.InWindow }},
	} {
		v := variant(t, row.name)
		target := serve(t, servers.Options{TLS: v.On(wire.TLS), Heartbeat: time.Hour, Inject: servers.Injections{Bytes: more}})
		o := shortOptions(t, target, row.name)
		got := trial(t, o)
		n := got.Deliveries.InWindow
		if got.Failed != "" || n == 0 || got.Steady.In[results.Payload] != n*int64(o.Payload) {
			t.Errorf("%s: %q, %d deliveries, %d bytes of payload", row.name, got.Failed, n, got.Steady.In[results.Payload])
		}
		if row.framing == nil {
			continue
		}
		if framing, want := got.Steady.In[results.Framing], row.framing(got)+more*n; framing != want {
			t.Errorf("%s: %d bytes of framing, want %d", row.name, framing, want)
		}
	}
}

// arrayFraming is two brackets for each answer and the commas between events.
func arrayFraming(t *results.Trial) int64 { return t.Requests.Full + t.Deliveries.InWindow }

// What a stream books of messages with white space around them, to the byte.
func TestMessagesWithWhiteSpace(t *testing.T) {
	e := string(event(0))
	frame := func(text string) string { return string(wire.AppendFrame(nil, []byte(text))) }
	for _, row := range []struct {
		fact, input string
		tcp         bool
		framing     int
	}{
		{"a frame without any", frame(e), true, 4},
		{"a frame that ends with a line feed", frame(e + "\n"), true, 5},
		{"all four on both sides of a frame", frame(" \t\r\n" + e + "\n\r\t "), true, 12},
		{"a line of data without any", "data: " + e + "\n\n", false, 8},
		{"spaces behind it", "data: " + e + "   \n\n", false, 11},
		{"a second space and a tab before it", "data:  \t" + e + "\n\n", false, 10},
		{"a carriage return ends its line", "data: " + e + "\r\n\r\n", false, 10},
		{"an empty line of data behind it", "data: " + e + "\ndata:\n\n", false, 14},
	} {
		for _, split := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.OneByteReader} {
			p := scriptedPipe(split(strings.NewReader(row.input)))
			c := &client{rec: account.New(clock.NewWall(), 1, 1, 0, 4), conn: p.conn}
			s := &sse{client: c, http: &http1{client: c, pipe: p}}
			s.feed = &http1Feed{&content{pipe: p, left: 1 << 62}, s.take}
			s.events.Dispatch = s.dispatch
			c.stream = s
			if row.tcp {
				c.stream = &tcp{client: c, pipe: p}
			}
			var err error
			for err == nil {
				err = c.stream.receive()
			}
			c.stream.flush()
			var want results.Bytes
			want[results.Payload], want[results.Framing] = int64(len(e)), int64(row.framing)
			if c.Delivered != 1 || p.in != want {
				t.Errorf("%s: %d events, %v, want %v", row.fact, c.Delivered, p.in, want)
			}
		}
	}
}

// gorilla's WriteJSON ends a message with a line feed, as other servers do.
func TestWebSocketMessagesWithWhiteSpace(t *testing.T) {
	const size = 100
	for _, around := range [][2]string{{"", "\n"}, {" \t", "\r\n"}} {
		target := serve(t, servers.Options{Heartbeat: time.Hour})
		between(t, &target, func(c, up net.Conn) { surround(c, up, size, around) })
		got := trial(t, Options{Target: target, Variant: variant(t, "websocket"), Clients: 3, Rate: 50, Payload: size, Window: 400 * time.Millisecond})
		n, in := got.Deliveries.InWindow, got.Steady.In
		if want := n * int64(len(around[0])+len(around[1])); got.Failed != "" || n == 0 ||
			in[results.Framing] != want || in[results.Payload] != n*size || in[results.WebSocket] != n*2 {
			t.Errorf("%q around %d events: %q, %v", around, n, got.Failed, in)
		}
	}
}

// surround passes on what the server says to c, each message of size bytes with
// white space around it.
func surround(c, up net.Conn, size int, around [2]string) {
	if passHead(c, up) != nil {
		return
	}
	for frame := make([]byte, 2+size); ; {
		if _, err := io.ReadFull(up, frame); err != nil || frame[1] != byte(size) {
			return
		}
		text := around[0] + string(frame[2:]) + around[1]
		if _, err := c.Write(fmt.Appendf(nil, "\x81%c%s", len(text), text)); err != nil {
			return
		}
	}
}

// The largest event may have white space around it, too, except on the floor:
// its frames are no larger than that.
func TestLargestEventWithWhiteSpace(t *testing.T) {
	for _, name := range fourHTTP {
		target := serve(t, servers.Options{Heartbeat: time.Hour, Inject: servers.Injections{Bytes: 64 << 10}})
		got := trial(t, Options{Target: target, Variant: variant(t, name), Clients: 1, Rate: 10, Payload: wire.MaxPayload, Window: 300 * time.Millisecond})
		if got.Failed != "" || got.Deliveries.Delivered == 0 {
			t.Errorf("%s: %q, %+v", name, got.Failed, got.Deliveries)
		}
	}
}
