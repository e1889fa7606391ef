//go:build linux

package lab

import (
	"os"
	"strings"
	"testing"
	"time"

	"pushbench/lab/path"
	"pushbench/results"
	"pushbench/scenarios"
)

func TestDoubtPath(t *testing.T) {
	late := func(mean float64) *results.Carried {
		return &results.Carried{Packets: 9, Delivered: 9, LateMean: mean, LateMax: 2 * mean}
	}
	for _, test := range []struct {
		sentence string
		latency  time.Duration // of each delivery; 0: none
		path     results.Path
		codes    string
	}{
		{"loopback carries nothing that is late", time.Millisecond, results.Path{Kind: "loopback"}, ""},
		{"as much as the generator may add itself is none", time.Millisecond, results.Path{ToServer: late(100e-6), ToClient: late(100e-6)}, ""},
		{"more is", time.Millisecond, results.Path{ToClient: late(101e-6)}, "path-late"},
		{"once for both ways", time.Millisecond, results.Path{ToServer: late(101e-6), ToClient: late(101e-6)}, "path-late"},
		{"one in a hundred of a longer latency is not", 50 * time.Millisecond, results.Path{ToClient: late(480e-6)}, ""},
		{"more than that is", 50 * time.Millisecond, results.Path{ToClient: late(520e-6)}, "path-late"},
		{"without events the delay is what counts", 0, results.Path{Delay: 0.05, ToClient: late(480e-6)}, ""},
		{"lost at an end", time.Millisecond, results.Path{ToServer: &results.Carried{Packets: 9, Overrun: 1}}, "path-overrun"},
		{"refused by the kernel", time.Millisecond, results.Path{ToClient: &results.Carried{Packets: 9, Refused: 1}}, "path-overrun"},
		{"what the link itself loses was asked for", time.Millisecond, results.Path{ToClient: &results.Carried{Packets: 9, Lost: 1, Dropped: 1}}, ""},
	} {
		trial := &results.Trial{Path: test.path}
		if test.latency > 0 {
			if err := trial.Latency.Record(test.latency); err != nil {
				t.Fatal(err)
			}
		}
		warnOfPath(trial)
		var codes []string
		for _, w := range trial.Warnings {
			codes = append(codes, w.Code)
		}
		if got := strings.Join(codes, " "); got != test.codes {
			t.Errorf("%s: %q, want %q", test.sentence, got, test.codes)
		}
	}
}

// What a path carried is in the record of its trial, and what had to wait behind a lost packet is
// not taken for there before that.
func TestPathIsInTheRecord(t *testing.T) {
	if err := path.Possible(); err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatalf("no path is tested: %v", err)
		}
		t.Skipf("no path is tested: %v", err)
	}
	s := parse(t, tiny+"variants: [sse]\ntrials: 1\npath: {delay: 2ms}\n")
	plain := parse(t, tiny+"variants: [tcp]\ntrials: 1\npath: {}\n")
	plain.Name = "plain"
	lossy := parse(t, "clients: 4\nevents: {rate: 200}\nwarm-up: 50ms\nduration: 400ms\nvariants: [sse]\ntrials: 1\npath: {delay: 2ms, loss: 0.1}\n")
	lossy.Name = "lossy"
	rec, err := (&Runner{Scenarios: []scenarios.Scenario{s, plain, lossy}, Targets: served(t, "serve")}).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range rec.Trials {
		if held := trial.Trust.Stamps.Missing > 0; held != (trial.Scenario == "lossy") {
			t.Errorf("%s: %+v", trial.Scenario, trial.Trust.Stamps)
		}
		for to, c := range map[string]*results.Carried{"server": trial.Path.ToServer, "client": trial.Path.ToClient} {
			if trial.Failed != "" || c == nil || c.Packets == 0 || c.Delivered == 0 || c.Bytes < 40*c.Delivered {
				t.Errorf("%s, to the %s: %q, %+v", trial.Path.Kind, to, trial.Failed, c)
				continue
			}
			if tunnel := trial.Path.Kind == "tunnel"; (c.LateMax > 0) != tunnel || c.LateMean > c.LateMax {
				t.Errorf("%s, to the %s: late by %g s, at most %g s", trial.Path.Kind, to, c.LateMean, c.LateMax)
			}
		}
	}
	if len(rec.Trials) != 3 {
		t.Errorf("%d trials", len(rec.Trials))
	}
}
