package power

import (
	"cmp"
	"math"
	"slices"

	"pushbench/results/gate"
)

// A request is what an arm was to change, and how.
type request struct {
	size   float64
	inject []string
}

// A row is a Detection while it is made.
type row struct {
	Detection
	asked         []request // of each run
	seen          []float64 // the change in each run that has the number
	before, after [2]int    // how many, of how many
}

// detections judges each arm that was made worse. A run in which the number is
// missing did not detect the change; a number that is missing in every run is no
// effect of the arm in that cell.
func (e *evaluation) detections() []Detection {
	var rows []*row
	for i, r := range e.runs {
		cells := r.session.cells()
		s, _ := e.suite(i, nil)
		for _, arm := range r.session.Arms {
			if len(arm.Effects) == 0 {
				continue
			}
			arms := gate.Arms{Base: Base, Again: Again, Head: arm.Name}
			c, rounds := s.judge(arms)
			e.each(arm, cells, func(cell gate.Cell, effect Effect) {
				w := rowOf(&rows, arm, cell, effect)
				w.asked = append(w.asked, request{effect.Size, arm.Inject})
				f, ok := find(c, cell, effect.Metric)
				if ok {
					w.Title, w.Kind = titleOf(f), f.Kind
					w.seen = append(w.seen, changeOf(f, effect))
				}
				w.before[1]++
				if ok && f.Verdict == gate.Worse {
					w.before[0]++
				}
			})
			if !s.confirm(c, rounds, arms) {
				continue
			}
			e.each(arm, cells, func(cell gate.Cell, effect Effect) {
				w := rowOf(&rows, arm, cell, effect)
				w.after[1]++
				if f, ok := find(c, cell, effect.Metric); ok && f.Verdict == gate.Worse {
					w.after[0]++
				}
			})
		}
	}
	var all []Detection
	for _, w := range rows {
		if len(w.seen) > 0 {
			slices.SortStableFunc(w.asked, func(a, b request) int { return cmp.Compare(a.size, b.size) })
			middle := w.asked[(len(w.asked)-1)/2]
			w.Inject, w.Asked = middle.inject, middle.size
			w.AskedLo, w.AskedHi = w.asked[0].size, w.asked[len(w.asked)-1].size
			w.Measured = median(w.seen)
			w.Before, w.After = share(w.before[0], w.before[1]), share(w.after[0], w.after[1])
			all = append(all, w.Detection)
		}
	}
	return all
}

// each calls do for each effect of the arm in each cell where it should act.
func (e *evaluation) each(arm Arm, cells []gate.Cell, do func(gate.Cell, Effect)) {
	for _, effect := range arm.Effects {
		for _, cell := range cells {
			if effect.Variant == "" || effect.Variant == cell.Variant {
				do(cell, effect)
			}
		}
	}
}

// rowOf is the row of the effect, a new one when there is none.
func rowOf(rows *[]*row, arm Arm, cell gate.Cell, effect Effect) *row {
	i := slices.IndexFunc(*rows, func(w *row) bool {
		return w.Arm == arm.Name && w.Cell == cell && w.Metric == effect.Metric && w.Exact == effect.Exact
	})
	if i < 0 {
		i = len(*rows)
		*rows = append(*rows, &row{Detection: Detection{Arm: arm.Name, Cell: cell, Metric: effect.Metric, Exact: effect.Exact}})
	}
	return (*rows)[i]
}

// find is the comparison's finding of the metric in the cell.
func find(c *gate.Comparison, cell gate.Cell, metric string) (gate.Finding, bool) {
	for _, f := range c.Findings {
		if f.Metric == metric && cellOf(f) == cell {
			return f, true
		}
	}
	return gate.Finding{}, false
}

// changeOf is the finding's change in the unit of the effect's size.
func changeOf(f gate.Finding, effect Effect) float64 {
	if effect.Exact {
		return f.Head - f.Base
	}
	return math.Expm1(f.Change)
}

// median is the value in the middle, or the mean of the two there; 0 of none. It
// sorts.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]/2 + values[len(values)/2]/2
}
