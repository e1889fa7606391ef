package view

import (
	"testing"

	"pushbench/plots/chart"
	"pushbench/plots/sample"
	"pushbench/results"
)

func TestDoubtStandsAtWhatItConcerns(t *testing.T) {
	everywhere := func(*results.Trial) bool { return true }
	for _, c := range []struct {
		why, code, unit string
		want            chart.Weight
	}{
		{"pressure is in times", "cpu-pressure", "p50-sec", chart.Alarming},
		{"so is a generator near its ceiling", "ceiling", "p99-sec", chart.Alarming},
		{"which counts bytes as well as ever", "ceiling", "wire-B/event", chart.Clean},
		{"and one that the kernel contradicts", "bias", "p50-sec", chart.Alarming},
		{"but not in bytes", "cpu-pressure", "wire-B/event", chart.Clean},
		{"few samples have no tail", "few-samples", "p99-sec", chart.Doubtful},
		{"but a median", "few-samples", "p50-sec", chart.Clean},
		{"what nobody knows is in everything", "odd", "wire-B/event", chart.Doubtful},
	} {
		feed := Find(sample.Doubted(c.code, everywhere), "live-feed").Cells[0]
		m, _ := results.MetricByUnit(c.unit)
		if _, got := feed.Doubt(m); got != c.want || feed.Weight(c.unit) != c.want {
			t.Errorf("%s: %s in %s weighs %d, want %d", c.why, c.code, c.unit, got, c.want)
		}
		if v := feed.Value(m); (v.Doubt != "") != (c.want != chart.Clean) || v.Alarming != (c.want == chart.Alarming) {
			t.Errorf("%s: the value is %+v", c.why, v)
		}
	}
}
