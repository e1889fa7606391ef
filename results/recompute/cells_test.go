package recompute

import (
	"slices"
	"testing"
)

// Who answered keeps cells apart, and settings are data where a record has them so.
func TestCells(t *testing.T) {
	made := func(target, point, failed string) *trial {
		x := &trial{Scenario: "s", Sweep: "rate", Point: point, Target: target, Variant: "polling/interval=500ms",
			Transport: "polling", Failed: failed}
		x.Load.Interval, x.Load.Clients, x.Load.Rate = 0.5, 3, 2
		x.Settings = []setting{{Name: "interval", Value: 0.5}, {Name: "headers", Value: "browser"},
			{Name: "tls", Value: true, Implied: true}, {Name: "wait", Value: 30.0, Default: true}}
		return x
	}
	r := &record{found: map[string][]*cell{}, Targets: []target{{Name: "builtin"}, {Name: "other"}},
		Scenarios: []scenario{{Name: "s", Sweep: "rate", Points: []string{"2"},
			Variants: []string{"polling/interval=500ms"}}},
		Trials: []*trial{made("other", "2", ""), made("builtin", "2", ""), made("other", "2", ""), made("other", "2",
			"it failed"), made("other", "", "")}}
	var got []string
	for _, c := range r.cells("s") {
		got = append(got, c.target+" "+c.point+" "+count(len(c.trials), "trial"))
	}
	if want := []string{"builtin 2 1 trial", "other 2 2 trials", "other  1 trial"}; !slices.Equal(got, want) {
		t.Errorf("the cells are %q, want %q", got, want)
	}
	c := r.cells("s")[1]
	if got, want := c.head(), "polling every 500 ms, browser headers · 2 events/s"; got != want {
		t.Errorf("the name is %q, want %q", got, want)
	}
	want := "Pushbench/scenario=s/target=other/transport=polling/interval=500ms/headers=browser/rate=2/clients=3"
	if got := c.trials[0].benchmark(); got != want {
		t.Errorf("the benchmark is %q, want %q", got, want)
	}
}

// Advice names no winner where bounds overlap, whichever order the medians are in.
func TestAdvise(t *testing.T) {
	made := func(transport string, values ...float64) *cell {
		c := &cell{scenario: "s", target: "builtin", variant: transport, transport: transport}
		for _, v := range values {
			c.trials = append(c.trials, &trial{Variant: transport, numbers: map[string]float64{"p50-sec": v}})
		}
		return c
	}
	low, apart := made("sse", 1, 2, 3, 3, 3, 4), made("websocket", 5, 5, 5, 5, 5, 6)
	wide := made("longpoll", 4, 4, 7, 7, 8, 9)
	const transits = " Over a network long-polling needs up to three transits for an event and a stream needs one (RFC 6202)."
	for _, c := range []struct {
		why             string
		cells           []*cell
		choose, because string
	}{
		{"apart", []*cell{low, apart}, "SSE",
			"Median latency: 3.00 s (1.00–4.00 s). The next is WebSocket with 5.00 s (5.00–6.00 s). The 95 % intervals " +
				"do not overlap."},
		{"touching", []*cell{low, wide}, "this run cannot tell them apart",
			"Median latency: SSE 3.00 s (1.00–4.00 s), long-polling 7.00 s (4.00–9.00 s). The 95 % intervals overlap, so " +
				"this run names no single winner." + transits},
		{"one between", []*cell{low, apart, wide}, "SSE or long-polling",
			"Median latency: SSE 3.00 s (1.00–4.00 s), long-polling 7.00 s (4.00–9.00 s). The 95 % intervals overlap, so " +
				"this run names no single winner. The next is WebSocket with 5.00 s (5.00–6.00 s)." + transits},
		{"few trials", []*cell{made("sse", 1, 2, 3), made("websocket", 5, 6, 7)}, "SSE",
			"Median latency: 2.00 s (1.00–3.00 s). The next is WebSocket with 6.00 s (5.00–7.00 s). The ranges of the " +
				"trials do not overlap. Fewer than six trials give no 95 % interval: this is a hint."},
	} {
		got := need{what: "Median latency", unit: "p50-sec", cells: c.cells}.advise(ordered(c.cells, "p50-sec"), c.cells)
		if got[1] != c.choose || !expression(got[2]).MatchString(c.because) {
			t.Errorf("%s: %q, want %q because %q", c.why, got, c.choose, c.because)
		}
	}
}
