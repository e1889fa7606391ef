//go:build linux

package main

import (
	"strings"
	"testing"
	"time"

	"pushbench/lab"
	"pushbench/results"
	"pushbench/scenarios"
	"pushbench/servers/wire"
)

func TestLinesTellEachTrial(t *testing.T) {
	plan := []lab.Planned{
		{Scenario: "live-feed", Variant: variant(t, "sse"), Number: 1},
		{Scenario: "clients", Sweep: "clients", Point: "1000", Variant: variant(t, "polling/interval=2s"), Number: 1},
		{Scenario: "live-feed", Variant: variant(t, "sse"), Number: 2},
	}
	fine, held, broke := &results.Trial{}, &results.Trial{}, &results.Trial{Failed: "3 events missed"}
	if err := fine.Latency.Record(410 * time.Microsecond); err != nil {
		t.Fatal(err)
	}
	if err := held.Connection.Open.Record(2 * time.Millisecond); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	p := newProgress(&b, false, &lab.Runner{Seed: 7, Dir: "out"})
	p.Start(plan, 130*time.Second)
	p.TrialStart(0, 130*time.Second)
	p.TrialProgress(0, 0.5, 120*time.Second)
	p.TrialDone(0, fine, 85*time.Second)
	p.TrialDone(1, held, 2*time.Second)
	p.interrupted()
	p.TrialDone(2, broke, 0)
	p.end()
	want := `3 trials, about 2m10s, seed 7, into out
[1/3] live-feed sse 1/2                             p50 410 µs    1m25s left
[2/3] clients clients=1000 polling/interval=2s 1/1  open 2.00 ms  2s left
ending this trial; Ctrl-C again stops at once
[3/3] live-feed sse 2/2                             FAILED: 3 events missed  0s left
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestQuietIsSilent(t *testing.T) {
	var b strings.Builder
	p := newProgress(&b, true, &lab.Runner{})
	p.Start(nil, time.Second)
	p.TrialDone(0, &results.Trial{}, 0)
	p.interrupted()
	p.end()
	if b.Len() > 0 {
		t.Error(b.String())
	}
}

func TestSpan(t *testing.T) {
	for _, row := range []struct {
		d    time.Duration
		want string
	}{
		{-time.Second, "0s"}, {400 * time.Millisecond, "0s"}, {45 * time.Second, "45s"},
		{130 * time.Second, "2m10s"}, {time.Hour - time.Millisecond, "1h00m"}, {65 * time.Minute, "1h05m"},
	} {
		if got := span(row.d); got != row.want {
			t.Errorf("span(%s) = %s, want %s", row.d, got, row.want)
		}
	}
}

func variant(t *testing.T, name string) wire.Variant {
	t.Helper()
	v, err := wire.ParseVariant(name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestBarsOnlyWhereTheyHaveRoom(t *testing.T) {
	named := func(names ...string) (all []scenarios.Scenario) {
		for _, name := range names {
			all = append(all, scenarios.Scenario{Name: name})
		}
		return all
	}
	long, many := named(strings.Repeat("x", 37)), named(strings.Split("abcdefghijkl", "")...)
	for _, row := range []struct {
		fact          string
		columns, rows uint16
		term          string
		scenarios     []scenarios.Scenario
		bars          bool
	}{
		{"a terminal has bars", 100, 24, "xterm-256color", nil, true},
		{"a dumb one has lines", 100, 24, "dumb", nil, false},
		{"so has a narrow one", 39, 24, "xterm-256color", nil, false},
		{"40 columns are enough", 40, 24, "xterm-256color", named("live-feed"), true},
		{"but not beside a long name", 40, 24, "xterm-256color", long, false},
		{"which leaves no bar", 60, 24, "xterm-256color", long, false},
		{"while a wide one has room for it", 61, 24, "xterm-256color", long, true},
		{"a low one has lines", 100, 14, "xterm-256color", many, false},
		{"with a row for each bar, the run, its text and the cursor it has bars", 100, 15, "xterm-256color", many, true},
		{"one that does not know its height has lines", 100, 0, "xterm-256color", nil, false},
	} {
		t.Setenv("TERM", row.term)
		runner := &lab.Runner{Scenarios: row.scenarios}
		if _, got := newProgress(openTerminal(t, row.columns, row.rows), false, runner).(*bars); got != row.bars {
			t.Errorf("%s: bars %v", row.fact, got)
		}
	}
}
