package scenarios

import (
	"slices"
	"strings"
	"testing"

	"pushbench/loadgen"
	"pushbench/results"
)

// The ceiling is measured once for each kind of trial and is in the record of
// all of them.
func TestCeiling(t *testing.T) {
	s := parse(t, tiny+"variants: [polling/interval=50ms, longpoll, sse, sse/tls, websocket, tcp]\ntrials: 2\n")
	r := &Runner{Scenarios: []Scenario{s}, Server: self(t, "serve"), Null: self(t, "null")}
	rec, err := r.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	if len(r.ceilings) != 6 {
		t.Errorf("measured for %d kinds of trials, not 6", len(r.ceilings))
	}
	of := map[string]float64{}
	for _, trial := range rec.Trials {
		share, ok := trial.OfCeiling()
		if known := of[trial.Variant]; trial.Trust.Ceiling <= 0 || !ok || share <= 0 || known != 0 && known != trial.Trust.Ceiling {
			t.Errorf("%s: ceiling %g (%g in another trial), share %g", trial.Variant, trial.Trust.Ceiling, known, share)
		}
		of[trial.Variant] = trial.Trust.Ceiling
	}
}

// A ceiling that cannot be measured costs no trial, and they say so.
func TestCeilingCannotBeMeasured(t *testing.T) {
	s := parse(t, tiny+"variants: [sse]\ntrials: 2\n")
	rec, err := (&Runner{Scenarios: []Scenario{s}, Server: self(t, "serve"), Null: self(t, "mute")}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	noChildren(t)
	for _, trial := range rec.Trials {
		i := slices.IndexFunc(trial.Warnings, func(w results.Warning) bool { return w.Code == "ceiling-unknown" })
		if i < 0 || !strings.Contains(trial.Warnings[i].Text, "exit status 3: cannot bind") || trial.Failed != "" || trial.Trust.Ceiling != 0 {
			t.Errorf("%q, ceiling %g, %v", trial.Failed, trial.Trust.Ceiling, trial.Warnings)
		}
	}
	if len(rec.Trials) != 2 {
		t.Errorf("%d trials", len(rec.Trials))
	}
}

// Trials of a kind share a ceiling; some have none.
func TestKindsOfLoad(t *testing.T) {
	r := &Runner{Null: []string{"null"}}
	for _, test := range []struct {
		fact, text string
		payload    int // of its kind; 0: it has none
	}{
		{"small events are alike", "events: {payload: 40}\n", 128},
		{"to the byte", "events: {payload: 128}\n", 128},
		{"larger ones are not", "events: {payload: 129}\n", 4096},
		{"the largest have theirs", "events: {payload: 1048576}\n", 1 << 20},
		{"without events there is nothing to compare", "events: {rate: 0}\n", 0},
		{"a link of Ethernet's segment size costs the generator nothing", "path: {}\n", 128},
		{"a tunnel does", "path: {delay: 1ms}\n", 0},
	} {
		c := parse(t, test.text+"variants: [sse]\n").cells()[0]
		if k, ok := r.kindOf(c); ok != (test.payload > 0) || ok && k.payload != test.payload {
			t.Errorf("%s: %+v, %v", test.fact, k, ok)
		}
	}
}

func TestNearTheCeiling(t *testing.T) {
	for _, test := range []struct {
		fact      string
		delivered int64
		requests  int64
		transport string
		ceiling   float64
		warned    bool
	}{
		{"71 % of the deliveries", 7100, 0, "sse", 1000, true},
		{"70 %", 7000, 0, "sse", 1000, false},
		{"of transports that ask, answers count", 100_000, 7000, "polling", 1000, false},
		{"and too many of them warn", 100, 7100, "polling", 1000, true},
		{"a ceiling that is not known", 7100, 0, "sse", 0, false},
	} {
		trial := &results.Trial{Transport: test.transport, Load: results.Workload{Window: 10}}
		trial.Deliveries.InWindow, trial.Requests.Sent = test.delivered, test.requests
		if test.ceiling > 0 {
			ceiling{Limit: loadgen.Limit{PerSecond: test.ceiling}}.compare(trial)
		}
		if warned := len(trial.Warnings) > 0; warned != test.warned {
			t.Errorf("%s: %v", test.fact, trial.Warnings)
		}
	}
}
