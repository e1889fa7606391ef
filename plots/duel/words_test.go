package duel

import (
	"math"
	"strings"
	"testing"

	"pushbench/results/gate"
)

func TestWords(t *testing.T) {
	ln := func(p float64) float64 { return math.Log1p(p / 100) }
	pair := func(a, b float64, kind string) string {
		x, y := exactly(a, b, kind)
		return x + " and " + y
	}
	side := func(name, revision string) string { return sideName(gate.Side{Name: name, Revision: revision}) }
	for _, c := range []struct{ why, got, want string }{
		{"a change has a sign and one digit behind the point", signed(ln(5.24)), "+5.2 %"},
		{"a small one has more", signed(ln(-0.012)), "−0.01 %"},
		{"a large one has none", signed(ln(140.4)), "+140 %"},
		{"none has no sign", signed(0), "0.0 %"},
		{"what is no number is a dash", signed(math.NaN()), "– %"},
		{"an interval has its unit once", interval(ln(-0.9), ln(4.6)), "−0.9 to +4.6 %"},
		{"no interval is a dash", interval(math.Inf(-1), math.Inf(1)), "–"},
		{"a bar has as few digits as it needs", barText(ln(2)), "2 %"},
		{"or as many", barText(ln(2.5)), "2.5 %"},
		{"a whole one keeps its zeros", barText(ln(20)), "20 %"},
		{"what rose has bounds without signs", moved(ln(5.2), ln(4.1), ln(6.3)), "rose by 5.2 % (4.1–6.3 %)"},
		{"what fell has the lesser first", moved(ln(-9.4), ln(-10.1), ln(-8.8)), "fell by 9.4 % (8.8–10.1 %)"},
		{"what may have done either has signs", moved(ln(1.5), ln(-2), ln(5)), "changed by +1.5 % (−2.0 to +5.0 %)"},
		{"a change without an interval is told", moved(ln(1.5), math.Inf(-1), math.Inf(1)), "changed by +1.5 %"},
		{"also one of too few blocks", moved(ln(1.5), 0, 0), "changed by +1.5 %"},
		{"exact numbers are told apart", pair(1204, 1205, "bytes"), "1,204 B and 1,205 B"},
		{"with as many digits as it takes", pair(253.0625, 253.0631, "bytes"), "253.062 B and 253.063 B"},
		{"and no more than two where these do", pair(100/3.0, 34, "bytes"), "33.33 B and 34 B"},
		{"but for what six do not tell apart", pair(1, 1.00000001, "count"), "1 and 1.00000001"},
		{"below zero", pair(-1, 0, "count"), "−1 and 0"},
		{"a side has its commit in short", side("head", "3be4d06d1c3b2a4f5e6d7c8b9a0f1e2d3c4b5a69+dirty"), "head (3be4d06d1c3b+dirty)"},
		{"a side without one has its name", side("old", ""), "old"},
		{"a side that is called by its commit says it once", side("v1.2", "v1.2"), "v1.2"},
	} {
		if got := strings.ReplaceAll(c.got, "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestCell(t *testing.T) {
	for _, c := range []struct {
		why, want string
		f         gate.Finding
	}{
		{"a variant as the report calls it", "polling every 500 ms in live-feed", poll.finding("", "", "")},
		{"a point of a sweep", "WebSocket in scale at 1,000 clients", gate.Finding{Scenario: "scale", Sweep: "clients", Point: "1000", Variant: "websocket", Transport: "websocket"}},
		{"a point that is no number", "WebSocket in scale at most", gate.Finding{Scenario: "scale", Point: "most", Variant: "websocket", Transport: "websocket"}},
		{"a variant of which the transport is not told", "sse/tls in live-feed", gate.Finding{Scenario: "live-feed", Variant: "sse/tls"}},
	} {
		if got := strings.ReplaceAll(cellName(c.f), "\u00a0", " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}

func TestWrapped(t *testing.T) {
	for _, c := range []struct{ why, command, want string }{
		{"what fits stays", "a b", "a b"},
		{"words break before the end", "pushbench duel --seed 12345", "pushbench duel \\\n  --seed 12345"},
		{"words in quotes stay whole", "duel 'one two three four' x", "duel \\\n  'one two three four' \\\n  x"},
		{"in double ones, too", `duel "$(printf -- 'a b c d e f g h')" x`, "duel \\\n  \"$(printf -- 'a b c d e f g h')\" \\\n  x"},
		{"and behind a backslash", `duel one\ two\ three\ four x`, "duel \\\n  one\\ two\\ three\\ four \\\n  x"},
	} {
		if got := wrapped(c.command, 20); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}
