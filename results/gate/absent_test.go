package gate_test

import (
	"slices"
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
		b.Arms[arms.Head].Values["stacks-B/conn"] = 9000
	}
	c := gate.Decide(all, arms, unknown)
	want := []gate.Missing{{"live-feed sse", "heap-B/conn", "head does not have it"}, {"live-feed sse", "stacks-B/conn", "base does not have it"}}
	if !slices.Equal(c.Missing, want) {
		t.Errorf("%+v", c.Missing)
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
