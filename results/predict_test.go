package results

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"
)

func TestPredict(t *testing.T) {
	base := Workload{Clients: 100, Topics: 1, Rate: 1, Arrival: "constant", Payload: 128, Warmup: 1, Window: 10}
	load := func(change func(*Workload)) Workload {
		l := base
		change(&l)
		return l
	}
	half := load(func(l *Workload) { l.Interval = 0.5 })
	const none = -1.0
	for _, test := range []struct {
		name    string
		variant string
		load    Workload
		unit    string
		want    float64
	}{
		{"polling every 500 ms is half of that late, median", "polling/interval=500ms", half, "p50-sec", 0.25},
		{"and nine tenths of it at the 90th percentile", "polling/interval=500ms", half, "p90-sec", 0.45},
		{"and 0.99 of it at the 99th", "polling/interval=500ms", half, "p99-sec", 0.495},
		{"and half of it on the mean", "polling/interval=500ms", half, "mean-sec", 0.25},
		{"a fixed delay is no different but for the round trip", "polling/interval=500ms/pace=delay", half, "p50-sec", 0.25},
		{"phases spread evenly: the last client is (1 − 1/n)Δ behind the first", "polling/interval=500ms", half, "spread-sec", 0.495},
		{"phases of a fixed delay are left to chance", "polling/interval=500ms/pace=delay", half, "spread-sec", none},
		{"no event, no latency", "polling/interval=500ms", load(func(l *Workload) { l.Interval, l.Rate = 0.5, 0 }), "p50-sec", none},
		{"two requests per second", "polling/interval=500ms", half, "requests/client-sec", 2},
		{"two requests for one event", "polling/interval=500ms", half, "requests/event", 2},
		{"one event in two polls leaves half of them empty", "polling/interval=500ms", half, "empty-requests-share", 0.5},
		{"five events in a poll leave none empty", "polling/interval=500ms", load(func(l *Workload) { l.Interval, l.Rate = 0.5, 10 }), "empty-requests-share", 0},
		{"ten topics take turns: a client gets a tenth", "polling/interval=500ms", load(func(l *Workload) { l.Interval, l.Topics = 0.5, 10 }), "empty-requests-share", 0.95},
		{"random arrivals: e^(−λΔ)", "polling/interval=500ms", load(func(l *Workload) { l.Interval, l.Arrival = 0.5, "poisson" }), "empty-requests-share", math.Exp(-0.5)},
		{"bursts of four are a quarter as many moments", "polling/interval=500ms", load(func(l *Workload) { l.Interval, l.Arrival, l.Burst = 0.5, "burst", 4 }), "empty-requests-share", 0.875},
		{"bursts over several topics have no closed form", "polling/interval=500ms", load(func(l *Workload) { l.Interval, l.Arrival, l.Burst, l.Topics = 0.5, "burst", 4, 2 }), "empty-requests-share", none},
		{"two brackets around a lone event", "polling/interval=500ms", half, "framing-B/event", 2},
		{"two brackets and four commas for five events", "polling/interval=500ms", load(func(l *Workload) { l.Interval, l.Rate = 0.5, 10 }), "framing-B/event", 1.2},
		{"long-polling answers each event", "longpoll", base, "requests/event", 1},
		{"with two brackets", "longpoll", base, "framing-B/event", 2},
		{"but not when events come as fast as round trips", "longpoll", load(func(l *Workload) { l.Rate = 1000 }), "requests/event", none},
		{"what is pushed has no predicted latency", "websocket", base, "p50-sec", none},
		{"nor has long-polling", "longpoll", base, "p50-sec", none},
		{"WebSocket: 2 bytes up to 125", "websocket", load(func(l *Workload) { l.Payload = 125 }), "framing-B/event", 2},
		{"4 from 126", "websocket", load(func(l *Workload) { l.Payload = 126 }), "framing-B/event", 4},
		{"4 up to 65535", "websocket", load(func(l *Workload) { l.Payload = 65535 }), "framing-B/event", 4},
		{"10 from 65536", "websocket", load(func(l *Workload) { l.Payload = 65536 }), "framing-B/event", 10},
		{"which is all that the protocol adds", "websocket", base, "protocol-B/event", 4},
		{"the floor: 4 bytes", "tcp", base, "framing-B/event", 4},
		{"SSE, events 2 to 11: 13 and 1.2 digits, and 2 hex digits and 4 for the chunk", "sse", base, "framing-B/event", 13 + 1.2 + 6},
		{"SSE over TLS frames the same", "sse/tls", base, "framing-B/event", 13 + 1.2 + 6},
		{"heartbeats come when a whole interval was silent: half of them here", "tcp", load(func(l *Workload) { l.Rate, l.Heartbeat = 0.1, 5 }), "framing-B/event", 4 + 4*0.5/(5*0.1)},
		{"none come between frequent events", "tcp", load(func(l *Workload) { l.Heartbeat = 5 }), "framing-B/event", 4},
		{"of a WebSocket the server sends the ping", "websocket", load(func(l *Workload) { l.Rate, l.Heartbeat = 0.1, 5 }), "framing-B/event", 4 + 2},
		{"and the client the masked pong", "websocket", load(func(l *Workload) { l.Rate, l.Heartbeat = 0.1, 5 }), "protocol-B/event", 4 + 8},
		{"of an event stream it is a comment in a chunk", "sse", load(func(l *Workload) { l.Rate, l.Heartbeat, l.Window = 0.1, 5, 20 }), "framing-B/event", 13 + 1 + 6 + 8},
		{"no events, no framing", "sse", load(func(l *Workload) { l.Rate = 0 }), "framing-B/event", none},
		{"age of periodic events: half their distance and the latency", "sse", base, "age-sec", 0.5 + 0.001},
		{"age of random events: their whole mean distance", "sse", load(func(l *Workload) { l.Arrival = "poisson" }), "age-sec", 1 + 0.001},
		{"two topics take turns at random events: (T + 1)/2R", "sse", load(func(l *Workload) { l.Arrival, l.Topics = "poisson", 2 }), "age-sec", 1.5 + 0.001},
		{"two topics take turns at periodic ones", "sse", load(func(l *Workload) { l.Topics = 2 }), "age-sec", 1 + 0.001},
		{"age of bursts: half their distance", "sse", load(func(l *Workload) { l.Arrival, l.Burst = "burst", 4 }), "age-sec", 2 + 0.001},
		{"CPU has no closed form", "sse", base, "server-cpu-sec/event", none},
		{"a load without clients has none at all", "polling/interval=500ms", load(func(l *Workload) { l.Clients, l.Interval = 0, 0.5 }), "p50-sec", none},
		{"polling without its interval in the record neither", "polling", base, "p50-sec", none},
	} {
		t.Run(test.name, func(t *testing.T) {
			trial := &Trial{Variant: test.variant, Load: test.load, Latency: histogram(t, time.Millisecond)}
			for i, r := range test.variant {
				if r == '/' {
					trial.Transport = test.variant[:i]
					break
				}
			}
			if trial.Transport == "" {
				trial.Transport = test.variant
			}
			trial.Connection.HTTP = histogram(t, 200*time.Microsecond)
			got, ok := Predict(trial, test.unit)
			if !ok {
				got.Value = none
			}
			if math.Abs(got.Value-test.want) > 1e-9 {
				t.Errorf("%s: got %g, want %g", test.unit, got.Value, test.want)
			}
			if ok && (got.Formula == "" || got.Source == "" || got.Tolerance <= 0) {
				t.Errorf("it does not say where it comes from: %+v", got)
			}
			if ok && (!got.Holds(got.Value) || got.Holds(2*got.Value+2+2*got.Tolerance)) {
				t.Errorf("its tolerance is off: %+v", got)
			}
		})
	}
}

// The formula against event streams written out byte by byte.
func TestEventStreamFramingCountsBytes(t *testing.T) {
	for _, l := range []Workload{
		{Topics: 1, Rate: 10, Payload: 32, Warmup: 0, Window: 20},              // numbers 1 to 200
		{Topics: 1, Rate: 10, Payload: 238, Warmup: 0, Window: 100},            // chunk sizes from fc to 100 in hex
		{Topics: 4, Rate: 100, Payload: 4079, Warmup: 2, Window: 5},            // every fourth event is the topic's
		{Topics: 1, Rate: 1, Payload: 128, Retained: 99, Warmup: 1, Window: 3}, // numbers from 101
	} {
		t.Run(fmt.Sprintf("%d bytes", l.Payload), func(t *testing.T) {
			first, last := eventNumbers(l)
			var wire, n float64
			for number := int(first); number <= int(last); number++ {
				event := "id: " + strconv.Itoa(number) + "\ndata: " + string(make([]byte, l.Payload)) + "\n\n"
				wire += float64(len(fmt.Sprintf("%x\r\n%s\r\n", len(event), event)) - l.Payload)
				n++
			}
			if got, _ := eventStreamFraming(l); math.Abs(got-wire/n) > 1e-9 {
				t.Errorf("got %g, counted %g", got, wire/n)
			}
		})
	}
}

// The closed forms against a simulation of clients that poll a schedule.
func TestPredictAgainstSimulation(t *testing.T) {
	for _, test := range []struct {
		name    string
		arrival string
		topics  int
		rate    float64
	}{
		{"rare periodic events", "constant", 1, 1 / math.Sqrt2},
		{"frequent periodic events", "constant", 1, 10 / math.Sqrt2},
		{"rare random events", "poisson", 1, 0.7},
		{"frequent random events", "poisson", 1, 7},
		{"random events of three topics in turn", "poisson", 3, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := Workload{Clients: 1, Topics: test.topics, Rate: test.rate, Arrival: test.arrival, Window: 50_000, Interval: 0.5}
			rng := rand.New(rand.NewPCG(3, 4))
			polls := int(l.Window / l.Interval)
			phase := rng.Float64() * l.Interval
			filled := make([]int, polls)
			due, seq, events, late, ages, last := 0.0, 0, 0.0, 0.0, 0.0, 0.0
			for ; ; seq++ {
				if due += 1 / l.Rate; l.Arrival == "poisson" {
					due += rng.ExpFloat64()/l.Rate - 1/l.Rate
				}
				poll := int(math.Ceil((due - phase) / l.Interval))
				if poll >= polls {
					break
				}
				if seq%l.Topics != 0 || poll < 0 {
					continue
				}
				at := phase + float64(poll)*l.Interval
				filled[poll]++
				events++
				late += at - due
				ages += (due - last) * ((due - last) / 2) // of the newest due event, before the poll's delay
				last = due
			}
			empty := 0
			for _, n := range filled {
				if n == 0 {
					empty++
				}
			}
			trial := &Trial{Transport: "polling", Variant: "polling/interval=500ms", Load: l, Latency: histogram(t, time.Duration(late/events*1e9))}
			for unit, measured := range map[string]float64{
				"mean-sec":             late / events,
				"requests/event":       float64(polls) / events,
				"empty-requests-share": float64(empty) / float64(polls),
				"framing-B/event":      (events + float64(polls-empty)) / events,
				"age-sec":              ages/last + late/events,
			} {
				p, ok := Predict(trial, unit)
				if !ok || math.Abs(measured-p.Value) > 0.02*max(p.Value, 0.05) {
					t.Errorf("%s: simulated %g, predicted %g", unit, measured, p.Value)
				}
			}
		})
	}
}

func TestCellPredict(t *testing.T) {
	var c Cell
	if _, ok := c.Predict("age-sec"); ok {
		t.Error("a cell without trials has a prediction")
	}
	for _, late := range []time.Duration{3 * time.Millisecond, time.Millisecond, 2 * time.Millisecond} {
		c.Trials = append(c.Trials, &Trial{Transport: "sse", Latency: histogram(t, late),
			Load: Workload{Clients: 1, Topics: 1, Rate: 10, Arrival: "constant", Window: 1}})
	}
	if p, ok := c.Predict("age-sec"); !ok || math.Abs(p.Value-0.052) > 1e-9 {
		t.Errorf("got %+v", p)
	}
}
