package loadgen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	framing "golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"pushbench/loadgen/clock"
	"pushbench/servers"
	"pushbench/servers/null"
	"pushbench/servers/wire"
)

func newCredit(t testing.TB, clients int) *Credit {
	t.Helper()
	c, err := NewCredit(clients)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// Every variant has a ceiling, and all that the null server sent has come. One
// null server serves any number of measurements, one after the other.
func TestCeiling(t *testing.T) {
	const clients, size = 10, 128
	credit := newCredit(t, clients)
	plain, _ := startNull(t, credit, null.Options{Payload: size})
	secret := newCredit(t, clients)
	secure, _ := startNull(t, secret, null.Options{Payload: size, TLS: true})
	for _, name := range []string{
		"polling/interval=500ms", "polling/interval=500ms/etag", "longpoll", "longpoll/tls", "sse", "sse/tls", "sse/resume",
		"polling/interval=500ms/http=1.0", "polling/interval=500ms/etag/http=1.0", "longpoll/http=1.0/tls", "sse/http=1.0",
		"polling/interval=500ms/http=2", "polling/interval=500ms/etag/http=2/tls", "longpoll/http=2/streams=5", "sse/http=2/tls", "sse/http=2/streams=5",
		"sse/headers=browser", "websocket", "websocket/tls", "tcp", "sse",
	} {
		o := CeilingOptions{Target: plain, Credit: credit, Variant: variant(t, name), Clients: clients, Payload: size, Time: 100 * time.Millisecond}
		if o.Variant.On(wire.TLS) {
			o.Target, o.Credit = secure, secret
		}
		got, err := Ceiling(t.Context(), o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.PerSecond <= 0 || got.PerCPU <= 0 || got.PerSecond != slices.Max(got.Slices) || len(got.Slices) != ceilingSlices || got.Generator <= 0 || got.Server <= 0 || got.Idle < 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// BenchmarkCeiling is what the generator takes at most with 100 clients. Run it
// with -benchtime=1x: an iteration is one measurement.
func BenchmarkCeiling(b *testing.B) {
	for _, name := range []string{"tcp", "sse", "websocket", "longpoll", "polling/interval=500ms", "sse/tls"} {
		b.Run(name, func(b *testing.B) {
			const clients, size = 100, 128
			v, err := wire.ParseVariant(name)
			if err != nil {
				b.Fatal(err)
			}
			credit := newCredit(b, clients)
			target, _ := startNull(b, credit, null.Options{TLS: v.On(wire.TLS), Payload: size})
			for b.Loop() {
				l, err := Ceiling(b.Context(), CeilingOptions{Target: target, Credit: credit, Variant: v, Clients: clients, Payload: size})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(l.PerSecond, "deliveries/s")
				b.ReportMetric(l.PerCPU, "deliveries/cpu-s")
				b.ReportMetric(l.Generator, "generator-cores")
				b.ReportMetric(l.Server, "server-cores")
				b.ReportMetric(100*l.Idle, "server-idle-%")
			}
		})
	}
}

// The null server's answers are the real server's, byte for byte but for the
// date, from the head to the end of the first event.
func TestNullServerAnswersAsServersDo(t *testing.T) {
	const size = 200
	for _, c := range []struct {
		fact, variant, extra string
		event                bool // one was published
		end                  string
	}{
		{"a poll with an event", "polling/interval=50ms", "", true, `"}]`},
		{"a poll without one", "polling/interval=50ms", "", false, "\r\n\r\n"},
		{"a poll for an entity tag, with an event", "polling/interval=50ms/etag", "&etag=1", true, `"}]`},
		{"a poll for an entity tag, without one", "polling/interval=50ms/etag", "&etag=1", false, "\r\n\r\n"},
		{"a browser's poll", "polling/interval=50ms/headers=browser", "", true, `"}]`},
		{"a long-poll with an event", "longpoll", "&wait=10s", true, `"}]`},
		{"a long-poll that is not held", "longpoll", "&wait=0s", false, "\r\n\r\n"},
		{"a poll over HTTP/1.0, with an event", "polling/interval=50ms/http=1.0", "", true, `"}]`},
		{"a poll over HTTP/1.0 for an entity tag, without one", "polling/interval=50ms/etag/http=1.0", "&etag=1", false, "\r\n\r\n"},
		{"a long-poll over HTTP/1.0, with an event", "longpoll/http=1.0", "&wait=10s", true, `"}]`},
		{"an event stream over HTTP/1.0", "sse/http=1.0", "", true, "\"}\n\n"},
		{"an event stream", "sse", "", true, "\"}\n\n\r\n"},
		{"an event stream over TLS", "sse/tls", "", true, "\"}\n\n\r\n"},
		{"a browser's event stream", "sse/headers=browser", "", true, "\"}\n\n\r\n"},
		{"a WebSocket", "websocket", "", true, `"}`},
		{"the floor", "tcp", "", true, `"}`},
	} {
		v := variant(t, c.variant)
		credit := newCredit(t, 1)
		real := serve(t, servers.Options{TLS: v.On(wire.TLS)})
		if c.event {
			credit.allow(1)
			publish(t, v, real, wire.AppendPayload(nil, 0, size))
		}
		idle := serveNull(t, null.Options{TLS: v.On(wire.TLS), Payload: size, Credit: credit.File()})
		want := firstAnswer(t, v, real, c.extra, c.end)
		if got := firstAnswer(t, v, idle, c.extra, c.end); got != want {
			t.Errorf("%s: the null server answers\n%q\nand the real one\n%q", c.fact, got, want)
		}
	}
}

// publish publishes the event as the first of the topic t0.
func publish(t *testing.T, v wire.Variant, to Target, event []byte) {
	t.Helper()
	d, err := newDialer(clock.NewWall(), nil, to.HTTP, to.Cert, v.On(wire.TLS), false)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := d.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.stream.Close()
	fmt.Fprintf(c.stream, "POST %s?topic=t0 HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n%s", wire.RoutePublish, to.HTTP, len(event), event)
	readTo(t, c, "\r\n0\r\n\r\n") // acknowledged
}

// firstAnswer sends what a client of the variant sends first and reads up to
// end. The date is blotted out.
func firstAnswer(t *testing.T, v wire.Variant, to Target, extra, end string) string {
	t.Helper()
	address := to.HTTP
	if v.Transport == wire.TCP {
		address = to.TCP
	}
	d, err := newDialer(clock.NewWall(), nil, address, to.Cert, v.On(wire.TLS), false)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := d.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.stream.Close()
	switch v.Transport {
	case wire.TCP:
		fmt.Fprint(c.stream, "t0 0\n")
	case wire.WebSocket:
		fmt.Fprintf(c.stream, "GET %s?topic=t0&after=0 HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", wire.RouteWebSocket, address)
	default:
		c.stream.Write(newRequester(v, address, "t0", extra).appendTo(nil, cursor{}))
	}
	return regexp.MustCompile(`Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n`).ReplaceAllString(readTo(t, c, end), "Date: today\r\n")
}

func readTo(t *testing.T, c *conn, end string) string {
	t.Helper()
	if err := c.stream.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var all []byte
	for b := make([]byte, 4096); !bytes.HasSuffix(all, []byte(end)); {
		n, err := c.stream.Read(b)
		if all = append(all, b[:n]...); err != nil {
			t.Fatalf("%v after %q", err, all)
		}
	}
	return string(all)
}

// serveNull runs a null server in this process until the test ends.
func serveNull(t *testing.T, o null.Options) Target {
	t.Helper()
	s, err := null.Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("null server: %v", err)
		}
	})
	r := s.Ready()
	return Target{HTTP: r.HTTP, TCP: r.TCP, Cert: r.Cert, PID: os.Getpid()}
}

// A ceiling that cannot be measured is an error that says why.
func TestCeilingRefused(t *testing.T) {
	credit := newCredit(t, 2)
	target, _ := startNull(t, credit, null.Options{})
	good := CeilingOptions{Target: target, Credit: credit, Variant: variant(t, "sse"), Clients: 2, Payload: 32, Time: 50 * time.Millisecond}
	if _, err := Ceiling(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	close(gone)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		fact string
		ctx  context.Context
		with func(*CeilingOptions)
		want string
	}{
		{"no process", t.Context(), func(o *CeilingOptions) { o.Target.PID = 0 }, "process is not known"},
		{"no credit", t.Context(), func(o *CeilingOptions) { o.Credit = nil }, "no room for 2 clients"},
		{"more clients than the credit has room for", t.Context(), func(o *CeilingOptions) { o.Clients = 3 }, "no room for 3 clients"},
		{"no clients", t.Context(), func(o *CeilingOptions) { o.Clients = 0 }, "at least one client"},
		{"a negative time", t.Context(), func(o *CeilingOptions) { o.Time = -1 }, "-1ns"},
		{"a time that asks for too many events", t.Context(), func(o *CeilingOptions) { o.Time = time.Minute }, "up to 10s"},
		{"the process has ended", t.Context(), func(o *CeilingOptions) { o.Target.Gone = gone }, "process ended"},
		{"the context is done", over, func(*CeilingOptions) {}, "canceled"},
		{"nobody listens", t.Context(), func(o *CeilingOptions) { o.Target.HTTP = "127.0.0.1:1" }, "refused"},
	} {
		o := good
		c.with(&o)
		if _, err := Ceiling(c.ctx, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", c.fact, err, c.want)
		}
	}
}

// A null server that is killed ends the measurement with an error, and so does
// a context that is done, whatever the transport.
func TestCeilingCutShort(t *testing.T) {
	for _, name := range []string{"polling/interval=500ms", "longpoll", "sse", "websocket", "tcp"} {
		for _, killed := range []bool{true, false} {
			credit := newCredit(t, 3)
			target, process := startNull(t, credit, null.Options{})
			ctx, cancel := context.WithCancel(t.Context())
			cut := make(chan struct{})
			go func() {
				defer close(cut)
				for credit.client(2).Load() < 10 && clock.WaitUntil(ctx, clock.Now()+int64(time.Millisecond)) == nil {
				}
				if killed {
					_ = process.Kill()
				} else {
					cancel()
				}
			}()
			_, err := Ceiling(ctx, CeilingOptions{Target: target, Credit: credit, Variant: variant(t, name), Clients: 3, Payload: 32, Time: 10 * time.Second})
			cancel()
			<-cut
			if err == nil || killed == errors.Is(err, context.Canceled) {
				t.Errorf("%s, killed %t: %v", name, killed, err)
			}
		}
	}
}

// A measurement ends when a client has had all the events prepared for it, and
// does not count the time after that.
func TestCeilingExhausted(t *testing.T) {
	credit := newCredit(t, 3)
	target, _ := startNull(t, credit, null.Options{})
	for _, name := range []string{"longpoll", "sse"} {
		o := CeilingOptions{Target: target, Credit: credit, Variant: variant(t, name), Clients: 3, Payload: 32, Time: time.Second}
		_, err := o.measure(t.Context(), 20)
		if err == nil || !strings.Contains(err.Error(), "the 20 events that were prepared") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range []struct {
		fact    string
		clients int
		time    time.Duration
		want    int
	}{
		{"a million a second, shared by the clients", 100, time.Second, 10064},
		{"never none", 1000000, time.Millisecond, 65},
		{"never more than there is memory for", 1, 10 * time.Second, mostEvents},
	} {
		if got := enough(CeilingOptions{Clients: c.clients, Time: c.time}); got != c.want {
			t.Errorf("%s: %d events, want %d", c.fact, got, c.want)
		}
	}
}

// Over HTTP/2 the frames of an answer are the real server's, with the same fields.
func TestNullServerAnswersAsServersDoOverHTTP2(t *testing.T) {
	const size = 200
	for _, c := range []struct {
		fact, path, match string
		event             bool
	}{
		{"a poll with an event", wire.RoutePolling + "?topic=t0&after=0", "", true},
		{"a poll without one", wire.RoutePolling + "?topic=t0&after=0", "", false},
		{"a poll for an entity tag, without one", wire.RoutePolling + "?topic=t0&etag=1", `"0"`, false},
		{"a long-poll with an event", wire.RouteLongPoll + "?topic=t0&after=0&wait=10s", "", true},
		{"an event stream", wire.RouteSSE + "?topic=t0&after=0", "", true},
	} {
		credit := newCredit(t, 1)
		real := serve(t, servers.Options{})
		if c.event {
			credit.allow(1)
			publish(t, variant(t, "sse"), real, wire.AppendPayload(nil, 0, size))
		}
		idle := serveNull(t, null.Options{Payload: size, Credit: credit.File()})
		want := answerFrames(t, real, c.path, c.match)
		if got := answerFrames(t, idle, c.path, c.match); !slices.Equal(got, want) {
			t.Errorf("%s: the null server answers\n%q\nand the real one\n%q", c.fact, got, want)
		}
	}
}

// answerFrames asks over HTTP/2 and returns the frames up to the end of the first event, or of the
// answer. The date is left out.
func answerFrames(t *testing.T, to Target, path, match string) (frames []string) {
	t.Helper()
	c, err := net.Dial("tcp", to.HTTP)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var block bytes.Buffer
	fields := hpack.NewEncoder(&block)
	for _, f := range []hpack.HeaderField{{Name: ":method", Value: "GET"}, {Name: ":scheme", Value: "http"}, {Name: ":authority", Value: to.HTTP}, {Name: ":path", Value: path}, {Name: "if-none-match", Value: match}} {
		if f.Value == "" {
			continue
		}
		if err := fields.WriteField(f); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Fprint(c, framing.ClientPreface)
	framer := framing.NewFramer(c, c)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	err = errors.Join(framer.WriteSettings(), framer.WriteHeaders(framing.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndStream: true, EndHeaders: true}))
	for err == nil {
		var f framing.Frame
		if f, err = framer.ReadFrame(); err != nil {
			break
		}
		switch f := f.(type) {
		case *framing.MetaHeadersFrame:
			line := fmt.Sprintf("HEADERS %v", f.StreamEnded())
			for _, field := range f.Fields {
				if field.Name != "date" {
					line += fmt.Sprintf(" %s=%s", field.Name, field.Value)
				}
			}
			if frames = append(frames, line); f.StreamEnded() {
				return frames
			}
		case *framing.DataFrame:
			frames = append(frames, fmt.Sprintf("DATA %v %s", f.StreamEnded(), f.Data()))
			if f.StreamEnded() || bytes.Contains(f.Data(), []byte("\"}\n\n")) {
				return frames
			}
		}
	}
	t.Fatalf("%v after %q", err, frames)
	return nil
}
