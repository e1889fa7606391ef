package power

import (
	"math"
	"slices"
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
		s, _ := e.suite(i, nil)
		for _, f := range s.judge(sameArms).Findings {
			if !f.Gated || f.Exact || f.Unbounded || !s.own(f) {
				continue
			}
			cell := cellOf(f)
			at := slices.IndexFunc(all, func(w *widths) bool { return w.Metric == f.Metric && w.Cell == cell })
			if at < 0 {
				at = len(all)
				all = append(all, &widths{Precision: Precision{Metric: f.Metric, Title: titleOf(f), Cell: cell}})
			}
			w := all[at]
			w.Runs++
			w.half, w.bar, w.least = append(w.half, (f.Hi-f.Lo)/2), append(w.bar, f.Bar), append(w.least, f.Least)
		}
	}
	for _, s := range e.whole {
		e.t.Precise.Runs++
		n := s.precise()
		if n <= e.t.BlocksPerRun {
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

// precise is the number of rounds after which the comparison is precise; one more than
// there are when it never is.
func (s suite) precise() int {
	most := s.of.t.BlocksPerRun
	for n := leastBlocks; n <= most; n++ {
		if s.first(n, sameArms).Precise() {
			return n
		}
	}
	return most + 1
}
