package reading

import (
	"slices"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/example"
)

// TestChoose holds a choice to the bounds: no single winner where they overlap,
// and none at all of too few trials.
func TestChoose(t *testing.T) {
	interval := func(lo, center, hi float64) results.Summary {
		return results.Summary{N: 6, Lo: lo, Center: center, Hi: hi, Interval: true}
	}
	spread := func(n int, lo, center, hi float64) results.Summary {
		return results.Summary{N: n, Lo: lo, Center: center, Hi: hi}
	}
	for _, c := range []struct {
		fact string
		sums []results.Summary
		best int
		sure certainty
	}{
		{"intervals apart have one winner", []results.Summary{interval(1, 2, 3), interval(4, 5, 6)}, 1, certain},
		{"intervals that overlap have none", []results.Summary{interval(1, 2, 4), interval(3, 5, 6)}, 2, certain},
		{"intervals that touch overlap", []results.Summary{interval(1, 2, 3), interval(3, 5, 6)}, 2, certain},
		{"what lies beyond the next is no winner", []results.Summary{interval(1, 2, 4), interval(3, 5, 6), interval(7, 8, 9)}, 2, certain},
		{"ranges of a few trials are a hint", []results.Summary{spread(3, 1, 2, 3), spread(3, 4, 5, 6)}, 1, likely},
		{"one range among intervals makes a hint", []results.Summary{interval(1, 2, 3), spread(5, 4, 5, 6)}, 1, likely},
		{"two trials are too few", []results.Summary{spread(2, 1, 2, 3), interval(4, 5, 6)}, 1, tooFew},
		{"the same number on both has no winner", []results.Summary{interval(2, 2, 2), interval(2, 2, 2)}, 2, certain},
	} {
		if best, sure := choose(c.sums); best != c.best || sure != c.sure {
			t.Errorf("%s: %d best, certainty %d, want %d, %d", c.fact, best, sure, c.best, c.sure)
		}
	}
}

func TestAdvice(t *testing.T) {
	all := func(*results.Trial) bool { return true }
	noMemory := func(t *results.Trial) bool {
		if t.Variant != "sse" {
			t.Connection.Held = results.Held{}
		}
		return true
	}
	for _, c := range []struct {
		fact   string
		record func() *results.Record
		keep   func(*results.Trial) bool
		when   string
		want   string // of what is chosen and why; empty: no advice
	}{
		{"the leanest is chosen under a condition", example.Record, all, "Bytes are scarce, at 10", "polling every 500 ms, if events may be"},
		{"the intervals are named", example.Record, all, "Events must arrive at once", "The 95 % intervals do not overlap."},
		{"two trials make no advice", sample.Few, all, "Events must arrive at once", ""},
		{"one is compared with nothing", example.Record, func(t *results.Trial) bool { return t.Transport == "sse" }, "", ""},
		{"nor is one beside the floor", example.Record, func(t *results.Trial) bool { return t.Transport == "sse" || t.Transport == "tcp" }, "", ""},
		{"the only one with a number is no winner", example.Record, noMemory, "Server memory is scarce", ""},
	} {
		r := c.record()
		r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool { return !c.keep(t) })
		got := ""
		for _, a := range NewBrief(r).Advice {
			if strings.HasPrefix(a.When, c.when) {
				got = strings.ReplaceAll(a.Choose+" "+a.Why, "\u00a0", " ")
			}
		}
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}

// TestCosts holds the table of costs to have a row for each contender of the load.
func TestCosts(t *testing.T) {
	b := NewBrief(sample.Few())
	if len(b.Costs.Rows) != 4 {
		t.Errorf("%d rows, want 4", len(b.Costs.Rows))
	}
	for _, row := range b.Costs.Rows {
		if len(row) != len(b.Costs.Columns) || view.IsFloor(row[0].Transport) {
			t.Errorf("a row of %d fields under %d heads: %s", len(row), len(b.Costs.Columns), row[0].Text)
		}
	}
	if len(b.Advice) > 0 || !strings.HasPrefix(b.NoAdvice, "This run gives no advice on median latency, bytes per event, ") {
		t.Errorf("two trials of each advise %v, %q", b.Advice, b.NoAdvice)
	}
	if !strings.HasPrefix(b.Load, "The load: 500 clients, each with 10 events/s") || !strings.HasPrefix(b.Answer[0], "Median latency: ") {
		t.Errorf("%s %q", b.Load, b.Answer)
	}
}

// A record without events answers what its connections cost.
func TestBriefWithoutEvents(t *testing.T) {
	r := sample.Few()
	r.Scenarios = slices.DeleteFunc(r.Scenarios, func(s results.Scenario) bool { return s.Name != "connect" })
	b := NewBrief(r)
	if len(b.Costs.Rows)+len(b.Advice)+len(b.Others) > 0 || len(b.Answer) != 4 || !strings.HasPrefix(b.Answer[0], "Connections per second, with 16 opened at a time: ") {
		t.Errorf("%+v", b)
	}
	if b := NewBrief(&results.Record{}); len(b.Answer) > 0 {
		t.Errorf("an empty record says %q", b.Answer)
	}
}
