package results

import (
	"testing"
	"time"
)

// histogram returns one of the given durations.
func histogram(t testing.TB, values ...time.Duration) Histogram {
	t.Helper()
	var h Histogram
	for _, v := range values {
		if err := h.Record(v); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// settings are those of a variant by its name.
func settings(variant string) Settings {
	_, all := splitVariant(variant)
	return all
}

// small returns a record of three trials with a value in most fields, for
// golden files: everything in it is written down here.
func small(t testing.TB) *Record {
	t.Helper()
	began := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	trial := func(variant, transport string, number int) *Trial {
		return &Trial{
			Target:   Builtin,
			Scenario: "feed", Sweep: "payload", Point: "126", Variant: variant, Transport: transport, Number: number, Began: began, Settings: settings(variant),
			Load: Workload{Clients: 2, Topics: 1, Rate: 1, Arrival: "constant", Payload: 126, Retained: 1, Warmup: 1, Window: 2, Opening: 16},
			Path: Path{Kind: "tunnel", MTU: 1500, Delay: 0.01, Jitter: 0.001, Rate: 1e6, Loss: 0.01, Seed: 7,
				ToServer: &Carried{20, 2000, 18, 1, 1, 0, 0, 0.00001, 0.0001}, ToClient: &Carried{30, 9000, 30, 0, 0, 0, 0, 0.00002, 0.0002}},
			Warnings: []Warning{{"few-events", "Only 2 events."}},
			Latency:  histogram(t, time.Millisecond, 2*time.Millisecond, 3*time.Millisecond, 4*time.Millisecond), ToServer: histogram(t, 80*time.Microsecond, 90*time.Microsecond),
			FromServer: histogram(t, 900*time.Microsecond, 1900*time.Microsecond, 2900*time.Microsecond, 3900*time.Microsecond), Spread: histogram(t, time.Millisecond, time.Millisecond),
			Age:       Age{0.5, histogram(t, time.Second)},
			Departure: histogram(t, 9*time.Microsecond, 11*time.Microsecond), Wait: histogram(t, 40*time.Microsecond, 50*time.Microsecond, 60*time.Microsecond, 70*time.Microsecond),
			Deliveries:      Deliveries{Offered: 4, Published: 4, Expected: 8, Delivered: 8, InWindow: 4, Timed: 4, Events: 2},
			SteadyClientSec: 4,
			Handshake:       Ledger{In: Bytes{Head: 200, TLS: 2000, TCPIP: 300}, Out: Bytes{Head: 220, TLS: 900, TCPIP: 400}, SegmentsIn: 6, SegmentsOut: 8},
			Steady: Ledger{In: Bytes{Payload: 504, Framing: 56, Chunking: 24, WebSocket: 16, TLS: 88, TCPIP: 208}, Out: Bytes{TCPIP: 104, WebSocket: 8},
				SegmentsIn: 4, SegmentsOut: 2, Retransmitted: 7},
			Balance: Balance{2, 900, 900, 1100, 1100},
			Connection: Connection{Opened: 2, TCP: histogram(t, 100*time.Microsecond), TLS: histogram(t, 1500*time.Microsecond), HTTP: histogram(t, 200*time.Microsecond),
				Open: histogram(t, 1800*time.Microsecond), FirstEvent: histogram(t, 2*time.Millisecond), Resumed: 1, Seconds: 0.004, ServerCPU: 0.002, ClientCPU: 0.001,
				Held: Held{16384, 20000, 2000, 5000, 38000, 2, 2, 24000}},
			Server: Process{0.01, 0.005, 20 << 20, 11, 9, 100, 3, 40, 50, 600}, Generator: Process{0.02, 0.01, 30 << 20, 12, 10, 110, 4, 0, 0, 0},
			Trust: Trust{Lag: histogram(t, 30*time.Microsecond), Pressure: 0.01, Busy: 0.2, ClockSlip: 0.000001, ClockSteps: 1, ClockStep: 0.001, Throttled: 0.002,
				Stamps: Stamps{Kernel: 3, Missing: 1, Shared: 1, SharedMean: 0.0001, SharedMax: 0.0001}},
			Requests: HTTPCount{Sent: 8, Full: 2, Empty: 6, Heads: Heads{Request: 118, Answer: 142, Empty: 120}},
		}
	}
	r := &Record{
		Schema: Schema, ID: "20260506T070809Z", Began: began, Ended: began.Add(time.Minute), Partial: "interrupted", Planned: 4, Seed: 42,
		Provenance: Provenance{"v1", "abc", []string{"pushbench", "run"}, "go1.26.0", "linux/amd64", "6.1", "h4sh", "A CPU", 2, 1 << 30, "cubic", "performance", 1024, "loopback",
			map[string]string{"example.org/m": "v1.0.0"}, Granted{Procs: 2, GC: -1, MemoryLimit: 1 << 29, Debug: "gctrace=1", Quota: 1.5, Affinity: "0-1"}},
		Scenarios: []Scenario{{"feed", "feed.yaml", "A feed.", "about: A feed.\n", "0123456789abcdef0123456789abcdef", "payload", []string{"126"}, []string{"sse/tls", "polling/interval=500ms/etag"}, 2, nil, nil}},
		Targets:   []Target{{Name: Builtin}},
		Trials:    []*Trial{trial("sse/tls", "sse", 1), trial("polling/interval=500ms/etag", "polling", 1), trial("sse/tls", "sse", 2)},
		NotRun:    []NotRun{{"feed", Builtin, "4096", "sse/tls", "interrupted", "A server.", "sse websocket"}},
		Expectations: []Expectation{{Scenario: "feed", Point: "126", Variant: "sse/tls", Transport: "sse", Settings: settings("sse/tls"), Text: "fast", Metric: "p50-sec", Got: 0.002, Want: 0.005, Held: true},
			{Scenario: "feed", Text: "lean", Metric: "wire-B/event", Reason: "no trial"}},
	}
	r.Trials[1].Load.Interval = 0.5
	r.Trials[2].Failed = "an event was missed: client 1 never received event 3"
	r.Trials[2].Deliveries.Delivered, r.Trials[2].Deliveries.Missed = 7, 1
	return r
}
