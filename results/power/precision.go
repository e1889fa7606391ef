package power

import "slices"

// precision says how narrow the intervals are in runs whose head changes nothing, with
// all of their blocks, and after how many blocks the gate stops.
func (e *evaluation) precision() {
	type widths struct {
		Precision
		half, bar, least []float64
	}
	var all []*widths
	for i, r := range e.runs {
		if !r.has(Same) {
			continue
		}
		s, _ := e.suite(i, nil)
		for _, f := range s.all(sameArms).Findings {
			if !f.Gated || f.Exact || f.N == 0 || f.Unbounded || !s.own(f) {
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
		c, rounds := s.judge(sameArms)
		e.t.Precise.count(c.Precise(), rounds)
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

// count counts a run that ended after so many rounds.
func (p *Precise) count(precise bool, rounds int) {
	p.Runs++
	if !precise {
		return
	}
	p.Held++
	i, found := slices.BinarySearchFunc(p.Ends, rounds, func(e End, n int) int { return e.Blocks - n })
	if !found {
		p.Ends = slices.Insert(p.Ends, i, End{Blocks: rounds})
	}
	p.Ends[i].Runs++
}
