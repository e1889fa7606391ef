package model

import (
	"testing"
	"time"

	"pushbench/results"
	"pushbench/results/example"
)

// polls is a trial of four clients that poll twice a second for two seconds, of
// one event a second, all on time.
func polls(t *testing.T) *results.Trial {
	x := &results.Trial{Transport: "polling", Variant: "polling/interval=500ms",
		Load: results.Workload{Clients: 4, Topics: 1, Rate: 1, Arrival: "constant", Payload: 128, Warmup: 1, Window: 2, Interval: 0.5}}
	x.Connection.Opened, x.Handshake.Out[results.Head] = 4, 4*65
	x.Deliveries.InWindow, x.Requests = 8, results.HTTPCount{Sent: 16, Full: 8, Empty: 8}
	if err := x.Latency.Record(400 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	return x
}

// The schedule tells which poll had which event as long as each event came with
// its own.
func TestPollsThatMissedTheirEvents(t *testing.T) {
	for _, c := range []struct {
		fact  string
		edit  func(*results.Trial)
		exact bool // by the schedule
	}{
		{"all on time", func(*results.Trial) {}, true},
		{"an event of the warm-up came in the window", func(x *results.Trial) {
			x.Deliveries.InWindow, x.Requests.Full, x.Requests.Empty = 9, 9, 7
		}, false},
		{"two events in one answer", func(x *results.Trial) { x.Requests.Full, x.Requests.Empty = 7, 9 }, false},
		{"an event missed its poll", func(x *results.Trial) {
			if err := x.Latency.Record(510 * time.Millisecond); err != nil {
				t.Fatal(err)
			}
		}, false},
	} {
		x := polls(t)
		c.edit(x)
		w, ok := polled(load(x.Load), x, tally{float64(x.Requests.Sent), float64(x.Requests.Answers()), float64(x.Deliveries.InWindow)})
		if ok != c.exact {
			t.Errorf("%s: %+v %v", c.fact, w, ok)
		}
		// Each answer's length has three digits, whichever answer it is.
		bytes, formula, has := exchanged(x)
		if !has || c.exact && !bytes.exact() {
			t.Errorf("%s: %+v by %s", c.fact, bytes, formula)
		}
	}
}

// What is longer than net/http's buffer leaves in several writes, so that no
// closed form has its segments.
func TestWholeWireOfLongAnswers(t *testing.T) {
	for payload, want := range map[int]bool{128: true, 3500: true, 4096: false, 16384: false} {
		for _, transport := range []string{"longpoll", "sse", "websocket"} {
			x := &results.Trial{Transport: transport, Variant: transport,
				Load: results.Workload{Clients: 4, Topics: 1, Rate: 10, Arrival: "constant", Payload: payload, Warmup: 1, Window: 2}}
			_, x.Settings = example.Variant(transport)
			x.Connection.Opened, x.Handshake.Out[results.Head] = 4, 4*65
			x.Deliveries.InWindow, x.Requests = 80, results.HTTPCount{Sent: 80, Full: 80}
			if _, ok := Predict(x, "wire-B/event"); ok != (want || transport == "websocket") {
				t.Errorf("%s of %d bytes: %v", transport, payload, ok)
			}
		}
	}
}
