package model

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"pushbench/results"
	"pushbench/results/example"
)

// histogram holds the given values.
func histogram(t *testing.T, values ...time.Duration) (h results.Histogram) {
	t.Helper()
	for _, v := range values {
		if err := h.Record(v); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func TestPredict(t *testing.T) {
	base := results.Workload{Clients: 100, Topics: 1, Rate: 1, Arrival: "constant", Payload: 128, Warmup: 1, Window: 10}
	with := func(change func(*results.Workload)) results.Workload {
		l := base
		change(&l)
		return l
	}
	half := with(func(l *results.Workload) { l.Interval = 0.5 })
	const none = -1.0
	for _, test := range []struct {
		name    string
		variant string
		load    results.Workload
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
		{"no event, no latency", "polling/interval=500ms", with(func(l *results.Workload) { l.Interval, l.Rate = 0.5, 0 }), "p50-sec", none},
		{"two requests per second", "polling/interval=500ms", half, "requests/client-sec", 2},
		{"two requests for one event", "polling/interval=500ms", half, "requests/event", 2},
		{"one event in two polls leaves half of them empty", "polling/interval=500ms", half, "empty-requests-share", 0.5},
		{"five events in a poll leave none empty", "polling/interval=500ms", with(func(l *results.Workload) { l.Interval, l.Rate = 0.5, 10 }), "empty-requests-share", 0},
		{"ten topics take turns: a client gets a tenth", "polling/interval=500ms", with(func(l *results.Workload) { l.Interval, l.Topics = 0.5, 10 }), "empty-requests-share", 0.95},
		{"random arrivals: e^(−λΔ)", "polling/interval=500ms", with(func(l *results.Workload) { l.Interval, l.Arrival = 0.5, "poisson" }), "empty-requests-share", math.Exp(-0.5)},
		{"bursts of four are a quarter as many moments", "polling/interval=500ms", with(func(l *results.Workload) { l.Interval, l.Arrival, l.Burst = 0.5, "burst", 4 }), "empty-requests-share", 0.875},
		{"bursts over several topics have no closed form", "polling/interval=500ms", with(func(l *results.Workload) { l.Interval, l.Arrival, l.Burst, l.Topics = 0.5, "burst", 4, 2 }), "empty-requests-share", none},
		{"two brackets around a lone event", "polling/interval=500ms", half, "framing-B/event", 2},
		{"two brackets and four commas for five events", "polling/interval=500ms", with(func(l *results.Workload) { l.Interval, l.Rate = 0.5, 10 }), "framing-B/event", 1.2},
		{"long-polling answers each event", "longpoll", base, "requests/event", 1},
		{"with two brackets", "longpoll", base, "framing-B/event", 2},
		{"but not when events come as fast as round trips", "longpoll", with(func(l *results.Workload) { l.Rate = 1000 }), "requests/event", none},
		{"what is pushed has no predicted latency", "websocket", base, "p50-sec", none},
		{"nor has long-polling", "longpoll", base, "p50-sec", none},
		{"WebSocket: 2 bytes up to 125", "websocket", with(func(l *results.Workload) { l.Payload = 125 }), "framing-B/event", 2},
		{"4 from 126", "websocket", with(func(l *results.Workload) { l.Payload = 126 }), "framing-B/event", 4},
		{"4 up to 65535", "websocket", with(func(l *results.Workload) { l.Payload = 65535 }), "framing-B/event", 4},
		{"10 from 65536", "websocket", with(func(l *results.Workload) { l.Payload = 65536 }), "framing-B/event", 10},
		{"which is all that the protocol adds", "websocket", base, "protocol-B/event", 4},
		{"the floor: 4 bytes", "tcp", base, "framing-B/event", 4},
		{"SSE, events 2 to 11: 13 and 1.2 digits, and 2 hex digits and 4 for the chunk", "sse", base, "framing-B/event", 13 + 1.2 + 6},
		{"SSE over TLS frames the same", "sse/tls", base, "framing-B/event", 13 + 1.2 + 6},
		{"heartbeats come when a whole interval was silent: half of them here", "tcp", with(func(l *results.Workload) { l.Rate, l.Heartbeat = 0.1, 5 }), "framing-B/event", 4 + 4*0.5/(5*0.1)},
		{"none come between frequent events", "tcp", with(func(l *results.Workload) { l.Heartbeat = 5 }), "framing-B/event", 4},
		{"but before the first, which is due half a second into the window", "tcp", with(func(l *results.Workload) { l.Heartbeat, l.Warmup = 5, 0.2 }), "framing-B/event", 4 + 4*100*0.5/5/1000},
		{"the second topic's is due a second later", "tcp", with(func(l *results.Workload) { l.Heartbeat, l.Warmup, l.Topics = 5, 0.2, 2 }), "framing-B/event", 4 + 4*100*1.0/5/500},
		{"bursts are half as often", "tcp", with(func(l *results.Workload) { l.Heartbeat, l.Warmup, l.Arrival, l.Burst = 5, 0.2, "burst", 2 }), "framing-B/event", 4 + 4*100*1.0/5/1000},
		{"of a WebSocket the server sends the ping", "websocket", with(func(l *results.Workload) { l.Rate, l.Heartbeat = 0.1, 5 }), "framing-B/event", 4 + 2},
		{"and the client the masked pong", "websocket", with(func(l *results.Workload) { l.Rate, l.Heartbeat = 0.1, 5 }), "protocol-B/event", 4 + 8},
		{"of an event stream it is a comment in a chunk", "sse", with(func(l *results.Workload) { l.Rate, l.Heartbeat, l.Window = 0.1, 5, 20 }), "framing-B/event", 13 + 1 + 6 + 8},
		{"no events, no framing", "sse", with(func(l *results.Workload) { l.Rate = 0 }), "framing-B/event", none},
		{"age of periodic events: half their distance and the latency", "sse", base, "age-sec", 0.5 + 0.001},
		{"age of random events: their whole mean distance", "sse", with(func(l *results.Workload) { l.Arrival = "poisson" }), "age-sec", 1 + 0.001},
		{"two topics take turns at random events: (T + 1)/2R", "sse", with(func(l *results.Workload) { l.Arrival, l.Topics = "poisson", 2 }), "age-sec", 1.5 + 0.001},
		{"two topics take turns at periodic ones", "sse", with(func(l *results.Workload) { l.Topics = 2 }), "age-sec", 1 + 0.001},
		{"age of bursts: half their distance", "sse", with(func(l *results.Workload) { l.Arrival, l.Burst = "burst", 4 }), "age-sec", 2 + 0.001},
		{"10 bytes a second in one segment, acknowledged by one", "websocket", base, "wire-B/event", 128 + 4 + 2*52},
		{"with TLS it is a record of its own", "websocket/tls", base, "wire-B/event", 128 + 4 + 2*52 + 22},
		{"what comes faster than acknowledgments shares them", "websocket", with(func(l *results.Workload) { l.Rate = 100 }), "wire-B/event", none},
		{"what needs several segments has no closed form here", "websocket", with(func(l *results.Workload) { l.Payload = 65536 }), "wire-B/event", none},
		{"a poll is three segments, and two of them bring one event", "polling/interval=500ms", half, "wire-B/event", 128 + 391.5 + 2*3*52},
		// Requests with cursors 1, 1, 2, 2, ... 10, 10; answers 2 to 11 of 130 bytes, empty ones 1 to 10.
		{"two requests, an answer, an empty one, the digits in them", "polling/interval=500ms", half, "protocol-B/event", 2*64 + 148 + 3 + 106 + (22+23)/10.0 + 2},
		{"ten topics take turns: the numbers are a tenth", "polling/interval=500ms", with(func(l *results.Workload) { l.Interval, l.Topics, l.Rate = 0.5, 10, 10 }), "protocol-B/event", 2*64 + 148 + 3 + 106 + (22+23)/10.0 + 2},
		{"a long-poll is a request and an answer, with the numbers 2 to 11", "longpoll", base, "protocol-B/event", 74 + 1.2 + 148 + 1.2 + 3 + 2},
		{"and three segments", "longpoll", base, "wire-B/event", 128 + 229.4 + 3*52},
		{"base64 of 128 bytes is 172 bytes, and a string has two marks", "polling/interval=500ms/binary", half, "framing-B/event", 2 + 44 + 2},
		{"in answers to long-polling, too", "longpoll/binary", base, "framing-B/event", 2 + 44 + 2},
		{"which is what the protocol adds", "longpoll/binary", base, "protocol-B/event", 74 + 1.2 + 148 + 1.2 + 3 + 2 + 46},
		{"and no more segments", "longpoll/binary", base, "wire-B/event", 128 + 229.4 + 46 + 3*52},
		{"in an event stream there are no marks", "sse/binary", base, "framing-B/event", 13 + 1.2 + 6 + 44},
		{"three bytes more take four more, and so do one and two", "sse/binary", with(func(l *results.Workload) { l.Payload = 129 }), "framing-B/event", 13 + 1.2 + 6 + 43},
		{"a WebSocket has binary messages", "websocket/binary", base, "protocol-B/event", 4},
		{"what compression leaves of a message has no closed form", "websocket/compress", base, "protocol-B/event", none},
		{"nor of an event stream", "sse/compress/binary", base, "wire-B/event", none},
		{"nor of an answer", "polling/interval=500ms/compress", half, "framing-B/event", none},
		{"but polls are as often", "polling/interval=500ms/compress", half, "requests/event", 2},
		{"polling's latencies are uniform", "polling/interval=500ms", half, "uniform-fit", 0},
		{"no others are", "longpoll", base, "uniform-fit", none},
		{"over loopback a handshake has no predicted time", "sse", base, "open-sec", none},
		{"CPU has no closed form", "sse", base, "server-cpu-sec/event", none},
		{"a load without clients has none at all", "polling/interval=500ms", with(func(l *results.Workload) { l.Clients, l.Interval = 0, 0.5 }), "p50-sec", none},
		{"polling without its interval in the record neither", "polling", base, "p50-sec", none},
	} {
		t.Run(test.name, func(t *testing.T) {
			trial := &results.Trial{Variant: test.variant, Load: test.load, Latency: histogram(t, time.Millisecond)}
			trial.Transport, trial.Settings = example.Variant(test.variant)
			trial.Connection.HTTP = histogram(t, 200*time.Microsecond)
			counted(trial)
			got, ok := Predict(trial, test.unit)
			if !ok {
				got.Value = none
			}
			if math.Abs(got.Value-test.want) > 1e-9 {
				t.Errorf("%s: got %g, want %g", test.unit, got.Value, test.want)
			}
			if ok && (got.Formula == "" || got.Source == "" || got.Tolerance < 0) {
				t.Errorf("it does not say where it comes from: %+v", got)
			}
			if ok && got.Tolerance > 1 {
				t.Errorf("a tolerance of %g says nothing: %s", got.Tolerance, got.Formula)
			}
			if ok && (!got.Holds(got.Value) || got.Holds(2*got.Value+2+2*got.Tolerance)) {
				t.Errorf("its tolerance is off: %+v", got)
			}
		})
	}
}

// counted fills what a trial of its load would have counted.
func counted(t *results.Trial) {
	l := t.Load
	if l.Clients == 0 {
		return
	}
	t.Deliveries.InWindow = int64(math.Round(l.Rate * l.Window * float64(l.Clients) / float64(l.Topics)))
	t.Connection.Opened = int64(l.Clients)
	switch {
	case t.Transport == "polling" && l.Interval > 0:
		t.Requests.Sent = int64(math.Round(float64(l.Clients) * l.Window / l.Interval))
		t.Requests.Empty = max(0, t.Requests.Sent-t.Deliveries.InWindow)
		t.Handshake.Out[results.Head] = 65 * t.Connection.Opened
	case t.Transport == "longpoll":
		t.Requests.Sent = t.Deliveries.InWindow
		t.Handshake.Out[results.Head] = 74 * t.Connection.Opened
	}
}

// The formula against event streams written out byte by byte.
func TestEventStreamFramingCountsBytes(t *testing.T) {
	for _, l := range []results.Workload{
		{Clients: 1, Topics: 1, Rate: 10, Payload: 32, Warmup: 0, Window: 20},              // numbers 1 to 200
		{Clients: 1, Topics: 1, Rate: 10, Payload: 238, Warmup: 0, Window: 100},            // chunk sizes from fc to 100 in hex
		{Clients: 7, Topics: 4, Rate: 100, Payload: 4079, Warmup: 2, Window: 5},            // every fourth event is the topic's
		{Clients: 1, Topics: 1, Rate: 1, Payload: 128, Retained: 99, Warmup: 1, Window: 3}, // numbers from 101
		{Clients: 3, Topics: 3, Rate: 10, Payload: 128, Warmup: 0.97, Window: 0.9},         // topics with different numbers
	} {
		t.Run(fmt.Sprintf("%d bytes", l.Payload), func(t *testing.T) {
			l.Arrival = "constant"
			offsets := scheduled(l)
			var wire, n float64
			for i, at := range offsets {
				if at < l.Warmup {
					continue
				}
				event := "id: " + strconv.Itoa(l.Retained+i/l.Topics+1) + "\ndata: " + string(make([]byte, l.Payload)) + "\n\n"
				for client := range l.Clients {
					if client%l.Topics == i%l.Topics {
						wire += float64(len(fmt.Sprintf("%x\r\n%s\r\n", len(event), event)) - l.Payload)
						n++
					}
				}
			}
			trial := &results.Trial{Transport: "sse", Variant: "sse", Load: l, Deliveries: results.Deliveries{InWindow: int64(n)}}
			p, ok := Predict(trial, "framing-B/event")
			if !ok || p.Tolerance != 0 || !p.Holds(wire/n) {
				t.Errorf("got %+v, counted %g", p, wire/n)
			}
		})
	}
}

// scheduled is when the events of a constant load are due, from the beginning
// of publishing, as the load generator has it.
func scheduled(l results.Workload) (offsets []float64) {
	gap := 1 / l.Rate
	for i := 0; ; i++ {
		at := math.Mod(l.Warmup+gap/2, gap) + float64(i)*gap
		if at >= l.Warmup+l.Window {
			return offsets
		}
		offsets = append(offsets, at)
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
			l := results.Workload{Clients: 1, Topics: test.topics, Rate: test.rate, Arrival: test.arrival, Window: 50_000, Interval: 0.5}
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
			trial := &results.Trial{Transport: "polling", Variant: "polling/interval=500ms", Load: l, Latency: histogram(t, time.Duration(late/events*1e9))}
			trial.Deliveries.InWindow, trial.Requests = int64(events), results.HTTPCount{Sent: int64(polls), Empty: int64(empty)}
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

func TestForCell(t *testing.T) {
	var c results.Cell
	if _, ok := ForCell(c, "age-sec"); ok {
		t.Error("a cell without trials has a prediction")
	}
	for _, late := range []time.Duration{3 * time.Millisecond, time.Millisecond, 2 * time.Millisecond} {
		c.Trials = append(c.Trials, &results.Trial{Transport: "sse", Latency: histogram(t, late),
			Load: results.Workload{Clients: 1, Topics: 1, Rate: 10, Arrival: "constant", Window: 1}})
	}
	if p, ok := ForCell(c, "age-sec"); !ok || math.Abs(p.Value-0.052) > 1e-9 {
		t.Errorf("got %+v", p)
	}
}

// What the delay of a path decides.
func TestPredictOverPath(t *testing.T) {
	const d = 0.05
	const none = -1.0
	for _, test := range []struct {
		name             string
		transport, extra string
		rate             float64
		arrival          string
		unit             string
		want             float64
	}{
		{"TCP: one round trip", "sse", "", 1, "constant", "connect-sec", 2 * d},
		{"TLS 1.3: one more", "sse", "/tls", 1, "constant", "tls-sec", 2 * d},
		{"no TLS, no time for it", "sse", "", 1, "constant", "tls-sec", none},
		{"the first request: one more", "websocket", "", 1, "constant", "http-sec", 2 * d},
		{"two in all", "websocket", "", 1, "constant", "open-sec", 4 * d},
		{"three with TLS", "websocket", "/tls", 1, "constant", "open-sec", 6 * d},
		{"a resumed session saves none of TLS 1.3's", "websocket", "/resume", 1, "constant", "open-sec", 6 * d},
		{"what is pushed crosses once", "websocket", "", 100, "constant", "mean-sec", d},
		{"so does long-polling's answer while events are rarer than round trips", "longpoll", "", 5, "constant", "mean-sec", d},
		{"events that come faster than a round trip find a request as often as not", "longpoll", "", 1 / 0.06, "constant", "mean-sec", 2 * d},
		{"when the server waits for more, each event waits so long", "longpoll", "/batch=5ms", 1, "constant", "mean-sec", d + 0.005},
		{"of events that come thick, one and all", "longpoll", "", 10_000, "constant", "mean-sec", 2 * d},
		{"random events come thick at times", "longpoll", "", 10, "poisson", "mean-sec", d + 2*10*d*d/(1+math.Exp(-1))},
		{"polling adds half its interval", "polling", "/interval=1s", 1, "constant", "mean-sec", 0.5 + d},
		{"its p99 crosses the path, too", "polling", "/interval=1s", 1, "constant", "p99-sec", 0.99 + d},
	} {
		t.Run(test.name, func(t *testing.T) {
			trial := &results.Trial{Transport: test.transport, Variant: test.transport + test.extra, Path: results.Path{Delay: d, MTU: 1500},
				Load: results.Workload{Clients: 10, Topics: 1, Rate: test.rate, Arrival: test.arrival, Payload: 100, Window: 10}}
			_, trial.Settings = example.Variant(trial.Variant)
			trial.Load.Interval = trial.Settings.Seconds("interval")
			got, ok := Predict(trial, test.unit)
			if !ok {
				got.Value = none
			}
			if math.Abs(got.Value-test.want) > 0.01*math.Abs(test.want) {
				t.Errorf("%s: got %g, want %g (%s)", test.unit, got.Value, test.want, got.Formula)
			}
		})
	}
}

// Bursts: the second of a pair waits for the next request, unless the server
// waits for it.
func TestPredictPairs(t *testing.T) {
	for variant, want := range map[string]float64{
		"longpoll":           0.05 + (0+0.098)/2,
		"longpoll/batch=5ms": 0.05 + (0.005+0.003)/2,
		"longpoll/batch=1ms": -1, // shorter than the pair
		"websocket":          0.05,
	} {
		transport, settings := example.Variant(variant)
		trial := &results.Trial{Transport: transport, Variant: variant, Settings: settings, Path: results.Path{Delay: 0.05},
			Load: results.Workload{Clients: 1, Topics: 1, Rate: 4, Arrival: "burst", Burst: 2, Spacing: 0.002, Payload: 100, Window: 10}}
		p, ok := Predict(trial, "mean-sec")
		if !ok {
			p.Value = -1
		}
		if math.Abs(p.Value-want) > 1e-9 {
			t.Errorf("%s: got %g, want %g (%s)", variant, p.Value, want, p.Formula)
		}
	}
}

// A stall is in the 99th percentile, and puts everything else out of its form.
func TestPredictStall(t *testing.T) {
	trial := &results.Trial{Transport: "sse", Variant: "sse", Stall: &results.Stall{After: 5, For: 1.4},
		Load: results.Workload{Clients: 1, Topics: 1, Rate: 100, Arrival: "constant", Payload: 100, Window: 13}}
	if p, ok := Predict(trial, "p99-sec"); !ok || math.Abs(p.Value-1.27) > 1e-9 {
		t.Errorf("%+v", p)
	}
	if p, ok := Predict(trial, "framing-B/event"); ok {
		t.Errorf("%+v", p)
	}
	trial.Transport, trial.Load.Interval = "polling", 0.1
	if p, ok := Predict(trial, "p99-sec"); !ok || math.Abs(p.Value-1.32) > 1e-9 {
		t.Errorf("%+v", p)
	}
}

// Long-polling over a path against a simulation of a server that has the next
// request a round trip after each answer.
func TestLongPollTransitAgainstSimulation(t *testing.T) {
	const transit = 0.05
	for _, rate := range []float64{1, 10, 40} {
		rng := rand.New(rand.NewPCG(1, 2))
		var at, free, waited, sum, events float64 // waited: sum of the arrivals that wait for free
		pending := 0.0
		for range 400_000 {
			at += rng.ExpFloat64() / rate
			events++
			if pending > 0 && at >= free { // the answer went
				sum += pending*free - waited
				pending, waited = 0, 0
				free += 2 * transit
			}
			if at >= free {
				free = at + 2*transit
				continue
			}
			pending++
			waited += at
		}
		trial := &results.Trial{Transport: "longpoll", Variant: "longpoll", Path: results.Path{Delay: transit},
			Load: results.Workload{Clients: 1, Topics: 1, Rate: rate, Arrival: "poisson", Window: 10}}
		p, ok := Predict(trial, "mean-sec")
		if got := transit + sum/events; !ok || math.Abs(got-p.Value) > 0.02*got {
			t.Errorf("%g events a second: simulated %g, predicted %g", rate, got, p.Value)
		}
	}
}

// The test for uniformity accepts what polling does and refuses what it does
// not.
func TestUniform(t *testing.T) {
	const events, clients = 200, 100
	rng := rand.New(rand.NewPCG(5, 6))
	for _, test := range []struct {
		name  string
		late  func(event, client int) float64 // seconds, of an interval of 0.5
		holds bool
	}{
		{"clients with evenly spread phases, periodic events", func(e, c int) float64 {
			return math.Mod(float64(c)*0.005+float64(e)*0.1+0.0013, 0.5)
		}, true},
		{"every latency by itself at random", func(e, c int) float64 { return 0.5 * rng.Float64() }, true},
		{"the same, a millisecond later", func(e, c int) float64 { return 0.001 + 0.5*rng.Float64() }, true},
		{"a hundredth of the interval is never waited for", func(e, c int) float64 { return 0.005 + 0.495*rng.Float64() }, true},
		{"but not a tenth", func(e, c int) float64 { return 0.05 + 0.45*rng.Float64() }, false},
		{"a fifth of the interval is never waited for", func(e, c int) float64 { return 0.1 + 0.4*rng.Float64() }, false},
		{"an exponential wait", func(e, c int) float64 { return 0.25 * rng.ExpFloat64() }, false},
		{"always the mean", func(e, c int) float64 { return 0.25 }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			trial := &results.Trial{Transport: "polling", Variant: "polling/interval=500ms",
				Load: results.Workload{Clients: clients, Topics: 1, Rate: 10, Arrival: "constant", Window: 20, Interval: 0.5}}
			trial.Connection.HTTP = histogram(t, time.Millisecond)
			for e := range events {
				for c := range clients {
					if err := trial.Latency.Record(time.Duration(1e9 * test.late(e, c))); err != nil {
						t.Fatal(err)
					}
				}
			}
			m, _ := results.MetricByUnit("uniform-fit")
			d, has := m.Value(trial)
			p, ok := Predict(trial, "uniform-fit")
			if !has || !ok || p.Holds(d) != test.holds {
				t.Errorf("distance %g, tolerance %g", d, p.Tolerance)
			}
		})
	}
}

// Where there is trouble there is no closed form.
func TestNoPrediction(t *testing.T) {
	base := func() *results.Trial {
		return &results.Trial{Transport: "polling", Variant: "polling/interval=500ms", Latency: histogram(t, 100*time.Millisecond), Path: results.Path{Delay: 0.01},
			Load: results.Workload{Clients: 20, Topics: 1, Rate: 10, Arrival: "constant", Payload: 100, Window: 10, Interval: 0.5}}
	}
	for _, test := range []struct {
		fact, unit string
		change     func(*results.Trial)
		none       bool
	}{
		{"there is one to begin with", "p99-sec", func(t *results.Trial) {}, false},
		{"packets are lost", "p99-sec", func(t *results.Trial) { t.Path.Loss = 0.01 }, true},
		{"packets queue", "mean-sec", func(t *results.Trial) { t.Path.Rate = 1e6 }, true},
		{"the next poll is due before the last one is over", "mean-sec", func(t *results.Trial) { t.Path.Delay = 0.3 }, true},
		{"four clients are too few for a test of their distribution", "uniform-fit", func(t *results.Trial) { t.Load.Clients = 4 }, true},
		{"twenty are enough", "uniform-fit", func(t *results.Trial) {}, false},
		{"the events of a burst follow each other", "age-sec", func(t *results.Trial) { t.Load.Arrival, t.Load.Burst, t.Load.Spacing = "burst", 2, 0.01 }, true},
		{"a burst at one moment races with the answer", "mean-sec", func(t *results.Trial) {
			t.Transport, t.Variant, t.Load.Arrival, t.Load.Burst = "longpoll", "longpoll", "burst", 2
		}, true},
		{"a proxy adds a time of its own", "p99-sec", func(t *results.Trial) { t.Proxy = &results.Front{} }, true},
		{"it has heads of its own", "protocol-B/event", func(t *results.Trial) { t.Proxy, t.Deliveries.InWindow = &results.Front{}, 100 }, true},
		{"it passes the bodies of answers on", "framing-B/event", func(t *results.Trial) {
			t.Proxy, t.Deliveries.InWindow, t.Requests.Full = &results.Front{}, 100, 20
		}, false},
		{"and the messages of a WebSocket", "protocol-B/event", func(t *results.Trial) {
			t.Proxy, t.Transport, t.Variant, t.Deliveries.InWindow = &results.Front{}, "websocket", "websocket", 100
		}, false},
		{"but cuts streams into its own chunks", "framing-B/event", func(t *results.Trial) {
			t.Proxy, t.Transport, t.Variant, t.Deliveries.InWindow = &results.Front{}, "sse", "sse", 100
		}, true},
		{"heartbeats have segments of their own", "wire-B/event", func(t *results.Trial) {
			t.Path = results.Path{}
			t.Transport, t.Variant, t.Load.Rate, t.Load.Heartbeat = "sse", "sse", 0.1, 5
		}, true},
	} {
		trial := base()
		test.change(trial)
		if p, ok := Predict(trial, test.unit); ok == test.none {
			t.Errorf("%s: %s %v %+v", test.fact, test.unit, ok, p)
		}
	}
}

// In the committed records everything that is predicted exactly is exact, in
// each trial. Polls of records without the clients' own cuts are not: their bytes,
// requests and deliveries were counted between different moments.
func TestCommittedRecordsAreExact(t *testing.T) {
	exact := 0
	for _, run := range []string{"baseline", "truth", "reproduction"} {
		data, err := os.ReadFile("../" + run + "/" + results.FileName)
		if err != nil {
			t.Fatal(err)
		}
		r, err := results.Parse(run, data)
		if err != nil {
			t.Fatal(err)
		}
		cut := bytes.Contains(data, []byte(`"steady_client_sec"`))
		for _, trial := range r.Trials {
			if asks := trial.Transport == "polling" || trial.Transport == "longpoll"; trial.Failed != "" || asks && !cut {
				continue
			}
			for _, m := range results.Metrics() {
				p, ok := Predict(trial, m.Unit)
				v, has := m.Value(trial)
				if !ok || !has || p.Tolerance > 0 {
					continue
				}
				if exact++; !p.Holds(v) {
					t.Errorf("%s: %s %s %s %d: %s is %v, predicted %v: %s", run, trial.Scenario, trial.Point, trial.Variant, trial.Number, m.Unit, v, p.Value, p.Formula)
				}
			}
		}
	}
	if exact < 300 {
		t.Errorf("only %d numbers were predicted exactly", exact)
	}
}

// A byte more or less in the whole window is a finding.
func TestExactIsExact(t *testing.T) {
	for _, trial := range example.Record().Trials {
		if trial.Scenario != "sweep-clients" || trial.Point != "100" {
			continue
		}
		unit := "protocol-B/event"
		p, ok := Predict(trial, unit)
		m, _ := results.MetricByUnit(unit)
		if v, _ := m.Value(trial); !ok || p.Tolerance != 0 || !p.Holds(v) {
			t.Errorf("%s: %g, predicted %+v", trial.Variant, v, p)
		}
		trial.Steady.In[results.Framing]++
		if v, _ := m.Value(trial); p.Holds(v) {
			t.Errorf("%s: a byte more passes", trial.Variant)
		}
	}
}

// The example record's numbers come from formulas: these.
func TestExampleRecordHoldsItsPredictions(t *testing.T) {
	all := Compare(example.Record())
	if len(all) < 50 {
		t.Errorf("only %d predictions", len(all))
	}
	for _, p := range all {
		if p.Finding {
			t.Errorf("%s %s %s: %s is %g, predicted %g ± %g (%s)", p.Scenario, p.Point, p.Variant, p.Metric, p.Measured, p.Expected, p.Tolerance, p.Formula)
		}
	}
}

func ExampleCompare() {
	p := Compare(example.Record())[0]
	m, _ := results.MetricByUnit(p.Metric)
	fmt.Printf("%s, %s: %s, predicted %s\n", p.Variant, m.Title, results.FormatValue(p.Measured, m.Kind), results.FormatValue(p.Expected, m.Kind))
	fmt.Println(p.Formula)
	// Output:
	// polling/interval=500ms, median event latency: 250 ms, predicted 250 ms
	// 0.5·Δ, Δ = 500 ms; the path's time is not in it; tolerance: the clients' phases 1.00 ms, a round trip 285 µs, software 2.00 ms, three digits
}
