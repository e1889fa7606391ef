package power

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// The gate stops when a comparison is precise, and what it says then is what counts.
func TestARunIsJudgedWhereTheGateStops(t *testing.T) {
	quiet := simulated(20, 18*3, 0.001)
	scale(&quiet, Same, cpu, 7, 12, 1.3)  // of the first run's blocks those behind the first step
	scale(&quiet, Same, cpu, 19, 18, 1.3) // all of the second run's
	table := Evaluate([]Session{quiet}, Options{BlocksPerRun: 18})
	if a := table.Alarms; table.BlocksPerRun != 18 || a.Before.N != 3 || a.Before.K != 1 {
		t.Errorf("of %d blocks: %+v, want an alarm of the second run alone", table.BlocksPerRun, table.Alarms.Before)
	}
	// A change that is beyond its bar takes so many blocks that its test can be significant.
	if p := table.Precise; p.Runs != 3 || p.Held != 3 || !slices.Equal(p.Ends, []End{{6, 2}, {12, 1}}) {
		t.Errorf("the runs end as %+v", p)
	}
	for _, p := range table.Precision {
		if p.Metric == cpu && p.Half > 0.0009 {
			t.Errorf("intervals are those of all blocks: %+v", p)
		}
	}
	for _, c := range table.Curves {
		if c.Blocks != 18 {
			t.Errorf("a curve of %d blocks", c.Blocks)
		}
	}
	var lengths []int
	for _, c := range table.Resampled[:3] {
		lengths = append(lengths, c.Blocks)
	}
	if !slices.Equal(lengths, []int{6, 18, 36}) {
		t.Errorf("resampled runs of %v blocks", lengths)
	}
}

// What is injected is made for what the unchanged server takes in each session.
func TestSizesOfSeveralSessions(t *testing.T) {
	var all []Session
	for i, size := range []float64{0.052, 0.048, 0.05} {
		s := simulated(uint64(21+i), 12*(1+i%2), 0.01)
		s.Arms[3].Inject = []string{fmt.Sprintf("cpu=%gns", 1e4*size)}
		s.Arms[3].Effects = []Effect{{Metric: cpu, Size: size}}
		all = append(all, s)
	}
	d := Evaluate(all, Options{BlocksPerRun: 12}).Detections[0] // of four runs: two of the second session
	if d.Before.N != 4 || d.Asked != 0.048 || d.AskedLo != 0.048 || d.AskedHi != 0.052 ||
		!slices.Equal(d.Inject, []string{"cpu=480ns"}) {
		t.Errorf("%+v", d)
	}
}

// The size of an effect has the unit that the effect says, whether or not the number
// was exact in the last run.
func TestTheUnitIsTheEffects(t *testing.T) {
	s := simulated(24, 24, 0.01)
	for _, b := range s.Blocks {
		if b.Number > 12 { // in the second run the count varies
			for name, sample := range b.Arms {
				c := sample.Counts[data]
				c.N += int64(b.Number*7+len(name)) % 5
				sample.Counts[data] = c
			}
		}
	}
	for _, d := range Evaluate([]Session{s}, Options{BlocksPerRun: 12}).Detections {
		if d.Metric == data && (!d.Exact || d.Asked != 1 || math.Abs(d.Measured-1) > 0.05) {
			t.Errorf("%+v", d)
		}
	}
}
