package gate_test

import (
	"slices"
	"testing"

	"pushbench/results/gate"
)

// busy is the blocks, measured on a machine that was not quiet.
func busy(all []gate.Block) []gate.Block {
	for _, b := range all {
		for name, s := range b.Arms {
			s.Noise = "the machine's cores were busy"
			b.Arms[name] = s
		}
	}
	return all
}

// failing is the blocks, in all of which head failed.
func failing(all []gate.Block) []gate.Block {
	for _, b := range all {
		b.Arms[arms.Head] = gate.Sample{Failed: "broken"}
	}
	return all
}

func TestConfirm(t *testing.T) {
	for _, c := range []struct {
		about  string
		second []gate.Block
		want   gate.Verdict // of the finding
		whole  gate.Verdict
		held   bool
	}{
		{"the same change again", changed(12, 1.05, 1), gate.Worse, gate.Worse, true},
		{"six blocks are enough", changed(6, 1.04, 1), gate.Worse, gate.Worse, true},
		{"no change", changed(12, 1, 1), gate.Unconfirmed, gate.Inconclusive, false},
		{"one whose interval reaches across the bar", changed(12, 1.021, 1), gate.Worse, gate.Worse, true},
		{"one within the bar", changed(12, 1.018, 1), gate.Unconfirmed, gate.Inconclusive, false},
		{"one the other way", changed(12, 0.9, 1), gate.Unconfirmed, gate.Inconclusive, false},
		{"a null arm that explains it", changed(12, 1.03, 1.04), gate.Void, gate.Void, false},
		{"a null arm that explains nothing of it", changed(12, 1.05, 1.04), gate.Worse, gate.Worse, true},
		{"a machine that was not quiet", busy(changed(12, 1.05, 1)), gate.Void, gate.Void, false},
	} {
		first := gate.Decide(changed(12, 1.05, 1), arms, unknown)
		if flagged := first.Flagged(); !slices.Equal(flagged, []gate.Cell{{Scenario: "live-feed", Variant: "sse"}}) {
			t.Fatalf("flagged: %v", flagged)
		}
		first.Confirm(c.second, arms)
		f := find(t, first, cpu)
		if f.Verdict != c.want || first.Verdict != c.whole || f.Confirm == nil || f.Confirm.Held != c.held || f.Confirm.N != len(c.second) {
			t.Errorf("%s: %s, %s, %+v", c.about, first.Verdict, f.Verdict, f.Confirm)
		}
	}
	for about, c := range map[string]struct {
		second []gate.Block
		reason string
	}{
		"too few blocks":          {changed(5, 1.05, 1), "it could not be confirmed: the second measurement has the number in 5 complete blocks, and an interval needs 6"},
		"without the change, too": {changed(5, 1, 1), "it could not be confirmed: the second measurement has the number in 5 complete blocks, and an interval needs 6"},
		"none at all":             {nil, "it could not be confirmed: the second measurement has no complete block of the cell"},
		"head fails":              {failing(changed(12, 1, 1)), "it could not be confirmed: the second measurement has no complete block of the cell"},
	} {
		first := gate.Decide(changed(12, 1.05, 1), arms, unknown)
		first.Confirm(c.second, arms)
		if f := find(t, first, cpu); first.Verdict != gate.Worse || f.Verdict != gate.Worse || f.Confirm != nil || f.Reason != c.reason {
			t.Errorf("%s: %s; %+v", about, first.Verdict, f)
		}
		if about == "head fails" && (len(first.Missing) != 1 || first.Missing[0].Empty ||
			first.Missing[0].Reason != "in the second measurement 12 of 12 blocks are left out: head failed: broken") {
			t.Errorf("%+v", first.Missing)
		}
	}
	declared := gate.Decide(changed(12, 1.05, 1), arms, gate.Options{Known: []gate.Known{}, Accept: []string{cpu}})
	declared.Confirm(changed(12, 1, 1), arms)
	if f := find(t, declared, cpu); len(declared.Flagged()) > 0 || declared.Verdict != gate.Same || f.Confirm != nil || f.Verdict != gate.Worse {
		t.Errorf("what was declared needs no confirmation: %s, %+v", declared.Verdict, f)
	}
	exact := gate.Decide(counted(12, []gate.Count{count(1480, 200, 10)}, []gate.Count{count(1490, 210, 10)}), arms, unknown)
	exact.Confirm(nil, arms)
	if f := find(t, exact, "data-B/event"); exact.Verdict != gate.Worse || f.Confirm != nil {
		t.Errorf("what is exact needs no confirmation: %s, %+v", exact.Verdict, f)
	}
}
