package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"pushbench/results"
)

func TestOutcome(t *testing.T) {
	fine, broke := &results.Trial{}, &results.Trial{Failed: "3 events missed"}
	for _, row := range []struct {
		fact        string
		record      results.Record
		err         error
		interrupted bool
		status      int
		says        string
	}{
		{"all trials are valid", results.Record{Trials: []*results.Trial{fine, fine}}, nil, false, 0, ""},
		{"a trial failed", results.Record{Trials: []*results.Trial{fine, broke}}, nil, false, 1, "1 of 2 trials failed"},
		{"the only trial failed", results.Record{Trials: []*results.Trial{broke}}, nil, false, 1, "1 of 1 trial failed"},
		{"an expectation held", results.Record{Trials: []*results.Trial{fine}, Expectations: []results.Expectation{{Held: true}}}, nil, false, 0, ""},
		{"an expectation broke", results.Record{Trials: []*results.Trial{fine}, Expectations: []results.Expectation{{Scenario: "quiet", Variant: "sse", Text: "p99-sec <= 1", Got: 2.5}}}, nil, false, 1, `quiet: expected "p99-sec <= 1", but sse has 2.5`},
		{"what the machine cannot run is told, but breaks nothing", results.Record{Trials: []*results.Trial{fine}, NotRun: []results.NotRun{{Scenario: "quiet"}}}, nil, false, 0, ""},
		{"the run could not go on", results.Record{Trials: []*results.Trial{fine}}, errors.New("disk full"), false, 2, ""},
		{"an interrupted run has broken nothing", results.Record{Planned: 9, Trials: []*results.Trial{fine}}, context.Canceled, true, 130, "after 1 of 9 trials"},
		{"an expectation without a number is broken", results.Record{Trials: []*results.Trial{fine}, Expectations: []results.Expectation{{Scenario: "quiet", Point: "5", Text: "tcp: p99-sec <= 1", Reason: "nothing was measured"}}}, nil, false, 1, `quiet 5: expected "tcp: p99-sec <= 1": nothing was measured`},
	} {
		err := outcome(&row.record, row.err, row.interrupted, false)
		if row.status == 0 {
			if err != nil {
				t.Errorf("%s: %v", row.fact, err)
			}
			continue
		}
		var e *exitError
		if !errors.As(err, &e) || e.status != row.status || !strings.Contains(e.Error(), row.says) {
			t.Errorf("%s: got %v, want status %d and %q", row.fact, err, row.status, row.says)
		}
	}
}

// What became of the run is told though its report cannot be shown.
func TestTogether(t *testing.T) {
	full := errors.New("the table was not shown")
	unwritten := usage("another place", "the report was not written")
	for _, row := range []struct {
		fact              string
		reported, verdict error
		status            int // 0: no *exitError
		says, hint        string
	}{
		{"only the screen is full", full, nil, 0, "the table was not shown", ""},
		{"only an expectation broke", nil, &exitError{status: 1, err: errors.New("expected")}, 1, "expected", ""},
		{"both", full, &exitError{status: 1, err: errors.New("expected")}, 1, "the table was not shown\nexpected", ""},
		{"interrupted as well", full, &exitError{status: 130, err: errors.New("interrupted")}, 130, "the table was not shown\ninterrupted", ""},
		{"the run could not go on, which was said", full, &exitError{status: 2}, 2, "the table was not shown", ""},
		{"a hint is kept", unwritten, &exitError{status: 1, err: errors.New("expected")}, 1, "the report was not written\nexpected", "another place"},
	} {
		err := together(row.reported, row.verdict)
		var e *exitError
		if errors.As(err, &e) != (row.status > 0) || err.Error() != row.says {
			t.Errorf("%s: got %v", row.fact, err)
		}
		if e != nil && (e.status != row.status || e.hint != row.hint) {
			t.Errorf("%s: status %d, hint %q", row.fact, e.status, e.hint)
		}
	}
	if err := together(nil, nil); err != nil {
		t.Errorf("all is well: %v", err)
	}
}

func TestFilterExcusesExpectations(t *testing.T) {
	record := &results.Record{
		Trials:       []*results.Trial{{}},
		Expectations: []results.Expectation{{Text: "tcp: p99-sec <= 1", Reason: "nothing was measured"}},
	}
	if err := outcome(record, nil, false, true); err != nil {
		t.Errorf("an expectation about a variant that the user left out: %v", err)
	}
	record.Expectations = append(record.Expectations, results.Expectation{Variant: "sse", Text: "p99-sec <= 1", Got: 2})
	if err := outcome(record, nil, false, true); err == nil {
		t.Error("an expectation about a variant that was measured is excused, too")
	}
}

func TestNothingRuns(t *testing.T) {
	var not []results.NotRun
	for _, v := range []string{"sse", "tcp"} {
		not = append(not, results.NotRun{Scenario: "many", Point: "9000", Variant: v, Reason: "too few descriptors"})
	}
	not = append(not, results.NotRun{Scenario: "more", Variant: "sse", Reason: "too few descriptors"})
	var e *exitError
	if err := nothingRuns(not); !errors.As(err, &e) || e.status != 2 || !strings.HasSuffix(err.Error(), ": many 9000 sse, tcp and more sse: too few descriptors") {
		t.Errorf("got %v", err)
	}
	not = nil
	for _, target := range []string{"a", "b"} {
		for _, scenario := range []string{"broadcast", "hold"} {
			not = append(not, results.NotRun{Scenario: scenario, Target: target, Variant: "sse", Reason: "no"})
		}
	}
	not = append(not, results.NotRun{Scenario: "hold", Target: "c", Variant: "sse", Reason: "no"})
	if got := notRun(not); !slices.Equal(got, []string{"broadcast, hold sse a, b and hold sse c: no"}) {
		t.Errorf("targets alike: %q", got)
	}
}
