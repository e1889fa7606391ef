package power

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/results/rank"

	"gonum.org/v1/gonum/stat/distuv"
)

// enough is how many runs a 99th percentile takes. Of fewer the largest is taken.
const enough = 100

// A place is a number in the cells of one variant, as gate.Known has it.
type place struct{ scenario, variant, metric string }

// nulls are what base again and base differed by in each run, by place: natural
// logarithms, without their signs. Where a scenario has points, the largest is
// taken.
type nulls struct {
	places []place // in the order in which they were found
	of     []map[place]float64
	blocks int
}

// nullsOf estimates the null arm of each run.
func nullsOf(runs []*run, blocks int) *nulls {
	all := &nulls{blocks: blocks}
	seen := map[place]bool{}
	for _, r := range runs {
		of := map[place]float64{}
		// The head has no part in the null arm: base again stands for it.
		c := gate.Decide(r.blocks(), gate.Arms{Base: Base, Again: Again, Head: Again}, gate.Options{Known: []gate.Known{}})
		for _, f := range c.Findings {
			if f.Exact || !f.Gated {
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
		known = append(known, gate.Known{Scenario: p.scenario, Variant: p.variant, Metric: p.metric, Q99: q99(seen), Blocks: n.blocks, Runs: len(seen)})
	}
	return known
}

// q99 is the 99th percentile of the magnitude of null estimates. Of a hundred or more
// it is that of the values. Fewer do not reach it: then it is that of a normal
// distribution around 0, on which base and base again lie by symmetry, whose width is
// known from these values (Student's t), or their largest where that is larger.
func q99(seen []float64) float64 {
	if len(seen) >= enough {
		return rank.QuantileOfMagnitude(seen, 0.99)
	}
	squares := 0.0
	for _, v := range seen {
		squares += v * v
	}
	n := float64(len(seen))
	t := distuv.StudentsT{Sigma: 1, Nu: n}.Quantile(0.995)
	return max(rank.QuantileOfMagnitude(seen, 1), t*math.Sqrt(squares/n))
}

// WriteKnown writes what is known to the file at path, one number in a line, as
// package gate reads it. The quantiles have four significant digits.
func WriteKnown(path string, known []gate.Known) error {
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
	if len(known) > 0 {
		out.WriteString("\n")
	}
	out.WriteString("]\n")
	return results.WriteFile(path, out.Bytes())
}
