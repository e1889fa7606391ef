package gate_test

import (
	"slices"
	"strings"
	"testing"

	"pushbench/results/gate"
)

// What cannot be a logarithm leaves its block out; of a number that most blocks
// do not have nothing is said.
func TestAbsentNumbers(t *testing.T) {
	of := func(without int) *gate.Comparison {
		all := changed(12, 1, 1)
		for i, b := range all {
			for _, s := range b.Arms {
				if s.Values["heap-B/conn"] = 9000; i < without {
					delete(s.Values, "heap-B/conn")
				}
			}
		}
		return gate.Decide(all, arms, unknown)
	}
	if c := of(2); find(t, c, "heap-B/conn").N != 10 || find(t, c, "heap-B/conn").Verdict != gate.Same || len(c.Missing) != 0 {
		t.Errorf("absent in 2 of 12: %+v", c.Missing)
	}
	if c := of(3); find(t, c, "heap-B/conn").Verdict != "" || len(c.Missing) != 1 || c.Verdict != gate.Same {
		t.Errorf("absent in 3 of 12: %s, %+v", c.Verdict, c.Missing)
	}
	all := changed(12, 1, 1)
	for _, b := range all {
		b.Arms[arms.Base].Values["heap-B/conn"] = 9000
		b.Arms[arms.Again].Values["heap-B/conn"] = 9000
		b.Arms[arms.Head].Values["stacks-B/conn"] = 9000
		b.Arms[arms.Head].Values["p99-sec"] = 1
	}
	all[0].Arms[arms.Head].Values["open-sec"] = 1 // in one trial: that it could be told is chance
	c := gate.Decide(all, arms, unknown)
	want := []gate.Missing{{Cell: "live-feed sse", Metric: "open-sec", Reason: "base does not have it"},
		{Cell: "live-feed sse", Metric: "heap-B/conn", Reason: "head does not have it"},
		{Cell: "live-feed sse", Metric: "stacks-B/conn", Reason: "base does not have it"}, {Cell: "live-feed sse", Metric: "p99-sec", Reason: "base does not have it"}}
	if !slices.Equal(c.Missing, want) {
		t.Errorf("%+v", c.Missing)
	}
	for _, metric := range []string{"heap-B/conn", "stacks-B/conn"} {
		if f := find(t, c, metric); c.Verdict != gate.Inconclusive || f.Verdict != gate.Inconclusive || !f.Unbounded || f.P != 1 ||
			!strings.HasSuffix(f.Reason, "does not have it") {
			t.Errorf("%+v", f)
		}
	}
	if slices.ContainsFunc(c.Findings, func(f gate.Finding) bool { return f.Metric == "open-sec" || f.Metric == "p99-sec" }) {
		t.Errorf("what one trial has, or what is shown only, is a finding: %+v", c.Findings)
	}
	if c.Precise() {
		t.Error("precise without a number of one side")
	}
}

// A number that one side has in too few trials is open; so is a count.
func TestANumberThatOneSideOftenLacks(t *testing.T) {
	all := changed(12, 1, 1)
	for i, b := range all {
		for name, s := range b.Arms {
			if name != arms.Head || i < 5 {
				s.Values["heap-B/conn"] = 9000
			}
			if name != arms.Head {
				s.Counts["handshake-data-B/conn"] = gate.Count{N: 271, Of: 1}
			}
		}
	}
	c := gate.Decide(all, arms, unknown)
	if f := find(t, c, "heap-B/conn"); f.Verdict != gate.Inconclusive || f.N != 5 ||
		f.Reason != "24 of 24 trials of base have it above zero and 5 of 12 of head" {
		t.Errorf("%+v", f)
	}
	if f := find(t, c, "handshake-data-B/conn"); f.Verdict != gate.Inconclusive || !f.Gated || f.Base != 271 || f.Head != 0 {
		t.Errorf("%+v", f)
	}
}

func TestNoiseMakesTimesVoid(t *testing.T) {
	of := func(noisy int) *gate.Comparison {
		all := changed(12, 1.05, 1)
		for i, b := range all {
			for name, s := range b.Arms {
				if s.Values["heap-B/conn"] = 9000; i < noisy && name == arms.Head {
					s.Noise = "the machine's cores were busy"
				}
				b.Arms[name] = s
			}
		}
		return gate.Decide(all, arms, unknown)
	}
	if c := of(6); c.Verdict != gate.Worse {
		t.Errorf("in half of the blocks: %s", c.Verdict)
	}
	c := of(7)
	if c.Verdict != gate.Void || c.Reason != "server CPU per delivered event of live-feed sse: the machine's cores were busy in 7 of 12 blocks" {
		t.Errorf("in most of the blocks: %s: %s", c.Verdict, c.Reason)
	}
	if f := find(t, c, "heap-B/conn"); f.Verdict != gate.Same {
		t.Errorf("memory is no time: %+v", f)
	}
}
