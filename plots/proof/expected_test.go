package proof

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/results"
	"pushbench/results/example"
)

func TestExpectations(t *testing.T) {
	r := &results.Record{Expectations: []results.Expectation{
		{Scenario: "feed", Variant: "sse", Text: "missed-events == 0", Metric: "missed-events", Held: true},
		{Scenario: "feed", Variant: "polling/interval=2s", Text: "missed-events == 0", Metric: "missed-events", Held: true},
		{Scenario: "feed", Variant: "tcp", Text: "p99-sec <= 1", Metric: "p99-sec", Got: 2.5, Want: 1},
		{Scenario: "burst", Variant: "sse", Text: "missed-events == 0", Metric: "missed-events", Held: true},
		{Scenario: "burst", Variant: "polling/interval=2s", Text: "missed-events == 0", Metric: "missed-events", Held: true},
		{Scenario: "sweep", Point: "10", Text: "missed-events == 0", Metric: "missed-events", Held: true},
		{Scenario: "sweep", Point: "100", Variant: "sse", Text: "p99-sec <= 1", Metric: "p99-sec", Want: 1, Reason: "nothing was measured"},
	}}
	for i := range r.Expectations {
		if e := &r.Expectations[i]; e.Variant != "" {
			e.Transport, e.Settings = example.Variant(e.Variant)
		}
	}
	broken, met := Expectations(r)
	var got []string
	for _, row := range broken.Rows {
		var fields []string
		for _, v := range row {
			fields = append(fields, strings.TrimSpace(v.Text+" "+v.Note))
		}
		got = append(got, strings.Join(fields, " | "))
	}
	for _, h := range met {
		got = append(got, h.Text+" held "+h.Where)
	}
	want := []string{
		"feed | p99-sec <= 1 | floor (raw TCP) | 2.50 s | 1.00 s",
		"sweep at 100 | p99-sec <= 1 | SSE | not checked nothing was measured | 1.00 s",
		"missed-events == 0 held in feed and burst on SSE and polling every 2 s; in sweep at 10 on all variants",
	}
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], "\u00a0", " ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
