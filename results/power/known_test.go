package power

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pushbench/results/gate"
)

func TestNoRunHasAPartInItsOwnBar(t *testing.T) {
	s := simulated(5, 12*5, 0.01)
	scale(&s, Again, cpu, 25, 12, 1.3) // in the third run alone
	runs, _ := s.cut(12)
	known := nullsOf(runs, 12)
	for i := -1; i < len(runs); i++ { // -1 is none
		for _, k := range known.without(i) {
			if k.Metric != cpu {
				continue
			}
			if without := k.Q99 < 0.02; without != (i == 2) {
				t.Errorf("without run %d: %+v", i, k)
			}
			if want := 5 - count(i >= 0); k.Runs != want {
				t.Errorf("without run %d: from %d runs, want %d", i, k.Runs, want)
			}
		}
	}
	a := Evaluate([]Session{s}, Options{BlocksPerRun: 12}).Alarms
	if a.Verdicts[gate.Void] != 1 || a.Findings[gate.Void] != 2 {
		t.Errorf("the run that its own bar would have let pass is not void: %+v", a)
	}
	if one := Evaluate([]Session{simulated(5, 12, 0.01)}, Options{BlocksPerRun: 12}); one.Runs != 1 || one.Alarms.Before.N != 1 || one.Alarms.After.N != 0 || one.Precision[0].Bar != math.Log1p(0.05) {
		t.Errorf("of one run the bars are the floors, and nothing confirms it: %+v", one.Alarms)
	}
}

func TestWriteKnown(t *testing.T) {
	for _, known := range [][]gate.Known{{}, {{Scenario: "gate", Variant: "sse", Metric: cpu, Q99: 0.012345678, Blocks: 12, Runs: 40}, {Scenario: "gate", Variant: "tcp", Metric: cpu, Blocks: 12, Runs: 1}}} {
		path := filepath.Join(t.TempDir(), "known.json")
		if err := WriteKnown(path, known); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var got []gate.Known
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		want := slices.Clone(known)
		if len(want) > 0 {
			want[0].Q99 = 0.01235
		}
		if !slices.Equal(got, want) || strings.Count(string(text), "\n") != len(known)+1+count(len(known) > 0) {
			t.Errorf("got %s", text)
		}
	}
	if err := WriteKnown(filepath.Join(t.TempDir(), "none", "known.json"), nil); err == nil {
		t.Error("a folder that is not there is no error")
	}
}
