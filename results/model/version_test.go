package model

import (
	"testing"
	"time"

	"pushbench/results"
	"pushbench/results/example"
)

// What is around an event of a stream, by the version of HTTP.
func TestFramingByVersion(t *testing.T) {
	for _, row := range []struct {
		variant string
		payload int
		want    float64
	}{
		{"sse", 128, 14 + 2 + 4},
		{"sse/http=1.0", 128, 14},
		{"sse/http=2", 128, 14 + 9},
		{"sse/http=2/streams=10", 128, 14 + 9},
		{"sse/http=2", 20_000, 14 + 2*9},
		{"websocket", 128, 4},
		{"websocket/http=2", 128, 4 + 9},
		{"websocket/http=2/streams=10", 125, 2 + 9},
		{"websocket/http=2", 1<<14 - 4, 4 + 9},
		{"websocket/http=2", 1<<14 - 3, 4 + 2*9},
	} {
		x := &results.Trial{Variant: row.variant,
			Load: results.Workload{Clients: 4, Topics: 1, Rate: 1, Arrival: "constant", Payload: row.payload, Window: 9}}
		x.Transport, x.Settings = example.Variant(row.variant)
		x.Deliveries.InWindow = 36
		if err := x.Latency.Record(time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if p, ok := Predict(x, "protocol-B/event"); !ok || p.Value != row.want || p.Tolerance != 0 {
			t.Errorf("%s with %d bytes: %+v, %v", row.variant, row.payload, p, ok)
		}
	}
}

// What HTTP/2's compressed heads cost, and what connections that are opened anew or
// shared do to segments and to times, has no closed form here.
func TestNoPredictionByVersion(t *testing.T) {
	for _, row := range []struct {
		variant, unit string
		delay         float64
		want          bool
	}{
		{"polling/interval=500ms/http=2", "protocol-B/event", 0, false},
		{"polling/interval=500ms/http=2", "framing-B/event", 0, false},
		{"polling/interval=500ms/http=2", "p50-sec", 0, true},
		{"polling/interval=500ms/http=1.0", "protocol-B/event", 0, true},
		{"polling/interval=500ms/http=1.0", "wire-B/event", 0, false},
		{"polling/interval=500ms/http=1.0", "p50-sec", 0, true},
		{"polling/interval=500ms/http=1.0", "p50-sec", 0.05, false},
		{"polling/interval=500ms/http=1.0/tls", "p50-sec", 0, false},
		{"polling/interval=500ms/http=1.0/tls", "requests/client-sec", 0, true},
		{"sse/http=2", "wire-B/event", 0, true},
		{"sse/http=2/streams=10", "wire-B/event", 0, false},
		{"sse/http=2", "open-sec", 0.05, true},
		{"sse/http=2/streams=10", "open-sec", 0.05, false},
		{"sse/http=2/streams=10", "http-sec", 0.05, true},
		{"sse/http=2", "handshake-B/conn", 0, false},
		{"websocket/http=2", "wire-B/event", 0, true},
		{"websocket/http=2/streams=10", "wire-B/event", 0, false},
		{"websocket/http=2", "http-sec", 0.05, true},
		{"websocket/http=2/streams=10", "http-sec", 0.05, false},
		{"websocket/http=2", "handshake-B/conn", 0, false},
	} {
		x := polls(t)
		x.Transport, x.Settings = example.Variant(row.variant)
		if x.Variant = row.variant; x.Transport != "polling" {
			x.Load.Interval, x.Requests = 0, results.HTTPCount{}
		}
		x.Path.Delay = row.delay
		if p, ok := Predict(x, row.unit); ok != row.want {
			t.Errorf("%s of %s over %g s: %+v, %v", row.unit, row.variant, row.delay, p, ok)
		}
	}
}

// Over HTTP/2 a WebSocket waits for the server's settings before it asks (RFC 8441 section 3).
func TestOpeningTunnels(t *testing.T) {
	for _, row := range []struct {
		variant, unit string
		want          float64 // round trips
	}{
		{"websocket", "http-sec", 1}, {"websocket/http=2", "http-sec", 2}, {"sse/http=2", "http-sec", 1},
		{"websocket/tls", "open-sec", 3}, {"websocket/http=2", "open-sec", 3}, {"websocket/http=2/tls", "open-sec", 4},
		{"websocket/http=2/tls", "tls-sec", 1},
	} {
		x := polls(t)
		x.Transport, x.Settings = example.Variant(row.variant)
		x.Variant, x.Path.Delay = row.variant, 0.05
		if p, ok := Predict(x, row.unit); !ok || p.Value != 0.1*row.want {
			t.Errorf("%s of %s: %+v, %v, want %g round trips", row.unit, row.variant, p, ok, row.want)
		}
	}
}
