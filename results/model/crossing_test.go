package model

import (
	"fmt"
	"math"
	"testing"

	"pushbench/results"
)

// The place is where the closed forms cross, wherever the measured points are;
// what has no closed form has its bracket only.
func TestCrossings(t *testing.T) {
	record := func(points []float64, change func(*results.Trial)) *results.Record {
		r := &results.Record{Scenarios: []results.Scenario{{Name: "s", Sweep: "rate", Variants: []string{"polling/interval=500ms", "sse", "websocket"}}}}
		for _, x := range points {
			for _, v := range []string{"polling", "sse", "websocket"} {
				one := &results.Trial{Scenario: "s", Sweep: "rate", Point: fmt.Sprint(x), Variant: v, Transport: v, Number: 1,
					Load: results.Workload{Clients: 100, Topics: 1, Rate: x, Arrival: "constant", Payload: 128, Warmup: 1, Window: 1}}
				if v == "polling" {
					one.Variant, one.Load.Interval = "polling/interval=500ms", 0.5
				}
				one.Connection.Opened = 100
				one.Handshake.Out[results.Head] = 65 * 100
				if change(one); one.Steady.In[results.Payload] == 0 {
					bytes, _ := perSecond(one)
					one.Steady.In[results.Payload] = int64(100 * bytes)
				}
				r.Trials = append(r.Trials, one)
			}
		}
		return r
	}
	find := func(r *results.Record, a string) (c results.Crossing) {
		for _, c := range Crossings(r, "s", "wire-B/client-min") {
			if c.A == a {
				return c
			}
		}
		return c
	}
	// 748 B and 129 for each event by polling at two a second (one cursor of 1 digit).
	for _, points := range [][]float64{{2, 10}, {1, 15}, {6, 8}} {
		c := find(record(points, func(*results.Trial) {}), "websocket")
		if math.Abs(c.At-7) > 0.05 || c.Before != points[0] || c.After != points[1] || c.Formula == "" {
			t.Errorf("between %v the lines cross at %g: %+v", points, c.At, c)
		}
	}
	crossed := func(t *results.Trial) { // by what was measured, whatever theory says
		t.Steady.In[results.Payload] = 5
		if t.Transport == "sse" {
			t.Steady.In[results.Payload] = map[string]int64{"1": 1, "2": 1, "5": 9, "10": 9}[t.Point]
		}
	}
	if c := find(record([]float64{1, 5}, crossed), "sse"); c.At != 0 || c.Before != 1 || c.After != 5 {
		t.Errorf("closed forms that do not cross there do: %+v", c)
	}
	if c := find(record([]float64{2, 10}, func(t *results.Trial) { t.Path.Delay = 0.01; crossed(t) }), "sse"); c.At != 0 {
		t.Errorf("over a path there is no closed form: %+v", c)
	}
}

// The baseline's crossings, by hand. Two polls a second are 2 × (65 + 152 + 156 +
// 1) = 748 B, and 129 for each event, with numbers of one digit; a digit more in
// request and answer makes 752. An event is 236 B on WebSocket and 252 B on SSE,
// a digit more makes 253.
func TestCrossingsOfTheBaseline(t *testing.T) {
	r, err := results.Load("../baseline")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]float64{"sse": {752 / 124.0, 748 / 123.0}, "websocket": {748 / 107.0, 752 / 107.0}}
	for _, c := range Crossings(r, "sweep-rate", "wire-B/client-min") {
		if w, ok := want[c.A]; ok && c.B == "polling/interval=500ms" {
			if c.At < w[0] || c.At > w[1] || c.Before != 2 || c.After != 10 {
				t.Errorf("%+v, want %v", c, w)
			}
			delete(want, c.A)
		}
	}
	if len(want) > 0 {
		t.Errorf("no crossing of %v", want)
	}
}
