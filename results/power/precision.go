package power

import (
	"math"
	"slices"

	"pushbench/results/gate"
)

// leastBlocks is how many blocks an interval needs.
const leastBlocks = 6

// precision says how narrow the intervals are in runs whose head changes nothing,
// and after how many blocks all of them are narrow enough.
func (e *evaluation) precision() {
	type widths struct {
		Precision
		half, bar, least []float64
	}
	var all []*widths
	var first []float64 // blocks at which the run was precise; more than it has: it never was
	for i, r := range e.runs {
		if !r.has(Same) {
			continue
		}
		for _, f := range e.judge(i, sameArms).Findings {
			if !f.Gated || f.Exact || f.Unbounded {
				continue
			}
			cell := gate.Cell{Scenario: f.Scenario, Point: f.Point, Variant: f.Variant}
			at := slices.IndexFunc(all, func(w *widths) bool { return w.Metric == f.Metric && w.Cell == cell })
			if at < 0 {
				at = len(all)
				all = append(all, &widths{Precision: Precision{Metric: f.Metric, Title: titleOf(f), Cell: cell}})
			}
			w := all[at]
			w.Runs++
			w.half, w.bar, w.least = append(w.half, (f.Hi-f.Lo)/2), append(w.bar, f.Bar), append(w.least, f.Least)
		}
		e.t.Precise.Runs++
		n := e.precise(i)
		if n <= len(r.rounds) {
			e.t.Precise.Held++
		}
		first = append(first, float64(n))
	}
	if m := median(first); m <= float64(e.t.BlocksPerRun) {
		e.t.Precise.Median = int(math.Ceil(m))
	}
	for _, w := range all {
		w.Half, w.Bar, w.Least = median(w.half), median(w.bar), median(w.least)
		e.t.Precision = append(e.t.Precision, w.Precision)
	}
	slices.SortStableFunc(e.t.Precision, func(a, b Precision) int {
		if d := order(a.Metric) - order(b.Metric); d != 0 {
			return d
		}
		return slices.Index(e.t.Cells, a.Cell) - slices.Index(e.t.Cells, b.Cell)
	})
}

// precise is the number of rounds of run i after which its comparison is precise; one
// more than it has when it never is.
func (e *evaluation) precise(i int) int {
	rounds := e.runs[i].rounds
	for n := leastBlocks; n <= len(rounds); n++ {
		if gate.Decide(slices.Concat(rounds[:n]...), sameArms, e.options[i]).Precise() {
			return n
		}
	}
	return len(rounds) + 1
}
