package proof

import (
	"strings"
	"testing"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/example"
	"pushbench/results/model"
)

func TestGlossary(t *testing.T) {
	all := []results.Predicted{
		{Scenario: "feed", Metric: "age-sec"}, {Scenario: "feed", Metric: "age-sec", Finding: true},
		{Scenario: "quiet", Metric: "age-sec"}, {Scenario: "quiet", Metric: "p50-sec"},
	}
	ids := map[string]bool{}
	for _, e := range Glossary(all) {
		if ids[e.ID] || strings.ContainsAny(e.ID, "/ ") || e.Check == "" {
			t.Errorf("%s: id %q, check %q", e.Unit, e.ID, e.Check)
		}
		ids[e.ID] = true
		got, want := e.Came()+" in "+strings.Join(e.Scenarios, " "), " in "
		switch e.Unit {
		case "age-sec":
			want = "In this run 2 of 3 cells with a closed form are exact or within its tolerance in feed quiet"
		case "p50-sec":
			want = "In this run 1 of 1 cell with a closed form is exact or within its tolerance in quiet"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", e.Unit, got, want)
		}
	}
	if got := (Entry{Predicted: 1}).Came(); !strings.Contains(got, " 0 of 1 cell with a closed form is exact ") {
		t.Error(got)
	}
	if !ids[view.MetricID("wire-B/event")] {
		t.Error("no entry has the id of wire-B/event")
	}
}

// What the report shows is what model.Compare says, whether the record has it
// or not.
func TestPredictions(t *testing.T) {
	all := model.Compare(example.Record())
	rows := 0
	for _, s := range example.Record().Scenarios {
		c := Predictions(all, s.Name, func(p results.Predicted, m results.Metric) (head, value text.Value) { return })
		if rows += len(c.All.Rows); len(c.Findings.Rows) > 0 {
			t.Errorf("%s: %d findings in an example without any", s.Name, len(c.Findings.Rows))
		}
	}
	if rows != len(all) || rows == 0 {
		t.Errorf("%d rows for %d predictions", rows, len(all))
	}
}

func TestCeiling(t *testing.T) {
	trial := func(variant string, n int64, ceiling float64) *results.Trial {
		return &results.Trial{Scenario: "feed", Sweep: "rate", Point: "10", Variant: variant, Transport: variant, Number: 1,
			Load: results.Workload{Clients: 1, Rate: 10, Window: 10}, Deliveries: results.Deliveries{InWindow: n}, Trust: results.Trust{Ceiling: ceiling}}
	}
	for _, c := range []struct {
		why, want string
		trials    []*results.Trial
	}{
		{"the greatest share is told, with its cell", "The load generator used at most 12 % of its ceiling (SSE · 10 events/s).",
			[]*results.Trial{trial("websocket", 100, 1000), trial("sse", 1200, 1000)}},
		{"a ceiling that was not measured is none", "", []*results.Trial{trial("sse", 1200, 0)}},
		{"nothing was run", "", nil},
	} {
		r := &results.Record{Scenarios: []results.Scenario{{Name: "feed"}}, Trials: c.trials}
		if got := spaced(Ceiling(r, "feed")); got != c.want {
			t.Errorf("%s: %q, want %q", c.why, got, c.want)
		}
	}
}
