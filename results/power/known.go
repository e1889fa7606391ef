package power

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/results/rank"

	"gonum.org/v1/gonum/stat/distuv"
)

// How many runs what is known takes.
const (
	// EnoughRuns is how few say something of a cell: the bars of a cell with fewer are
	// not calibrated.
	EnoughRuns = 6
	// Of up to so many the largest null estimate is no rare one: five of five hundred
	// are beyond the 99th percentile. Of more that percentile itself is taken.
	largestOf = 500
)

// A place is a number in the cells of one variant, as gate.Known has it.
type place struct{ scenario, variant, metric string }

// nulls are what base again and base differed by in each run, by place: natural
// logarithms, without their signs. Where a scenario has points, the largest is
// taken.
type nulls struct {
	class  class
	places []place // in the order in which they were found
	of     []map[place]float64
	blocks int
}

// nullsOf estimates the null arm of each run, but where the machine was not quiet: such
// a run is void in the gate, whatever its bars are.
func nullsOf(class class, runs []*run, blocks int) *nulls {
	all := &nulls{class: class, blocks: blocks}
	seen := map[place]bool{}
	for _, r := range runs {
		of := map[place]float64{}
		// The head has no part in the null arm: base again stands for it.
		c := gate.Decide(r.blocks(), gate.Arms{Base: Base, Again: Again, Head: Again}, gate.Options{Known: []gate.Known{}})
		for _, f := range c.Findings {
			if f.Exact || !f.Gated || f.N == 0 || noisy(r, f) {
				continue
			}
			p := place{f.Scenario, f.Variant, f.Metric}
			of[p] = max(of[p], math.Abs(f.Null))
			if !seen[p] {
				seen[p] = true
				all.places = append(all.places, p)
			}
		}
		all.of = append(all.of, of)
	}
	return all
}

// noisy reports whether the finding is void because the machine was not quiet. The
// reason begins with the noise of some of its cell's trials then.
func noisy(r *run, f gate.Finding) bool {
	if f.Verdict != gate.Void {
		return false
	}
	for _, b := range r.blocks() {
		for _, s := range b.Arms {
			if b.Cell() == cellOf(f) && s.Noise != "" && strings.HasPrefix(f.Reason, s.Noise) {
				return true
			}
		}
	}
	return false
}

// without is what is known from all runs but these. It is not nil: without any other
// run nothing is known.
func (n *nulls) without(these ...int) []gate.Known {
	known := []gate.Known{}
	for _, p := range n.places {
		var seen []float64
		for j, of := range n.of {
			if v, ok := of[p]; ok && !slices.Contains(these, j) {
				seen = append(seen, v)
			}
		}
		if len(seen) == 0 {
			continue
		}
		known = append(known, gate.Known{
			CPU: n.class.cpu, Cores: n.class.cores, Hash: n.class.loads[p.scenario],
			Scenario: p.scenario, Variant: p.variant, Metric: p.metric, Q99: q99(seen), Blocks: n.blocks, Runs: len(seen),
		})
	}
	return known
}

// q99 is the 99th percentile of the magnitude of null estimates: that of a normal
// distribution around 0, on which base and base again lie by symmetry, whose width is
// known from these values (Student's t). Where their largest is larger, that is taken:
// the distribution has longer tails then. Of so many runs that the largest is a rare
// one it is the values' own percentile that may be larger.
func q99(seen []float64) float64 {
	share := 1.0
	if len(seen) > largestOf {
		share = 0.99
	}
	squares := 0.0
	for _, v := range seen {
		squares += v * v
	}
	n := float64(len(seen))
	t := distuv.StudentsT{Sigma: 1, Nu: n}.Quantile(0.995)
	return max(rank.QuantileOfMagnitude(seen, share), t*math.Sqrt(squares/n))
}

// WriteKnown writes what is known to the file at path, one number in a line, as
// package gate reads it. The quantiles have four significant digits. It refuses to
// write that nothing is known, as a Table with a Reason has it: what is in the file
// stays there.
func WriteKnown(path string, known []gate.Known) error {
	if len(known) == 0 {
		return errors.New("the calibration has no run, so nothing is known and nothing is written")
	}
	var out bytes.Buffer
	out.WriteString("[")
	for i, k := range known {
		if i > 0 {
			out.WriteString(",")
		}
		q, err := strconv.ParseFloat(strconv.FormatFloat(k.Q99, 'e', 3, 64), 64)
		if err != nil {
			return err
		}
		k.Q99 = q
		text, err := json.Marshal(k)
		if err != nil {
			return err
		}
		out.WriteString("\n")
		out.Write(text)
	}
	out.WriteString("\n]\n")
	return results.WriteFile(path, out.Bytes())
}
