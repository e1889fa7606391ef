package atlas

import (
	"bytes"
	"strings"
	"testing"

	"pushbench/plots/sample"
	"pushbench/plots/view"
	"pushbench/results"
)

// edited is the atlas' Markdown after the trials of the server slow over SSE were changed; n counts
// them in each scenario.
func edited(t *testing.T, edit func(trial *results.Trial, n int)) string {
	t.Helper()
	r, n := sample.Atlas(), map[string]int{}
	for _, trial := range r.Trials {
		if trial.Target == "slow" && trial.Transport == "sse" {
			n[trial.Scenario]++
			edit(trial, n[trial.Scenario])
		}
	}
	var b bytes.Buffer
	if err := Markdown(&b, r); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ")
}

// Trials in which events came after the window have no bytes for each, or too few: the number
// says so, and is not compared.
func TestLate(t *testing.T) {
	got := edited(t, func(trial *results.Trial, n int) {
		if trial.Latency.Count() > 0 && n <= 2 {
			trial.Deliveries.InWindow, trial.Deliveries.Timed = 0, 0
		}
	})
	for fact, want := range map[string]string{
		"the number says of how many trials it is": "4 of 6 trials have this number. In the rest, no event came within the window.",
		"it is marked":       " ⚠ 2/6",
		"it says why":        "- **backlog** in live-feed: The deliveries within the window differ by more than 5 %",
		"it is not compared": "Not compared: slow (its events came late, and many at once).",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s: it does not say %q", fact, want)
		}
	}
}

// Memory that is not above zero counts, and is told.
func TestPartly(t *testing.T) {
	held := func(bytes ...int64) (c view.Cell) {
		for _, b := range bytes {
			c.Trials = append(c.Trials, &results.Trial{Transport: "sse", Connection: results.Connection{Opened: 200, Held: results.Held{Resident: 200 * b}}})
		}
		return c
	}
	m, _ := results.MetricByUnit(memory)
	for want, c := range map[string]view.Cell{
		"": held(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
		"9 of 10 trials have this number. In the rest it is not above zero, which is less than can be told. " +
			"The median counts those trials as the lowest.": held(1, 2, 3, 4, 5, 6, 7, 8, 9, -1),
	} {
		s, ok := c.Summarize(m)
		if got := partly(c, m, s); !ok || got != want || !strings.HasPrefix(trialCount(c, s), "10") {
			t.Errorf("%q of %q, want %q", got, trialCount(c, s), want)
		}
	}
}

// By how much a mean may be lower is told beside the doubt.
func TestShared(t *testing.T) {
	got := edited(t, func(trial *results.Trial, n int) {
		if n := trial.Latency.Count(); n > 0 {
			trial.Warnings = []results.Warning{{Code: "shared-stamps", Text: "stamps are shared"}}
			trial.Trust.Stamps.Shared, trial.Trust.Stamps.SharedMean = n, trial.Latency.Mean()/4
		}
	})
	if want := "in the trial with the greatest: SSE (slow) 25 %."; !strings.Contains(got, want) {
		t.Errorf("it does not say %q", want)
	}
}

func TestFromEnd(t *testing.T) {
	for n, want := range map[int64]string{1: "its latest event", 2: "its second-latest event", 11: "the event with only 10 that were later"} {
		if got := fromEnd(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
