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
	known := nullsOf(classOf(s), runs, 12)
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

// What is known has one rule, whatever the number of runs.
func TestQuantile(t *testing.T) {
	spread := func(n int, of func(i int) float64) []float64 {
		all := make([]float64, n)
		for i := range all {
			all[i] = of(i)
		}
		return all
	}
	one := func(int) float64 { return 0.01 }
	outlier := func(i int) float64 { return map[bool]float64{true: 1, false: 0.001}[i == 0] }
	for _, c := range []struct {
		fact   string
		seen   []float64
		lo, hi float64
	}{
		{"of one run it is Student's t with one degree of freedom", spread(1, one), 0.636, 0.637},
		{"of three", spread(3, one), 0.0584, 0.0585},
		{"of ten", spread(10, one), 0.0316, 0.0318},
		{"of ninety-nine", spread(99, one), 0.0262, 0.0263},
		{"of a hundred it is nearly the same", spread(100, one), 0.0262, 0.0263},
		{"of six hundred, too", spread(600, one), 0.0258, 0.0259},
		{"the largest of a hundred, where it is larger", spread(100, outlier), 1, 1},
		{"the largest of five hundred", spread(500, outlier), 1, 1},
		{"of six hundred one is rare", spread(600, outlier), 0.1, 0.11},
	} {
		if got := q99(c.seen); got < c.lo || got > c.hi {
			t.Errorf("%s: %g, want from %g to %g", c.fact, got, c.lo, c.hi)
		}
	}
}

func TestNoisyRunsAreNoPartOfWhatIsKnown(t *testing.T) {
	s := simulated(25, 12*4, 0.01)
	scale(&s, Again, cpu, 13, 12, 2)
	for i, b := range s.Blocks {
		if b.Number > 12 && b.Number < 20 && b.Variant == "sse" { // seven of the second run's twelve blocks
			again := b.Arms[Again]
			again.Noise = "the machine's cores were busy"
			s.Blocks[i].Arms[Again] = again
		}
	}
	for _, k := range Evaluate([]Session{s}, Options{BlocksPerRun: 12}).Known {
		noisy := k.Variant == "sse" && k.Metric != "heap-B/conn" // memory does not depend on time
		if k.Runs != 4-count(noisy) {
			t.Errorf("%s of %s from %d runs", k.Metric, k.Variant, k.Runs)
		}
		if k.Metric == cpu && (k.Q99 > 0.5) != (k.Variant == "websocket") {
			t.Errorf("%s: %g, and twice the CPU was seen in websocket alone on a quiet machine", k.Variant, k.Q99)
		}
	}
}

func TestWriteKnown(t *testing.T) {
	here := gate.Known{CPU: "Example CPU", Cores: 2, Hash: "abc", Scenario: "gate", Variant: "sse", Metric: cpu,
		Q99: 0.012345678, Blocks: 18, Runs: 40}
	few := here
	few.Metric, few.Runs, few.Q99 = "p50-sec", 1, 0.5
	path := filepath.Join(t.TempDir(), "known.json")
	if err := WriteKnown(path, []gate.Known{here, few}); err != nil {
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
	here.Q99 = 0.01235
	if !slices.Equal(got, []gate.Known{here, few}) || strings.Count(string(text), "\n") != 4 {
		t.Errorf("got %s", text)
	}
	if err := WriteKnown(path, Evaluate(nil, Options{}).Known); err == nil || !strings.Contains(err.Error(), "nothing is written") {
		t.Errorf("nothing is known, and the error is %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(text) {
		t.Errorf("what is known was lost: %s, %v", after, err)
	}
	if err := WriteKnown(filepath.Join(t.TempDir(), "none", "known.json"), got); err == nil {
		t.Error("a folder that is not there is no error")
	}
}

func classOf(s Session) class {
	c, _ := newest([]Session{s})
	return c
}
