package view

import (
	"strings"
	"testing"

	"pushbench/results"
)

// A crossing is told where the closed forms have it, beside what was measured,
// or as what was measured alone.
func TestUpTo(t *testing.T) {
	for _, c := range []struct {
		fact, sweep string
		x           results.Crossing
		want        string
	}{
		{"by closed forms", "rate", results.Crossing{Before: 2, After: 10, At: 6.0728}, "up to 6.07 events/s by the closed forms (measured: between 2 and 10 events/s)"},
		{"between measured points", "rate", results.Crossing{Before: 2, After: 10}, "up to somewhere between 2 and 10 events/s"},
		{"of clients", "clients", results.Crossing{Before: 10, After: 1000}, "up to somewhere between 10 and 1,000 clients"},
		{"of payloads", "payload", results.Crossing{Before: 128, After: 4096}, "up to somewhere between 128 and 4,096 B"},
		{"of intervals", "interval", results.Crossing{Before: 0.5, After: 10, At: 3.04}, "up to an interval of 3.04 s by the closed forms (measured: between intervals of 500 ms and 10 s)"},
	} {
		s := Scenario{Scenario: results.Scenario{Sweep: c.sweep}}
		if got := strings.ReplaceAll(s.UpTo(c.x), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}
