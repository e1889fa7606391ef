package loadgen

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// cutTrial is a trial in whose window the clients' connections are cut.
func cutTrial(target Target, v wire.Variant) Options {
	return Options{
		Target: target, Variant: v, Clients: 8, Topics: 2, Rate: 200, Payload: 300, Seed: 3,
		Warmup: 100 * time.Millisecond, Window: 1300 * time.Millisecond, Opening: 4,
		Fault:     Fault{Kind: results.FaultCut, After: 200 * time.Millisecond},
		Reconnect: &Reconnect{After: 60 * time.Millisecond, Jitter: 60 * time.Millisecond},
	}
}

// Whatever carries the events, clients whose connections are cut come back, get what they
// missed, and their ledgers balance.
func TestCut(t *testing.T) {
	cutting(t)
	for _, name := range []string{
		"polling/interval=50ms", "polling/interval=50ms/pace=delay", "polling/interval=50ms/tls", "longpoll", "longpoll/tls",
		"sse", "sse/tls", "sse/resume", "sse/http=1.0", "sse/compress", "sse/tls/compress/binary", "longpoll/compress", "polling/etag",
		"websocket", "websocket/tls", "websocket/compress", "websocket/binary", "tcp",
	} {
		t.Run(strings.ReplaceAll(name, "/", ","), func(t *testing.T) {
			v := variant(t, name)
			o := cutTrial(serve(t, servers.Options{TLS: v.On(wire.TLS)}), v)
			got := trial(t, o)
			if got.Failed != "" {
				t.Fatal(got.Failed)
			}
			d, r := got.Deliveries, got.Recovery
			if d.Expected == 0 || d.Missed+d.Lost+d.Duplicated+d.Reordered+d.Negative != 0 {
				t.Errorf("deliveries: %+v", d)
			}
			n := int64(o.Clients)
			if r.Lost != n || r.Clients != n || r.Opened != n || r.Refused != 0 {
				t.Errorf("%d connections of %d clients lost, %d opened, %d refused", r.Lost, r.Clients, r.Opened, r.Refused)
			}
			if r.Open.Count() != n || r.Reconnect.Count() != n || r.Recover.Count() != n {
				t.Errorf("%d connections, %d times until there were, %d until up to date", r.Open.Count(), r.Reconnect.Count(), r.Recover.Count())
			}
			pushed := v.Transport != wire.Polling && v.Transport != wire.LongPoll
			if least := o.Reconnect.After.Seconds() * 0.99; pushed && (r.Reconnect.Quantile(0) < least || r.Recover.Quantile(0) < least) {
				t.Errorf("clients connected again after %v s, before they were to", r.Reconnect.Quantile(0))
			}
			h := r.Handshake
			if h.SegmentsOut == 0 || (h.Out[results.Head] > 0) != pushed || (h.In[results.TLS] > 0) != v.On(wire.TLS) {
				t.Errorf("connecting again: %+v", h)
			}
			if f := got.Fault; f == nil || *f != (results.Fault{Kind: "cut", After: 0.2}) || got.Load.Reconnect.Jitter != 0.06 {
				t.Errorf("recorded: %+v, %+v", f, got.Load.Reconnect)
			}
			for _, w := range got.Warnings {
				if w.Code == "reopened" || w.Code == "server-processes" {
					t.Errorf("warning %s", w.Text)
				}
			}
		})
	}
}

// A share of the clients is cut off, and no other.
func TestCutShare(t *testing.T) {
	cutting(t)
	o := cutTrial(serve(t, servers.Options{}), variant(t, "sse"))
	o.Fault.Share = 0.3
	got := trial(t, o)
	if got.Failed != "" || got.Recovery.Lost != 2 || got.Recovery.Clients != 2 || got.Recovery.Recover.Count() != 2 {
		t.Errorf("failed with %q, %+v", got.Failed, got.Recovery)
	}
	if n := got.Recovery.Dropped; n == nil || *n < 0 {
		t.Errorf("%v connections dropped by the kernel", n)
	}
}

// A logbook notes which events each client got.
type logbook struct {
	mu   sync.Mutex
	seen map[int]map[uint64]bool
	due  map[uint64]time.Time
}

func (l *logbook) Received(client int, seq uint64, due, _ time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen[client] == nil {
		l.seen[client] = map[uint64]bool{}
	}
	l.seen[client][seq], l.due[seq] = true, due
}

func (*logbook) Counted(int, netip.AddrPort, netip.AddrPort, results.Ledger, time.Time, time.Time) {}

// A WebSocket client that comes back without its cursor loses exactly what was published
// meanwhile: one run of events of its topic. Those before it and behind it, it has.
func TestCutWithoutCursor(t *testing.T) {
	cutting(t)
	o := cutTrial(serve(t, servers.Options{}), variant(t, "websocket"))
	o.Reconnect.Forget = true
	seen := &logbook{seen: map[int]map[uint64]bool{}, due: map[uint64]time.Time{}}
	o.Trace = seen
	got := trial(t, o)
	d := got.Deliveries
	if got.Failed != "" || d.Lost == 0 || d.Missed != d.Lost || d.Duplicated+d.Reordered != 0 || !got.Load.Reconnect.Forget {
		t.Fatalf("failed with %q, %+v", got.Failed, d)
	}
	missing := int64(0)
	for client := range o.Clients {
		gaps, within := 0, false
		for seq := uint64(client % o.Topics); seq < uint64(d.Offered); seq += uint64(o.Topics) {
			lost := !seen.seen[client][seq]
			if lost {
				missing++
			}
			if lost && !within {
				gaps++
			}
			within = lost
		}
		if gaps != 1 {
			t.Errorf("client %d has %d gaps", client, gaps)
		}
	}
	if missing != d.Lost {
		t.Errorf("%d events are missing, and %d count as lost", missing, d.Lost)
	}
	// Each of 8 clients was away for 60 to 120 ms of 100 events/s in its topic.
	if d.Lost < 8*4 {
		t.Errorf("%d events are lost", d.Lost)
	}
	if n := got.Recovery.Recover.Count(); n != int64(o.Clients) {
		t.Errorf("%d clients are up to date", n)
	}
}

// A connection that a server closes by itself is survived, too, where the trial says so.
func TestReconnectWithoutFault(t *testing.T) {
	eachTransport(t, func(t *testing.T, name string) {
		target, v := serve(t, servers.Options{}), variant(t, name)
		spoil(t, &target, v, 2, func(c *net.TCPConn) {
			_ = c.SetLinger(0) // so that Close sends RST
			_ = c.Close()
		})
		o := Options{Target: target, Variant: v, Clients: 4, Rate: 100, Payload: 100, Window: time.Second, Reconnect: &Reconnect{After: 50 * time.Millisecond}}
		got := trial(t, o)
		r := got.Recovery
		if got.Failed != "" || r.Lost != 1 || r.Clients != 1 || r.Opened != 1 || r.Recover.Count() != 1 || got.Deliveries.Missed != 0 {
			t.Errorf("failed with %q, %+v, %+v", got.Failed, r, got.Deliveries)
		}
	})
}

// restartable serves in this process, and restarts at the same addresses.
func restartable(t *testing.T) (Target, func(context.Context) error) {
	t.Helper()
	var end func() error
	begin := func(o servers.Options) (wire.Ready, error) {
		s, err := servers.Listen(o)
		if err != nil {
			return wire.Ready{}, err
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- s.Serve(ctx) }()
		end = func() error {
			cancel()
			return <-done
		}
		return s.Ready(), nil
	}
	r, err := begin(servers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	return Target{HTTP: r.HTTP, TCP: r.TCP}, func(context.Context) error {
		if err := end(); err != nil {
			return err
		}
		_, err := begin(servers.Options{Addr: r.HTTP, TCPAddr: r.TCP})
		return err
	}
}

// A server that is started again begins with event 1. Its clients are told, go on with
// its events, and what they did not get of the old one is counted as lost.
func TestRestart(t *testing.T) {
	for _, name := range []string{"polling/interval=50ms", "polling/interval=50ms/etag", "longpoll", "sse", "websocket"} {
		t.Run(strings.ReplaceAll(name, "/", ","), func(t *testing.T) {
			target, again := restartable(t)
			o := cutTrial(target, variant(t, name))
			o.Fault = Fault{Kind: results.FaultRestart, After: 200 * time.Millisecond, Do: again}
			got := trial(t, o)
			if got.Failed != "" {
				t.Fatal(got.Failed)
			}
			d, r := got.Deliveries, got.Recovery
			if d.Published != d.Offered || d.Missed != d.Lost || d.Duplicated+d.Reordered != 0 {
				t.Errorf("deliveries: %+v", d)
			}
			if r.Clients != int64(o.Clients) || r.Opened < r.Clients || r.Lost != r.Opened || r.Recover.Count() != r.Clients || got.Fault.Down <= 0 {
				t.Errorf("down for %v s, %+v", got.Fault.Down, r)
			}
			if got.Lacks(results.Outside) == "" || got.Server.CPU != 0 {
				t.Error("the figures of two processes are those of one server")
			}
			for _, w := range got.Warnings {
				if w.Code == "schedule-lag" || w.Code == "reopened" {
					t.Errorf("warning %s", w.Text)
				}
			}
		})
	}
}

// What cannot be is refused before anything is opened.
func TestFaultProblems(t *testing.T) {
	for _, row := range []struct {
		fact string
		with func(*Options)
		want string
	}{
		{"a kind that is none", func(o *Options) { o.Fault.Kind = "flood" }, `unknown fault "flood": it is cut, restart or reload`},
		{"clients that do not come back", func(o *Options) { o.Reconnect = nil }, "a fault needs clients that reconnect"},
		{"too late", func(o *Options) { o.Fault.After = 400 * time.Millisecond }, "the fault is 400ms into the window, which is to last for 1s more: it lasts 1.3s"},
		{"at once", func(o *Options) { o.Fault.After = 0 }, "the fault is 0s into the window"},
		{"more than all", func(o *Options) { o.Fault.Share = 1.5 }, "between 0 and 1, not 1.5"},
		{"a server behind a proxy", func(o *Options) {
			o.Fault.Kind, o.Target.Front = results.FaultRestart, &Front{Address: "127.0.0.1:1"}
		}, "what a proxy answers while the server is started again"},
		{"nobody restarts", func(o *Options) { o.Fault.Kind = results.FaultRestart }, "nobody does the restart"},
		{"no proxy", func(o *Options) { o.Fault.Kind = results.FaultReload }, "a proxy reloads its configuration, and there is none"},
		{"nobody reloads", func(o *Options) {
			o.Fault.Kind, o.Target.Front = results.FaultReload, &Front{Address: "127.0.0.1:1"}
		}, "nobody does the reload"},
	} {
		o := cutTrial(Target{HTTP: "127.0.0.1:1"}, variant(t, "sse"))
		row.with(&o)
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v", row.fact, err)
		}
	}
	for name, want := range map[string]string{"tcp": "cannot tell a server that was started again", "sse/tls": "another certificate"} {
		o := cutTrial(Target{HTTP: "127.0.0.1:1", TCP: "127.0.0.1:1"}, variant(t, name))
		o.Fault = Fault{Kind: results.FaultRestart, After: time.Millisecond, Do: func(context.Context) error { return nil }}
		if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Each client has a connection of its own that it can lose.
func TestReconnectProblems(t *testing.T) {
	for name, want := range map[string]string{
		"sse/http=2": "clients over HTTP/2 do not survive", "longpoll/http=2/streams=4": "clients over HTTP/2 do not survive",
		"polling/http=1.0": "have none that could be lost",
	} {
		o := cutTrial(Target{HTTP: "127.0.0.1:1"}, variant(t, name))
		for _, kind := range []string{results.FaultCut, ""} {
			o.Fault.Kind = kind
			if _, err := Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s, %q: %v", name, kind, err)
			}
		}
	}
}

// The wait before a client connects again is the seed's, and differs from client to
// client and from loss to loss.
func TestReconnectWaits(t *testing.T) {
	waits := map[time.Duration]bool{}
	for _, seed := range []uint64{1, 1, 2} {
		for client := range 3 {
			for losses := range uint64(2) {
				r := &recovery{Reconnect: Reconnect{After: time.Second, Jitter: time.Minute}, seed: seed}
				waits[r.delay(client, losses, 0)] = true
			}
		}
	}
	if len(waits) != 12 {
		t.Errorf("%d different waits", len(waits))
	}
	for wait := range waits {
		if wait < time.Second || wait > time.Minute+time.Second {
			t.Error(wait)
		}
	}
	if got := (&recovery{}).delay(0, 0, 1); got != leastWait {
		t.Errorf("%s after an attempt that failed", got)
	}
	if got := (&recovery{}).delay(0, 0, 0); got != 0 {
		t.Errorf("%s after a loss", got)
	}
}
