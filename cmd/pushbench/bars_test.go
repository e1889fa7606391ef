//go:build linux

package main

import (
	"strings"
	"testing"
	"time"

	"pushbench/lab"
	"pushbench/results"
	"pushbench/scenarios"
)

func TestBarsTellTheRun(t *testing.T) {
	plan := []lab.Planned{
		{Scenario: "live-feed", Variant: variant(t, "sse"), Number: 1, Estimate: time.Second},
		{Scenario: "quiet", Variant: variant(t, "tcp"), Number: 1, Estimate: time.Second},
		{Scenario: "live-feed", Variant: variant(t, "sse"), Number: 2, Estimate: time.Second},
	}
	var out strings.Builder
	b := &bars{header: &header{w: &out, runner: &lab.Runner{
		Scenarios: []scenarios.Scenario{{Name: "live-feed"}, {Name: "impossible"}, {Name: "quiet"}}, Seed: 7, Dir: "out",
	}}}
	b.Start(plan, 3*time.Second)
	b.TrialStart(0, 3*time.Second)
	b.TrialProgress(0, 0.5, 2500*time.Millisecond)
	if got, want := b.status(), "3s left: live-feed sse 1/2"; got != want {
		t.Errorf("status %q, want %q", got, want)
	}
	b.TrialDone(0, &results.Trial{}, 2*time.Second)
	b.TrialStart(1, 2*time.Second)
	b.TrialDone(1, &results.Trial{Failed: "3 events missed"}, time.Second)
	if got, want := b.count(), "2/3"; got != want {
		t.Errorf("count %q, want %q", got, want)
	}
	b.interrupted()
	b.TrialStart(2, time.Second)
	if got := b.status(); got != interruptedText {
		t.Errorf("status %q after Ctrl-C", got)
	}
	b.end()
	for _, want := range []string{"3 trials, about 3s, seed 7, into out\n", "live-feed ", "1/2", "quiet ", "1/1", "all ", "2/3", "quiet tcp 1/1  FAILED: 3 events missed\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the bars do not show %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "impossible") {
		t.Error("there is a bar for a scenario without a trial")
	}
}

func TestBarsEndBeforeTheStart(t *testing.T) {
	b := &bars{header: &header{w: &strings.Builder{}, runner: &lab.Runner{}}}
	b.interrupted()
	b.end()
}
