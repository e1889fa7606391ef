package results

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCellsOrder(t *testing.T) {
	r := &Record{
		Scenarios: []Scenario{
			{Name: "b", Sweep: "interval", Points: []string{"10s", "2s"}, Variants: []string{"sse", "polling"}},
			{Name: "a", Variants: []string{"websocket", "sse"}},
		},
		Trials: []*Trial{
			{Scenario: "a", Variant: "sse", Transport: "sse"},
			{Scenario: "stray", Variant: "sse", Transport: "sse"},
			{Scenario: "b", Sweep: "interval", Variant: "sse", Transport: "sse"},
			{Scenario: "b", Sweep: "interval", Point: "2s", Variant: "polling/interval=2s", Transport: "polling"},
			{Scenario: "a", Variant: "websocket", Transport: "websocket", Failed: "it broke"},
			{Scenario: "b", Sweep: "interval", Point: "10s", Variant: "polling/interval=10s", Transport: "polling"},
			{Scenario: "a", Variant: "sse", Transport: "sse", Failed: "it broke"},
			{Scenario: "a", Variant: "sse", Transport: "sse"},
		},
	}
	var got []string
	for _, c := range r.Cells() {
		got = append(got, fmt.Sprintf("%s %s %s %d+%d", c.Scenario, c.Point, c.Variant, len(c.Trials), len(c.Failed)))
	}
	want := []string{
		"b 10s polling/interval=10s 1+0",
		"b 2s polling/interval=2s 1+0",
		"b  sse 1+0", // untouched by the sweep: last
		"a  websocket 0+1",
		"a  sse 2+1",
		"stray  sse 1+0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := len(r.Select("a")); n != 2 {
		t.Errorf("scenario a has %d cells", n)
	}
	if n := len(r.Select("none")); n != 0 {
		t.Errorf("a scenario that is not there has %d cells", n)
	}
}

func TestSummarize(t *testing.T) {
	const absent = -1
	metric := func(assume string) Metric {
		return Metric{Unit: "x", Assume: assume, Value: func(t *Trial) (float64, bool) { return t.Load.Rate, t.Load.Rate != absent }}
	}
	for _, test := range []struct {
		name   string
		assume string
		values []float64
		want   Summary
		ok     bool
	}{
		{"nothing to summarize", "nothing", nil, Summary{}, false},
		{"no trial has the number", "nothing", []float64{absent, absent}, Summary{}, false},
		{"one trial is its own median", "nothing", []float64{3}, Summary{N: 1, Center: 3, Lo: 3, Hi: 3}, true},
		{"five trials have a least and a greatest", "nothing", []float64{5, 1, 4, 2, 3}, Summary{N: 5, Center: 3, Lo: 1, Hi: 5}, true},
		{"six trials have an interval, which is all of them", "nothing", []float64{6, 5, 4, 3, 2, 1}, Summary{N: 6, Center: 3.5, Lo: 1, Hi: 6, Interval: true}, true},
		{"ten trials have one that leaves out the ends", "nothing", []float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, Summary{N: 10, Center: 5.5, Lo: 2, Hi: 9, Interval: true}, true},
		{"trials without the number do not count", "nothing", []float64{absent, 2, absent, 4}, Summary{N: 2, Center: 3, Lo: 2, Hi: 4}, true},
		{"equal numbers are exact where that is assumed", "exact", []float64{0, 0, 0}, Summary{N: 3, Exact: true}, true},
		{"and nothing else where it is not", "nothing", []float64{0, 0, 0}, Summary{N: 3}, true},
		{"unequal ones are not exact after all", "exact", []float64{0, 0, 7}, Summary{N: 3, Center: 0, Lo: 0, Hi: 7}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var c Cell
			for _, v := range test.values {
				c.Trials = append(c.Trials, &Trial{Load: Workload{Rate: v}})
			}
			c.Failed = []*Trial{{Load: Workload{Rate: 1e9}}}
			got, ok := c.Summarize(metric(test.assume))
			if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
				t.Errorf("ok %t: %s", ok, diff)
			}
		})
	}
}

func TestMergedLeavesTrialsAlone(t *testing.T) {
	c := Cell{
		Trials: []*Trial{{Latency: histogram(t, time.Millisecond)}, {Latency: histogram(t, time.Second, time.Second)}},
		Failed: []*Trial{{Latency: histogram(t, time.Minute)}},
	}
	all := c.Merged(func(t *Trial) Histogram { return t.Latency })
	if all.Count() != 3 || c.Trials[0].Latency.Count() != 1 || c.Trials[1].Latency.Count() != 2 {
		t.Errorf("merged %d values out of %d and %d", all.Count(), c.Trials[0].Latency.Count(), c.Trials[1].Latency.Count())
	}
}

func TestCellWarnings(t *testing.T) {
	busy, few := Warning{"machine-busy", "94 %"}, Warning{"few-events", "few"}
	c := Cell{Trials: []*Trial{
		{Warnings: []Warning{few}},
		{Warnings: []Warning{busy, {"machine-busy", "95 %"}}},
		{Warnings: []Warning{{"machine-busy", "96 %"}}},
		{},
	}, Failed: []*Trial{{Warnings: []Warning{few, few}}}}
	want := []CellWarning{{busy, 2}, {few, 1}}
	if diff := cmp.Diff(want, c.Warnings()); diff != "" {
		t.Error(diff)
	}
}

func TestCellAt(t *testing.T) {
	load := Workload{Clients: 10, Payload: 128, Rate: 2.5, Interval: 0.5}
	for _, test := range []struct {
		name, sweep, point string
		want               float64
		ok                 bool
	}{
		{"clients", "clients", "10", 10, true},
		{"bytes", "payload", "128B", 128, true},
		{"events per second", "rate", "2.5", 2.5, true},
		{"seconds", "interval", "500ms", 0.5, true},
		{"untouched by the sweep", "interval", "", 0, false},
		{"no sweep", "", "", 0, false},
		{"a sweep over words", "colour", "red", 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := Cell{Sweep: test.sweep, Point: test.point, Failed: []*Trial{{Load: load}}}.At()
			if got != test.want || ok != test.ok {
				t.Errorf("got %g, %t", got, ok)
			}
		})
	}
}
