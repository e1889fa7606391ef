//go:build linux

package lab

import (
	"strings"
	"testing"

	"pushbench/results"
	"pushbench/scenarios"
)

// Slow clients read beside the others from a server that keeps what the scenario says, and the
// record has both.
func TestSlowClients(t *testing.T) {
	s := parse(t, "clients: 4\nevents: {rate: 400, payload: 4096}\nslow: {clients: 2, rate: 200000, history: 440}\n"+
		"warm-up: 100ms\nduration: 500ms\ntrials: 1\nvariants: [longpoll, websocket]\nexpect: [\"slow-delivered-share < 1\"]\n")
	rec, err := (&Runner{Scenarios: scenariosOf(s), Seed: 1, Targets: served(t, "serve")}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	for _, got := range rec.Trials {
		d := got.SlowDeliveries
		if got.Failed != "" || d == nil || d.Behind+d.Dropped+d.CutOff == 0 || got.Deliveries.Missed != 0 {
			t.Errorf("%s: failed with %q, %+v, %+v", got.Variant, got.Failed, d, got.Deliveries)
		}
		if l := got.Load.Slow; l == nil || *l != (results.SlowClients{Clients: 2, Rate: 200_000, History: 440}) {
			t.Errorf("%s: recorded %+v", got.Variant, l)
		}
	}
	for _, e := range rec.Expectations {
		if !e.Held {
			t.Errorf("%s: %v %s", e.Text, e.Got, e.Reason)
		}
	}
	if len(rec.Trials) != 2 || len(rec.Expectations) == 0 {
		t.Errorf("%d trials, %d expectations", len(rec.Trials), len(rec.Expectations))
	}
	if err := rec.Validate(); err != nil {
		t.Error(err)
	}
}

// What the server is told to keep is what the scenario says, and slow clients need
// descriptors, too.
func TestSlowPlan(t *testing.T) {
	const load = "clients: 4\nevents: {rate: 400, payload: 4096}\nvariants: [sse]\n"
	slow, all := parse(t, load+"slow: {clients: 200, rate: 200000, history: 440}\n"), parse(t, load+"slow: {clients: 200, rate: 200000}\n")
	if n := slow.Cells()[0].History(); n != 440 {
		t.Errorf("a history of %d events", n)
	}
	if got, want := all.Cells()[0].History(), parse(t, load).Cells()[0].History(); got != want {
		t.Errorf("a history of %d events, want %d as without slow clients", got, want)
	}
	if a, b := slow.Hash(), all.Hash(); a == b || a == parse(t, load).Hash() {
		t.Error("two loads have one hash")
	}
	o := Planned{Scenario: "x", Variant: slow.Variants[0], Number: 1, Cell: slow.Cells()[0]}.options(1)
	if o.Slow.Clients != 200 || o.Slow.Rate != 200_000 || o.Slow.History != 440 {
		t.Errorf("%+v", o.Slow)
	}
	not := (&Runner{Scenarios: []scenarios.Scenario{slow}, Targets: served(t, "serve"), Audit: true}).NotRun()
	if len(not) != 1 || !strings.Contains(not[0].Reason, "those that read slowly are in none") && not[0].Reason != barred() {
		t.Errorf("%+v", not)
	}
}
