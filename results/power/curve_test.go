package power

import (
	"maps"
	"slices"
	"testing"

	"pushbench/results/gate"
)

// The gate as it is, on blocks whose numbers were multiplied, is what the curve
// computes.
func TestTheCurveIsWhatTheGateSays(t *testing.T) {
	s := simulated(4, 12*3, 0.02)
	scale(&s, Again, cpu, 13, 12, 1.3) // a run whose null arm is beyond its bar
	runs, _ := s.cut(12)
	known := nullsOf(classOf(s), runs, 12)
	detected, missed := 0, 0
	for i, r := range runs {
		o := gate.Options{Known: known.without(i)}
		before := gate.Decide(r.blocks(), sameArms, o)
		for _, metric := range curveMetrics {
			for _, cell := range s.cells() {
				f, ok := find(before, cell, metric)
				if !ok {
					t.Fatalf("%s of %s is missing", metric, cell)
				}
				changes := changesOf(r.blocks(), f)
				for _, size := range curveSizes {
					got := slower(before, f, changes, size) == 1
					after := gate.Decide(multiplied(r.blocks(), cell, metric, 1+size), sameArms, o)
					g, _ := find(after, cell, metric)
					if want := g.Verdict == gate.Worse; got != want {
						t.Errorf("run %d, %s of %s, %g: the curve says %v, the gate %s", i, metric, cell, size, got, g.Verdict)
					}
					if got {
						detected++
					} else {
						missed++
					}
				}
			}
		}
	}
	if detected < 30 || missed < 30 {
		t.Errorf("%d detected and %d missed: that shows little", detected, missed)
	}
}

// multiplied is the blocks with one number of the third base multiplied in one cell.
func multiplied(blocks []gate.Block, cell gate.Cell, metric string, by float64) []gate.Block {
	all := slices.Clone(blocks)
	for i, b := range all {
		if b.Cell() != cell {
			continue
		}
		arms, values := maps.Clone(b.Arms), maps.Clone(b.Arms[Same].Values)
		values[metric] *= by
		arms[Same] = gate.Sample{Values: values, Counts: b.Arms[Same].Counts}
		all[i].Arms = arms
	}
	return all
}
