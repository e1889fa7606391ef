package loadgen

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pushbench/loadgen/ledger"
	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// serve runs a server in this process until the test ends.
func serve(t testing.TB, o servers.Options) Target {
	t.Helper()
	s, err := servers.Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("server: %v", err)
		}
	})
	r := s.Ready()
	return Target{HTTP: r.HTTP, TCP: r.TCP, Cert: r.Cert, PID: os.Getpid()}
}

func trial(t *testing.T, o Options) *results.Trial {
	t.Helper()
	v, err := wire.ParseVariant(o.Variant.String())
	if err != nil || v != o.Variant {
		t.Fatalf("variant %s reads back as %s, %v", o.Variant, v, err)
	}
	got, err := Run(t.Context(), o)
	if err != nil {
		t.Fatalf("%s: %v", o.Variant, err)
	}
	return got
}

func variant(t *testing.T, s string) wire.Variant {
	t.Helper()
	v, err := wire.ParseVariant(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

var allVariants = []string{
	"polling/interval=50ms", "polling/interval=50ms/pace=delay", "polling/interval=50ms/etag", "polling/interval=50ms/headers=browser", "polling/interval=50ms/tls",
	"longpoll", "longpoll/wait=60ms", "longpoll/batch=20ms", "longpoll/headers=browser", "longpoll/tls",
	"sse", "sse/headers=browser", "sse/tls", "sse/resume",
	"polling/interval=50ms/http=1.0", "polling/interval=50ms/http=1.0/headers=browser", "polling/interval=50ms/http=1.0/tls", "polling/interval=50ms/http=1.0/resume",
	"longpoll/http=1.0", "longpoll/http=1.0/tls", "sse/http=1.0", "sse/http=1.0/tls",
	"polling/interval=50ms/http=2", "polling/interval=50ms/http=2/etag", "polling/interval=50ms/http=2/headers=browser", "polling/interval=50ms/http=2/tls",
	"polling/interval=50ms/http=2/streams=3", "polling/interval=50ms/http=2/streams=10/tls", "polling/interval=50ms/pace=delay/http=2/streams=10",
	"longpoll/http=2", "longpoll/http=2/tls", "longpoll/http=2/streams=3", "longpoll/http=2/streams=10/tls", "longpoll/wait=60ms/http=2/streams=10",
	"sse/http=2", "sse/http=2/tls", "sse/http=2/resume", "sse/http=2/streams=3", "sse/http=2/streams=3/resume", "sse/http=2/streams=10", "sse/http=2/streams=10/tls",
	"websocket", "websocket/headers=browser", "websocket/tls", "websocket/resume",
	"websocket/http=2", "websocket/http=2/headers=browser", "websocket/http=2/resume", "websocket/http=2/streams=3/tls", "websocket/http=2/streams=10",
	"websocket/http=2/compress", "websocket/http=2/streams=3/tls/compress/binary",
	"polling/interval=50ms/compress", "polling/interval=50ms/etag/headers=browser/compress", "polling/interval=50ms/binary", "polling/interval=50ms/compress/binary", "polling/interval=50ms/tls/compress",
	"longpoll/compress", "longpoll/batch=20ms/compress", "longpoll/binary", "longpoll/compress/binary", "longpoll/tls/compress",
	"sse/compress", "sse/headers=browser/compress", "sse/binary", "sse/compress/binary", "sse/tls/compress",
	"websocket/compress", "websocket/headers=browser/compress", "websocket/binary", "websocket/compress/binary", "websocket/tls/compress",
	"tcp",
}

// Every variant delivers every event to every client exactly once, in order,
// and its ledger balances against the kernel's counters.
func TestEveryVariant(t *testing.T) {
	each(t, itself, allVariants, func(t *testing.T, name string) {
		v := variant(t, name)
		o := Options{
			Target: serve(t, servers.Options{TLS: v.On(wire.TLS), Heartbeat: 50 * time.Millisecond}), Variant: v,
			Clients: 7, Topics: 2, Rate: 60, Arrival: results.Poisson, Payload: 200, Retained: 3, Seed: 5,
			Warmup: 100 * time.Millisecond, Window: 300 * time.Millisecond, Opening: 3,
		}
		got := trial(t, o)
		if got.Failed != "" {
			t.Fatal(got.Failed)
		}
		offsets, _ := Schedule(o.Rate, o.Arrival, o.Burst, o.Spacing, o.Warmup, o.Window, o.Seed)
		d, events := got.Deliveries, int64(len(offsets)+o.Retained*o.Topics)
		if d.Offered != events || d.Published != events || d.Delivered != d.Expected || d.Expected == 0 || d.Missed+d.Duplicated+d.Reordered+d.Negative != 0 {
			t.Errorf("deliveries of %d events: %+v", events, d)
		}
		if c := got.Latency.Count(); c == 0 || c != got.FromServer.Count() {
			t.Errorf("%d latencies but %d on the way from the server", c, got.FromServer.Count())
		}
		if got.ToServer.Count() == 0 || got.Spread.Count() != got.ToServer.Count() {
			t.Errorf("%d events with a spread, %d that the server confirmed", got.Spread.Count(), got.ToServer.Count())
		}
		c := got.Connection
		links := int64(o.Clients)
		if share := v.Number(wire.Streams); share > 1 {
			links = int64((o.Clients + share - 1) / share)
		}
		if c.TCP.Count() != links || got.Balance.Connections != links {
			t.Errorf("%d connects, %d sockets compared, want %d", c.TCP.Count(), got.Balance.Connections, links)
		}
		for _, h := range []results.Histogram{c.HTTP, c.Open, c.FirstEvent} {
			if h.Count() != int64(o.Clients) {
				t.Errorf("%d values in a phase of opening %d clients", h.Count(), o.Clients)
			}
		}
		if (c.TLS.Count() > 0) != v.On(wire.TLS) || v.On(wire.Resume) && c.Resumed != links-1 || !v.On(wire.Resume) && c.Resumed != 0 {
			t.Errorf("%d TLS handshakes, %d resumed", c.TLS.Count(), c.Resumed)
		}
		if got.Handshake.SegmentsOut == 0 || got.Handshake.Out[results.Head]+got.Handshake.Out[results.HPACK] == 0 || v.On(wire.TLS) != (got.Handshake.In[results.TLS] > 0) {
			t.Errorf("handshake: %+v", got.Handshake)
		}
		if got.Age.Mean <= 0 || got.Server.CPU <= 0 || got.Generator.Goroutines == 0 {
			t.Errorf("age %+v, server %+v, generator %+v", got.Age, got.Server, got.Generator)
		}
		told := got.Generator.Reads+got.Generator.Writes > 0 // a late machine makes a window too short for both
		if (got.Server.Reads+got.Server.Writes > 0) != told || got.Server.Allocations == 0 || got.Generator.Allocations != 0 {
			t.Errorf("server %+v, generator %+v", got.Server, got.Generator)
		}
		stamped(t, v, got)
	})
}

// A trial without scheduled events measures what idle connections cost.
func TestIdle(t *testing.T) {
	for _, name := range []string{"polling/interval=20ms", "longpoll", "sse", "websocket", "websocket/http=2/streams=2", "tcp"} {
		o := Options{Target: serve(t, servers.Options{Heartbeat: time.Hour}), Variant: variant(t, name), Clients: 3, Window: 200 * time.Millisecond}
		got := trial(t, o)
		if got.Failed != "" {
			t.Errorf("%s: %s", name, got.Failed)
		}
		if n := got.Server.Allocations; n != 0 {
			t.Errorf("%s: %d allocations for no events", name, n)
		}
		polls := got.Requests.Sent > 0
		if want := name == "polling/interval=20ms"; polls != want || polls != (got.Steady.Out[results.Head] > 0) {
			t.Errorf("%s: %d requests, %+v", name, got.Requests.Sent, got.Steady)
		}
	}
}

// The server's end in mid-trial gives a failed trial that says so.
func TestServerGone(t *testing.T) {
	for _, name := range []string{"polling/interval=50ms", "longpoll", "sse", "websocket", "websocket/http=2/streams=2", "tcp"} {
		s, err := servers.Listen(servers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Serve(ctx) }()
		r := s.Ready()
		got, err := Run(t.Context(), Options{
			Target: Target{HTTP: r.HTTP, TCP: r.TCP}, Variant: variant(t, name),
			Clients: 4, Rate: 50, Payload: 100, Window: time.Minute,
			Progress: func(float64) { cancel() },
		})
		if err != nil || got.Failed == "" {
			t.Errorf("%s: %v, failed %q", name, err, got.Failed)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		t.Logf("%s: %s", name, got.Failed)
	}
}

// A cancelled trial ends with the context's error and leaves nothing behind.
func TestCancel(t *testing.T) {
	for _, name := range []string{"polling/interval=10s", "polling/interval=10s/pace=delay", "longpoll", "sse", "websocket", "websocket/http=2/streams=2", "tcp"} {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := Run(ctx, Options{
			Target: serve(t, servers.Options{}), Variant: variant(t, name),
			Clients: 4, Rate: 50, Payload: 100, Window: time.Minute,
			Progress: func(float64) { cancel() },
		})
		if err != context.Canceled {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOptionsRefused(t *testing.T) {
	good := Options{Target: Target{HTTP: "127.0.0.1:1"}, Variant: variant(t, "sse"), Clients: 2, Payload: 100, Rate: 1, Window: time.Second}
	for _, c := range []struct {
		fact string
		with func(*Options)
		want string
	}{
		{"no clients", func(o *Options) { o.Clients = 0 }, "at least one client"},
		{"more topics than clients", func(o *Options) { o.Topics = 3 }, "number of topics"},
		{"a payload too small", func(o *Options) { o.Payload = 31 }, "payload"},
		{"no window", func(o *Options) { o.Window = 0 }, "window"},
		{"an unknown arrival", func(o *Options) { o.Arrival = "x" }, "arrival"},
		{"no transport", func(o *Options) { o.Variant = wire.Variant{} }, "transport"},
		{"the floor without its address", func(o *Options) { o.Variant = variant(t, "tcp") }, "tcp floor"},
		{"TLS without a certificate", func(o *Options) { o.Variant = variant(t, "sse/tls") }, "certificate"},
		{"nobody listens", func(*Options) {}, "refused"},
	} {
		o := good
		c.with(&o)
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want an error with %q", c.fact, err, c.want)
		}
	}
}

// wholeTrial does what Run does and returns, with the session, the books of all
// its time: unlike the window, they do not depend on when a busy machine lets an
// event through.
func wholeTrial(t *testing.T, o Options) (*session, ledger.Books) {
	t.Helper()
	ctx := t.Context()
	if err := o.prepare(); err != nil {
		t.Fatal(err)
	}
	offsets, err := o.schedule()
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSession(&o, offsets)
	if err != nil {
		t.Fatal(err)
	}
	defer s.stats.close()
	if s.publisher, err = s.newSource(ctx); err != nil {
		t.Fatal(err)
	}
	defer s.publisher.close()
	defer s.hangUp()
	if err := s.open(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.measure(ctx, offsets); err != nil {
		t.Fatal(err)
	}
	all, _, err := s.finalBooks()
	if err != nil {
		t.Fatal(err)
	}
	if s.trial.Failed != "" {
		t.Fatalf("%s: %s", o.Variant, s.trial.Failed)
	}
	return s, all
}

// Byte-exact: what one event costs on each transport, from the framing rules. A
// server that comes late has several events for one chunk of an event stream: what
// chunking costs is counted on the wire.
func TestEventBytes(t *testing.T) {
	each(t, strconv.Itoa, []int{32, 125, 126, 1000, 65535, 65536}, func(t *testing.T, size int) {
		for _, name := range []string{"sse", "websocket", "tcp"} {
			o := Options{Target: serve(t, servers.Options{Heartbeat: 1000 * time.Hour}), Variant: variant(t, name), Clients: 1, Rate: 10, Payload: size, Window: 400 * time.Millisecond}
			var way *tap
			if name == "sse" {
				way = tapped(t, &o.Target)
			}
			s, all := wholeTrial(t, o)
			d := s.trial.Deliveries
			n := d.Delivered
			if n == 0 || n != d.Expected {
				t.Fatalf("%s: deliveries %+v", name, d)
			}
			steady := all.Since(s.handshake.Books)
			have := steady.In
			var want results.Bytes
			want[results.Payload] = n * int64(size)
			switch name {
			case "websocket":
				want[results.WebSocket] = n * int64(wire.WebSocketHead(size, false))
			case "tcp":
				want[results.Framing] = n * wire.FrameHead
			case "sse":
				have = all.In
				came := way.first(0, all.In.Data())
				head := bytes.Index(came, parse.HeadEnd) + len(parse.HeadEnd)
				content, chunks := unchunk(t, came[head:])
				opening := bytes.Index(content, []byte("\n\n")) + len("\n\n")
				want[results.Head] = int64(head)
				want[results.Chunking] = int64(len(came) - head - len(content))
				want[results.Framing] = int64(opening)
				for id := range n {
					want[results.Framing] += int64(len(fmt.Sprintf("id: %d\ndata: \n\n", id+1)))
				}
				if size <= 1000 && int64(chunks) > 1+n { // one write, one chunk
					t.Errorf("sse with %d bytes: %d chunks for the opening and %d events", size, chunks, n)
				}
			}
			have[results.TCPIP] = 0
			if have != want {
				t.Errorf("%s with %d bytes: %+v, want %+v", name, size, have, want)
			}
			if steady.Out != (results.Bytes{results.TCPIP: steady.Out[results.TCPIP]}) {
				t.Errorf("%s: a client that only listens sent %+v", name, steady.Out)
			}
		}
	})
}

func TestEveryTransportHasAnOpener(t *testing.T) {
	for _, tr := range wire.Transports() {
		if protocols[tr].open == nil {
			t.Errorf("%s has none", tr)
		}
		if !slices.ContainsFunc(allVariants, func(s string) bool { return strings.HasPrefix(s, string(tr)) }) {
			t.Errorf("%s is not among the tested variants", tr)
		}
	}
}
