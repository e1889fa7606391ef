package pushtest

import (
	"math"
	"strings"
	"testing"
	"time"

	"pushbench/loadgen"
	"pushbench/loadgen/dialect"
)

// As many events are due in the window as there are iterations, at any rate.
func TestOneIterationIsOneEvent(t *testing.T) {
	for _, rate := range []float64{0.3, 1, 3, 7, 50, 99.9, 333, 1000, 9999, 1e6} {
		for _, n := range []int{1, 2, 3, 60, 997, 12345} {
			o, err := Load{Subscribe: SSE("/sse"), Publish: POST("/publish"), Rate: rate}.options(n)
			if err != nil {
				t.Fatal(err)
			}
			due, err := loadgen.Schedule(o.Rate, o.Arrival, o.Burst, o.Spacing, o.Warmup, o.Window, o.Seed)
			if err != nil {
				t.Fatal(err)
			}
			got := 0
			for _, at := range due {
				if at >= o.Warmup {
					got++
				}
			}
			if got != n {
				t.Errorf("%d events are due at %g per second, want %d", got, rate, n)
			}
		}
	}
}

func TestLoadHasDefaults(t *testing.T) {
	o, err := Load{Subscribe: SSE("/sse"), Publish: POST("/publish")}.options(200)
	if err != nil {
		t.Fatal(err)
	}
	if o.Clients != 100 || o.Rate != 100 || o.Payload != 128 || o.Window != 2*time.Second {
		t.Errorf("%+v", o)
	}
}

// Each way to subscribe is a variant, and sets the part of the dialect that is its own.
func TestSubscriptions(t *testing.T) {
	after := dialect.Cursor{Name: "after", First: "0", Pointer: Pointer("/cursor")}
	for _, row := range []struct {
		subscribe Subscription
		variant   string
		path      func(*dialect.Dialect) string
	}{
		{SSE("/a?topic={topic}"), "sse", func(d *dialect.Dialect) string { return d.SSE.Path.String() }},
		{WebSocket("/a?topic={topic}"), "websocket", func(d *dialect.Dialect) string { return d.WebSocket.Path.String() }},
		{LongPoll("/a?topic={topic}", after), "longpoll",
			func(d *dialect.Dialect) string { return d.LongPoll.Path.String() }},
		{Poll("/a?topic={topic}", 50*time.Millisecond, after), "polling/interval=50ms",
			func(d *dialect.Dialect) string { return d.Polling.Path.String() }},
	} {
		o, err := Load{Subscribe: row.subscribe, Publish: POST("/publish/{topic}"), Topics: 2}.options(1)
		if err != nil {
			t.Errorf("%s: %v", row.variant, err)
			continue
		}
		d := o.Target.Dialect
		if got := o.Variant.String(); got != row.variant || row.path(d) != "/a?topic={topic}" {
			t.Errorf("%s: %s of %s", row.variant, got, row.path(d))
		}
		if d.Publish.Path.String() != "/publish/{topic}" {
			t.Errorf("%s: published by %+v", row.variant, d.Publish)
		}
	}
}

func TestLoadsThatCannotBe(t *testing.T) {
	good := Load{Subscribe: SSE("/sse"), Publish: POST("/publish")}
	with := func(change func(*Load)) Load {
		l := good
		change(&l)
		return l
	}
	for _, row := range []struct {
		fact string
		load Load
		want string
	}{
		{"nothing at all", Load{}, "the load has no Subscribe"},
		{"nobody publishes", Load{Subscribe: SSE("/sse")}, "the load has no Publish"},
		{"a path without its slash", with(func(l *Load) { l.Subscribe = SSE("sse") }), `subscribing: the path "sse"`},
		{"a value that does not exist", with(func(l *Load) { l.Publish = POST("/{evnt}") }), "publishing: there is no value"},
		{"a variant that does not exist", with(func(l *Load) { l.Subscribe.Variant = "ssse" }), "ssse"},
		{"events of the server's own", with(func(l *Load) { l.Publish.By = dialect.ByServer }), "publishes by itself"},
		{"a negative rate", with(func(l *Load) { l.Rate = -1 }), "a rate of -1 events per second is not above 0"},
		{"no rate", with(func(l *Load) { l.Rate = math.NaN() }), "is not above 0"},
		{"a rate of never", with(func(l *Load) { l.Rate = 1e-9 }), "last longer than 24h0m0s"},
		{"a URL for an address", with(func(l *Load) { l.Address = "http://127.0.0.1/" }), "is no host:port"},
		{"a metric that does not exist", with(func(l *Load) { l.Report = []string{"p50"} }), "did you mean p50-sec or slow-p50-sec or reconnect-p50-sec?"},
	} {
		_, err := row.load.options(1)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %s", row.fact, err, row.want)
		}
	}
}

func TestPointerThatCannotBeRead(t *testing.T) {
	defer func() {
		if r := recover(); r == nil {
			t.Error("a pointer without its slash was read")
		}
	}()
	Pointer("cursor")
}
