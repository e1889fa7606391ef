package proof

import (
	"slices"
	"testing"

	"pushbench/results"
)

// What was not run is listed once for each reason, with the variants, targets, points and
// scenarios that it concerns alike.
func TestOmitted(t *testing.T) {
	two := []results.Target{{Name: results.Builtin}, {Name: "mine"}, {Name: "other"}}
	for _, c := range []struct {
		fact    string
		targets []results.Target
		not     []results.NotRun
		want    []string
	}{
		{"scenarios and targets stand together", two, []results.NotRun{
			{Scenario: "feed", Variant: "sse", Target: "mine", Reason: "no sse"}, {Scenario: "feed", Variant: "sse", Target: "other", Reason: "no sse"},
			{Scenario: "hold", Variant: "sse", Target: "mine", Reason: "no sse"}, {Scenario: "hold", Variant: "sse", Target: "other", Reason: "no sse"},
		}, []string{"sse (mine and other) in feed and hold: no sse"}},
		{"only what is alike does", two, []results.NotRun{
			{Scenario: "feed", Variant: "sse", Target: "mine", Reason: "no sse"}, {Scenario: "feed", Variant: "sse", Target: "other", Reason: "no sse"},
			{Scenario: "hold", Variant: "sse", Target: "mine", Reason: "no sse"}, {Scenario: "hold", Variant: "tcp", Target: "mine", Reason: "no tcp"},
		}, []string{"sse (mine) in feed and hold: no sse", "sse (other) in feed: no sse", "tcp (mine) in hold: no tcp"}},
		{"points and variants do", nil, []results.NotRun{
			{Scenario: "sweep", Point: "100", Variant: "sse", Reason: "too many"}, {Scenario: "sweep", Point: "1000", Variant: "sse", Reason: "too many"},
			{Scenario: "sweep", Point: "100", Variant: "websocket", Reason: "too many"}, {Scenario: "sweep", Point: "1000", Variant: "websocket", Reason: "too many"},
		}, []string{"sse, websocket in sweep at 100 and 1000: too many"}},
		{"a whole scenario is named", nil, []results.NotRun{{Scenario: "feed", Reason: "it needs root"}}, []string{"feed: it needs root"}},
	} {
		var got []string
		for _, o := range Omitted(&results.Record{Targets: c.targets, NotRun: c.not}) {
			got = append(got, o.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}
