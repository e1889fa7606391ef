package scenarios

import (
	"strings"
	"testing"

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

func TestCeilingCannotBeMeasured(t *testing.T) {
	s := parse(t, tiny+"variants: [sse]\ntrials: 1\n")
	_, err := (&Runner{Scenarios: []Scenario{s}, Server: self(t, "serve"), Null: self(t, "mute")}).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "ceiling: the server ended before it was ready: exit status 3: cannot bind") {
		t.Errorf("got %v", err)
	}
	noChildren(t)
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
		compareCeiling(trial, test.ceiling)
		if warned := len(trial.Warnings) > 0; warned != test.warned {
			t.Errorf("%s: %v", test.fact, trial.Warnings)
		}
	}
}
