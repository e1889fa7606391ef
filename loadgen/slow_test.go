package loadgen

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// slowTrial is a trial in which two clients read a tenth of what they get, from a server that
// keeps what comes in half a second.
func slowTrial(target Target, v wire.Variant) Options {
	return Options{
		Target: target, Variant: v, Clients: 4, Topics: 2, Rate: 400, Payload: 16384, Seed: 3,
		Warmup: 100 * time.Millisecond, Window: 1400 * time.Millisecond,
		Slow: Slow{Clients: 2, Rate: 300_000, History: 100},
	}
}

// Whatever carries the events, what slow clients do not get is told, and nobody else misses
// anything.
func TestSlow(t *testing.T) {
	for _, name := range []string{"polling/interval=50ms", "polling/interval=50ms/http=1.0", "longpoll", "sse/tls", "websocket", "tcp"} {
		t.Run(strings.ReplaceAll(name, "/", ","), func(t *testing.T) {
			v := variant(t, name)
			o := slowTrial(serve(t, servers.Options{TLS: v.On(wire.TLS), History: 100}), v)
			got := trial(t, o)
			if got.Failed != "" {
				t.Fatal(got.Failed)
			}
			if d := got.Deliveries; d.Delivered != d.Expected || d.Expected != d.Offered*int64(o.Clients)/2 || d.Duplicated+d.Reordered+d.Negative+d.Lost != 0 {
				t.Errorf("deliveries of the others: %+v", d)
			}
			d := got.SlowDeliveries
			if d == nil {
				t.Fatal("nothing is said of the slow clients")
			}
			t.Logf("%d delivered, %d dropped, %d cut off, %d behind, of %d; %d cuts, %d latencies", d.Delivered, d.Dropped, d.CutOff, d.Behind, d.Expected, d.Cuts, d.Latency.Count())
			if d.Expected != got.Deliveries.Offered || d.Delivered+d.Dropped+d.CutOff+d.Behind != d.Expected || d.Dropped+d.CutOff+d.Behind == 0 {
				t.Errorf("deliveries of the slow: %+v", d)
			}
			if d.Timed > d.Delivered || d.Latency.Count() > d.Delivered {
				t.Errorf("%d deliveries, %d of them while CPU was counted, %d latencies", d.Delivered, d.Timed, d.Latency.Count())
			}
			stream := v.Transport != wire.Polling && v.Transport != wire.LongPoll
			closes := v.Transport == wire.WebSocket || v.Transport == wire.TCP
			if stream && d.Delivered == 0 || closes && d.Dropped > 0 || v.Transport == wire.SSE && d.Cuts > 0 {
				t.Errorf("%+v", d)
			}
			if l := got.Load.Slow; l == nil || *l != (results.SlowClients{Clients: 2, Rate: 300_000, History: 100}) {
				t.Errorf("recorded: %+v", l)
			}
			links := int64(o.Clients)
			if got.Balance.Connections != links || got.Connection.Opened != links || got.Connection.TCP.Count() != links {
				t.Errorf("%d connections are compared, %d were opened", got.Balance.Connections, got.Connection.Opened)
			}
		})
	}
}

// A slow client of a server that keeps everything loses nothing: it is behind.
func TestSlowBehind(t *testing.T) {
	o := slowTrial(serve(t, servers.Options{}), variant(t, "sse"))
	o.Slow.History = 0
	o.Window = 500 * time.Millisecond
	got := trial(t, o)
	if d := got.SlowDeliveries; got.Failed != "" || d.Dropped+d.CutOff+d.Cuts != 0 || d.Behind == 0 || d.Delivered == 0 {
		t.Errorf("failed with %q, %+v", got.Failed, d)
	}
	if m, _ := results.MetricByUnit("slow-delivered-share"); got.SlowDeliveries != nil {
		if v, ok := m.Value(got); !ok || v <= 0 || v >= 1 {
			t.Errorf("%v, %v of the events are delivered", v, ok)
		}
	}
}

// What cannot be is refused before anything is opened.
func TestSlowProblems(t *testing.T) {
	for _, row := range []struct {
		fact string
		with func(*Options)
		want string
	}{
		{"nobody who is slow", func(o *Options) { o.Slow.Clients = 0 }, "0 slow clients that read 300000 bytes per second"},
		{"too slow to open", func(o *Options) { o.Slow.Rate = 999 }, "reads at least 1000 bytes per second"},
		{"no events", func(o *Options) { o.Rate = 0 }, "slow clients need events"},
		{"events that are there before", func(o *Options) { o.Retained = 1 }, "slow clients need events"},
		{"clients that publish", func(o *Options) { o.Send = 1 }, "clients that publish do not go with"},
		{"clients that come back", func(o *Options) { o.Reconnect = &Reconnect{} }, "do not come back"},
		{"HTTP/2", func(o *Options) { o.Variant = variant(t, "sse/http=2") }, "clients over HTTP/2 do not survive the end of a stream"},
		{"a way of its own", func(o *Options) { o.Target.Clients = direct }, "does not let them"},
	} {
		o := slowTrial(Target{HTTP: "127.0.0.1:1"}, variant(t, "sse"))
		row.with(&o)
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v", row.fact, err)
		}
	}
}

// A client polls at its interval, or at once when that is over; with a delay it waits for that.
func TestSlowPolls(t *testing.T) {
	const ms = int64(time.Millisecond)
	for _, row := range []struct {
		variant        string
		due, now, next int64 // milliseconds
	}{
		{"polling/interval=50ms", 100, 110, 150},
		{"polling/interval=50ms", 100, 170, 170},
		{"polling/interval=50ms/pace=delay", 100, 110, 160},
		{"longpoll", 100, 110, 110},
	} {
		l := &laggards{options: &Options{Variant: variant(t, row.variant)}}
		if got := l.next(row.due*ms, row.now*ms); got != row.next*ms {
			t.Errorf("%s: after a poll at %d ms that is over at %d, the next is at %d", row.variant, row.due, row.now, got/ms)
		}
	}
}

// The end of a connection is told from what breaks a trial.
func TestEndedBy(t *testing.T) {
	for _, row := range []struct {
		fact  string
		err   error
		ended bool // the connection has
		want  bool
	}{
		{"the end of a connection", io.ErrUnexpectedEOF, true, true},
		{"a stream that is complete", errStreamEnd, false, true},
		{"a reset", syscall.ECONNRESET, false, true},
		{"a WebSocket that is closed as slow", &websocket.CloseError{Code: wire.CloseSlow}, false, true},
		{"a frame that says that events are gone", fmt.Errorf("%w: some", errForgotten), false, true},
		{"a server that is not there", syscall.ECONNREFUSED, false, false},
		{"what is not understood", errors.New("frame of -1 bytes"), false, false},
		{"a WebSocket that is closed for another reason", &websocket.CloseError{Code: websocket.CloseUnsupportedData}, false, false},
	} {
		c := &client{conn: &conn{}}
		if row.ended {
			c.conn.failed = io.EOF
		}
		if got := endedBy(c, row.err); got != row.want {
			t.Errorf("%s: %v", row.fact, got)
		}
	}
}

// A slow client goes on behind the events that it is told are gone, and takes no other word.
func TestForgo(t *testing.T) {
	rec := account.New(clock.NewWall(), 1, 1, 0, 10)
	c := &client{rec: rec, slow: true}
	if err := c.gap([]byte(`{"after":2,"oldest":5}`)); err != nil || c.Has() != 4 {
		t.Errorf("it has %d events, %v", c.Has(), err)
	}
	for _, doc := range []string{"", "{}", `{"oldest":0}`, `{"oldest":-1}`, "gone"} {
		if err := c.gap([]byte(doc)); !errors.Is(err, errForgotten) || c.Has() != 4 {
			t.Errorf("%q: it has %d events, %v", doc, c.Has(), err)
		}
	}
}
