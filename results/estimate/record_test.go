package estimate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pushbench/results"
	"pushbench/results/model"
)

// kept is the baseline with those trials that keep wants, and as change makes them.
func kept(t *testing.T, keep func(*results.Trial) bool, change func(*results.Trial)) *results.Record {
	r := baseline(t)
	var own []*results.Trial
	for _, x := range r.Trials {
		if keep(x) {
			other := *x
			change(&other)
			own = append(own, &other)
		}
	}
	r.Trials = own
	return r
}

func every(*results.Trial) bool      { return true }
func asItIs(*results.Trial)          {}
func plainSSE(x *results.Trial) bool { return x.Variant == "sse" }

// A transport that a record cannot tell of has a row with the reason.
func TestAbsentTransports(t *testing.T) {
	l := Load{Clients: 100, Topics: 1, Rate: 10, Payload: 128, Interval: 0.5}
	for _, test := range []struct {
		fact, transport string
		record          *results.Record
		want            string
	}{
		{"no trial of it", "websocket", kept(t, plainSSE, asItIs), "the record has no trial of it"},
		{"with another setting", "polling", kept(t, every, func(x *results.Trial) {
			if x.Transport == "polling" {
				x.Settings = append(slices.Clone(x.Settings), results.Setting{Name: "etag", Value: true})
				x.Variant += "/etag"
			}
		}), "the record has no plain trial of it, only: polling/interval=500ms/etag"},
		{"over a slow path", "sse", kept(t, every, func(x *results.Trial) {
			if x.Transport == "sse" {
				x.Path.Delay = 0.1
			}
		}), "the record has no plain trial of it, only: over a path with a delay, loss or a limited rate"},
		{"failed", "longpoll", kept(t, every, func(x *results.Trial) {
			if x.Transport == "longpoll" {
				x.Failed = "it did not answer"
			}
		}), "the record has no plain trial of it, only: longpoll without a valid trial"},
	} {
		all := From(test.record).For(l)
		if len(all) != len(transports) {
			t.Fatalf("%s: %d rows", test.fact, len(all))
		}
		e := what(t, all, test.transport)
		for _, n := range []Number{e.Bytes, e.Cores, e.Memory, e.P50, e.P99} {
			if !strings.HasPrefix(n.Missing, test.want) || n.Value != 0 {
				t.Errorf("%s: %+v, want %q", test.fact, n, test.want)
			}
		}
		if c := Criteria()[0].Cheapest(all); slices.Contains(c.Best, test.transport) {
			t.Errorf("%s: the cheapest is one without numbers", test.fact)
		}
	}
}

func TestTargets(t *testing.T) {
	l := Load{Clients: 100, Topics: 1, Rate: 10, Payload: 128, Interval: 0.5}
	renamed := func(x *results.Trial) { x.Target = "mine" }
	alone := kept(t, every, renamed)
	alone.Targets = []results.Target{{Name: "mine"}}
	both := baseline(t)
	both.Trials = append(both.Trials, alone.Trials...)
	both.Targets = []results.Target{{Name: "mine"}, {Name: results.Builtin}}
	for _, test := range []struct {
		fact  string
		basis *Basis
		want  string
	}{
		{"our own server, wherever it stands", From(both), results.Builtin},
		{"else the first", From(alone), "mine"},
		{"the one that was asked for", Of(both, "mine"), "mine"},
	} {
		if test.basis.Target != test.want {
			t.Errorf("%s: %s", test.fact, test.basis.Target)
		}
		for _, e := range test.basis.For(l) {
			if e.Cores.Missing != "" || (e.Bytes.Missing == "") != (test.want == results.Builtin) {
				t.Errorf("%s: %+v", test.fact, e)
			}
		}
	}
	if got := strings.Join(Targets(both), " "); got != "mine builtin" {
		t.Errorf("targets: %s", got)
	}
}

// Idle connections have the bytes of heartbeats and of requests without an
// event, and no CPU or latency of events.
func TestRateOfZero(t *testing.T) {
	b := From(baseline(t))
	for _, e := range b.For(Load{Clients: 100, Topics: 1, Payload: 128, Interval: 0.5}) {
		if e.Bytes.Missing != "" || !(e.Bytes.Value > 0) || e.Bytes.Lo > e.Bytes.Value || e.Bytes.Hi < e.Bytes.Value || e.Memory.Missing != "" {
			t.Errorf("%s: %+v", e.Transport, e)
		}
		if e.Cores.Missing == "" || e.P50.Missing == "" || e.P99.Missing == "" {
			t.Errorf("%s has numbers of events: %+v", e.Transport, e)
		}
	}
	for transport, each := range map[string]float64{"sse": 8 + 2*52, "websocket": 8 + 3*52} {
		got := what(t, b.For(Load{Clients: 1, Topics: 1, Payload: 128, Interval: 0.5}), transport).Bytes.Value
		if want := each * Month / b.Heartbeat; math.Abs(got-want) > 1e-9*want {
			t.Errorf("%s: %g B, want %g", transport, got, want)
		}
	}
}

// What was measured over packets of 1,500 bytes lies within the bounds of an
// estimate from a record over loopback: messages of many segments, and of one.
func TestRunOverEthernetsPackets(t *testing.T) {
	r, err := results.Load("../truth")
	if err != nil {
		t.Fatal(err)
	}
	b, compared := From(baseline(t)), 0
	for _, c := range r.Cells() {
		l := c.Trials[0].Load
		ours := slices.IndexFunc(b.Transports, func(k Coefficients) bool { return k.Transport == c.Transport })
		if obstacle(c) != "" || ours < 0 || perClient(l) > 100 {
			continue
		}
		if c.Trials[0].Path.MTU != mtu {
			t.Fatalf("%s %s: an MTU of %d", c.Scenario, c.Variant, c.Trials[0].Path.MTU)
		}
		compared++
		own := b.Transports[ours]
		if h, ok := model.HeadsOf(c.Trials[0]); ok && own.asks() {
			own.Heads, own.Requests = h, [2]float64{h.Request, h.Request}
		}
		asked := loadOf(c)
		const digit = 2 // the window's numbers and the cursors of requests have others than the first ones
		digits := meanDigits(math.Floor(perClient(l)*(l.Warmup+l.Window)) + 1)
		n := own.traffic(asked, b.Heartbeat, digits).times(1 / asked.Rate)
		s, ok := of(c, "wire-B/event")
		if !ok || s.Center < n.Lo-digit || s.Center > n.Hi+digit {
			t.Errorf("%s %s: %g B for an event, estimated %g (%g to %g)", c.Scenario, c.Variant, s.Center, n.Value, n.Lo, n.Hi)
		}
	}
	if compared < 10 {
		t.Errorf("%d cells were compared", compared)
	}
}

// The truth record's large events came in exactly the segments of the closed form.
func TestSegmentsOfLargeEvents(t *testing.T) {
	r, err := results.Load("../truth")
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, c := range r.Cells() {
		if c.Scenario != "truth-large" || obstacle(c) != "" || c.Transport == "tcp" {
			continue
		}
		x := c.Trials[0]
		n := float64(x.Deliveries.InWindow)
		got, size := float64(x.Steady.SegmentsIn)/n, float64(x.Steady.In.Data())/n
		if want := math.Ceil(size / segment); got != want {
			t.Errorf("%s: %g segments for %g B, want %g", c.Variant, got, size, want)
		}
		compared++
	}
	if compared != 4 {
		t.Errorf("%d transports were compared", compared)
	}
}

func TestPacketsAreSaid(t *testing.T) {
	for _, test := range []struct {
		fact   string
		record string
		want   string
	}{
		{"over loopback", "baseline", "Bytes are over Ethernet's packets of 1,500 bytes; the record was measured over loopback with 65,536."},
		{"over the same packets", "truth", "Bytes are over Ethernet's packets of 1,500 bytes."},
	} {
		r, err := results.Load("../" + test.record)
		if err != nil {
			t.Fatal(err)
		}
		if got := From(r).Packets; got != test.want {
			t.Errorf("%s: %s", test.fact, got)
		}
	}
}

func TestRemarks(t *testing.T) {
	far := func(texts ...string) Number { return Number{Beyond: texts} }
	all := []Estimate{
		{Transport: "a", Bytes: far(), Cores: far("9 clients", "5 events"), Memory: far("9 clients"), P50: far("5 events"), P99: far("5 events")},
		{Transport: "b", Cores: far("9 clients"), Memory: far("9 clients")},
		{Transport: "c", Memory: far("9 clients")},
		{Transport: "d", Bytes: far("x"), Cores: far("x"), Memory: far("x"), P50: far("x")},
	}
	got := Remarks(all, Beyond, strings.ToUpper)
	want := []string{"A and B (server cores, memory): 9 clients", "A (server cores, latency): 5 events", "C (memory): 9 clients", "D: x"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCounted(t *testing.T) {
	for name, want := range map[string]string{"clients": "1 client", "deliveries/s": "1 delivery/s", "clients/event": "1 client/event",
		"events/poll": "1 event/poll", "polls/s": "1 poll/s", "B of payload": "1 B of payload", "events/s for each client": "1 event/s for each client"} {
		if got := counted(1, name); got != want || counted(2, name) != fmt.Sprint("2 ", name) {
			t.Errorf("%q, %q", got, counted(2, name))
		}
	}
}
