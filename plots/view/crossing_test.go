package view

import (
	"strings"
	"testing"

	"pushbench/results"
)

// A crossing is told where the closed forms have it, beside what was measured,
// or as what was measured alone.
func TestCrossing(t *testing.T) {
	for _, c := range []struct {
		fact, sweep string
		x           results.Crossing
		want        string
	}{
		{"by closed forms", "rate", results.Crossing{Before: 2, After: 10, At: 6.0728}, "SSE moves fewer bytes than WebSocket below 6.07 events/s, and more above (calculated; the measurement says between 2 and 10 events/s)"},
		{"between measured points", "rate", results.Crossing{Before: 2, After: 10}, "SSE moves fewer bytes than WebSocket at 2 events/s, and more at 10 events/s"},
		{"of clients", "clients", results.Crossing{Before: 10, After: 1000}, "SSE moves fewer bytes than WebSocket at 10 clients, and more at 1,000 clients"},
		{"of payloads", "payload", results.Crossing{Before: 128, After: 4096}, "SSE moves fewer bytes than WebSocket at 128 B, and more at 4,096 B"},
		{"of intervals", "interval", results.Crossing{Before: 0.5, After: 10, At: 3.04}, "SSE moves fewer bytes than WebSocket below an interval of 3.04 s, and more above (calculated; the measurement says between intervals of 500 ms and 10 s)"},
	} {
		c.x.A, c.x.B = "sse", "websocket"
		s := Scenario{Scenario: results.Scenario{Sweep: c.sweep}}
		if got := strings.ReplaceAll(s.Crossing(c.x, "moves fewer bytes than", "more"), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}
