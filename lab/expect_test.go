package lab

import (
	"fmt"
	"pushbench/results"
	"pushbench/scenarios"
	"testing"
	"time"
)

// ran is a trial of s by a variant with so many misses.
func ran(variant, transport string, missed int64, failed string) *results.Trial {
	t := &results.Trial{Scenario: "x", Variant: variant, Transport: transport, Number: 1, Failed: failed}
	t.Deliveries = results.Deliveries{Expected: 100, Delivered: 100 - missed, Missed: missed, InWindow: 100}
	t.Requests.Sent = 50
	return t
}

func TestJudge(t *testing.T) {
	trials := []*results.Trial{
		ran("sse", "sse", 0, ""),
		ran("sse", "sse", 3, "3 events missed"),
		ran("websocket", "websocket", 0, ""),
		ran("websocket/tls", "websocket", 0, ""),
		ran("tcp", "tcp", 0, "the server ended"),
	}
	tests := []struct {
		sentence, expect string
		variants         []string // judged, in order
		held             []bool
	}{
		{"a transport stands for all its variants", "websocket: missed-events == 0", []string{"websocket", "websocket/tls"}, []bool{true, true}},
		{"a variant stands for itself", "websocket/tls: missed-events == 0", []string{"websocket/tls"}, []bool{true}},
		{"misses of a failed trial break the promise of none", "sse: missed-events == 0", []string{"sse"}, []bool{false}},
		{"a cell whose trials all failed holds nothing", "tcp: p50-sec < 1h", []string{"tcp"}, []bool{false}},
		{"without a name every variant is judged", "duplicated-events == 0",
			[]string{"sse", "websocket", "websocket/tls", "tcp"}, []bool{true, true, true, true}},
		{"what was not measured is not held", "longpoll: missed-events == 0", []string{"longpoll"}, []bool{false}},
	}
	for _, test := range tests {
		t.Run(test.sentence, func(t *testing.T) {
			e := expectation(t, test.expect)
			s := parse(t, "variants: [sse, websocket, websocket/tls, tcp]\n")
			s.Expect = []scenarios.Expect{e}
			r := &results.Record{Trials: trials, Scenarios: []results.Scenario{recorded(t.Context(), s, s.Cells(), 1)}}
			got := judge(r, s)
			if len(got) != len(test.variants) {
				t.Fatalf("judged %+v, want %v", got, test.variants)
			}
			for i, g := range got {
				if g.Variant != test.variants[i] || g.Held != test.held[i] || g.Text != test.expect {
					t.Errorf("judged %+v, want %s %v", g, test.variants[i], test.held[i])
				}
			}
		})
	}
}

// What could not be judged says how far it was from it.
func TestJudgeSaysWhyNot(t *testing.T) {
	few := ran("sse", "sse", 0, "")
	for range 50 {
		if err := few.Latency.Record(time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	few.Connection = results.Connection{Opened: 50, Held: results.Held{Heap: 1}}
	for _, c := range []struct{ expect, reason string }{
		{"sse: p99-sec <= 1", "50 of the 100 deliveries that a p99 needs"},
		{"p999-sec <= 1", "50 of the 1000 deliveries that a p99.9 needs"},
		{"server-mem-B/conn <= 1", "below what can be told: fewer than 100 connections were held"},
		{"sse: p90-sec <= 1", ""},
		{"sse: tls-sec <= 1", "no trial measured it"},
	} {
		e := expectation(t, c.expect)
		s := parse(t, "variants: [sse]\n")
		s.Expect = []scenarios.Expect{e}
		r := &results.Record{Trials: []*results.Trial{few}, Scenarios: []results.Scenario{recorded(t.Context(), s, s.Cells(), 1)}}
		if got := judge(r, s); len(got) != 1 || got[0].Reason != c.reason || got[0].Held != (c.reason == "") {
			t.Errorf("%s: %+v, want %q", c.expect, got, c.reason)
		}
	}
}

// expectation reads one, of a scenario that has many variants.
func expectation(t *testing.T, text string) scenarios.Expect {
	t.Helper()
	return parse(t, fmt.Sprintf("variants: [longpoll, sse, sse/tls, websocket, websocket/tls, tcp]\nexpect: [%q]\n", text)).Expect[0]
}
