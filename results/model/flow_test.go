package model

import (
	"math"
	"testing"
)

func TestExchanges(t *testing.T) {
	heads := Heads{Request: 64, Answer: 148, Empty: 106, Tags: 1}
	for _, test := range []struct {
		fact        string
		flow        Flow
		event, idle float64 // bytes per second without TCP/IP headers
	}{
		{"a WebSocket event of 128 B has a head of 4", Flow{Transport: "websocket", Rate: 2, Payload: 128}, 2 * 132, 0},
		{"an SSE event has fields, its number and its chunk", Flow{Transport: "sse", Rate: 2, Payload: 128, Digits: 1}, 2 * (128 + 14 + 6), 0},
		{"no event, a ping and a pong every 15 s", Flow{Transport: "websocket", Heartbeat: 15}, 0, 8.0 / 15},
		{"one event in 20 s leaves a quarter of the 15 s silent", Flow{Transport: "sse", Rate: 0.05, Heartbeat: 15, Payload: 128, Digits: 1}, 0.05 * 148, 0.25 * 8 / 15},
		{"random events leave e^(−λΔ) of them silent", Flow{Transport: "sse", Rate: 0.05, Heartbeat: 15, Payload: 128, Digits: 1, Random: true}, 0.05 * 148, math.Exp(-0.75) * 8 / 15},
		{"a long-poll is a request and an answer", Flow{Transport: "longpoll", Rate: 2, Payload: 128, Digits: 1, Heads: heads, Wait: 30}, 2 * (64 + 1 + 148 + 1 + 3 + 130), 0},
		{"one event in 70 s: two requests run out before it", Flow{Transport: "longpoll", Rate: 1.0 / 70, Payload: 128, Digits: 1, Heads: heads, Wait: 30}, 347.0 / 70, 2 * (64 + 1 + 106 + 1) / 70.0},
		{"a poll for each event", Flow{Transport: "polling", Rate: 2, Interval: 0.5, Payload: 128, Digits: 1, Heads: heads}, 2 * 347, 0},
		{"five events in an answer share its heads and its brackets", Flow{Transport: "polling", Rate: 10, Interval: 0.5, Payload: 128, Digits: 1, Heads: heads}, 2 * (64 + 1 + 148 + 1 + 3 + 5*129 + 1), 0},
		{"no event at all: each poll is empty", Flow{Transport: "polling", Interval: 0.5, Payload: 128, Digits: 1, Heads: heads}, 2 * (64 + 1 + 106 + 1), 0},
		{"no event at all: a held request runs out after another", Flow{Transport: "longpoll", Payload: 128, Digits: 1, Heads: heads, Wait: 30}, 0, (64 + 1 + 106 + 1) / 30.0},
		{"one event in two polls", Flow{Transport: "polling", Rate: 1, Interval: 0.5, Payload: 128, Digits: 1, Heads: heads}, 347 + 64 + 1 + 106 + 1, 0},
	} {
		event, idle, ok := test.flow.Exchanges()
		if !ok || math.Abs(event.PerSecond*event.Bytes-test.event) > 1e-9 || math.Abs(idle.PerSecond*idle.Bytes-test.idle) > 1e-9 {
			t.Errorf("%s: %g and %g B/s, want %g and %g; %v", test.fact, event.PerSecond*event.Bytes, idle.PerSecond*idle.Bytes, test.event, test.idle, ok)
		}
	}
	for _, f := range []Flow{{Transport: "tcp", Rate: 1}, {Transport: "polling", Rate: 1}} {
		if _, _, ok := f.Exchanges(); ok {
			t.Errorf("%+v has a closed form", f)
		}
	}
}

// Random events come in as many answers as a Poisson process fills.
func TestRandomPolls(t *testing.T) {
	f := Flow{Transport: "polling", Rate: 2, Interval: 0.5, Payload: 128, Digits: 1, Random: true,
		Heads: Heads{Request: 64, Answer: 148, Empty: 106, Tags: 1}}
	e, _, _ := f.Exchanges()
	full := 1 - math.Exp(-1)
	if want := 65 + full*(148+3+1) + 129 + (1-full)*106 + 1; math.Abs(e.Bytes-want) > 1e-9 {
		t.Errorf("%g B for a poll, want %g", e.Bytes, want)
	}
}
