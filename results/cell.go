package results

import (
	"cmp"
	"slices"

	"golang.org/x/perf/benchmath"
)

// A Cell is all trials of one variant against one target at one point of one
// scenario.
type Cell struct {
	Scenario, Sweep, Point, Target, Variant, Transport string
	Settings                                           Settings // of the variant
	Trials                                             []*Trial // valid ones, in the order in which they ran
	Failed                                             []*Trial // never averaged
}

// A Summary is what the trials of a cell say together.
type Summary struct {
	N              int     // trials that have the number
	Center, Lo, Hi float64 // the median and its bounds
	Interval       bool    // true: Lo and Hi are the 95 % interval of the median; false: the least and the greatest
	Exact          bool    // the metric is exact and every trial gave the same number
}

// Cells returns every cell of the record in the order of its scenarios, within
// one in the order of the sweep's points (variants that the sweep does not
// touch last), within a point in the order of the variants, within a variant in
// the order of the targets. A cell without a trial is not listed.
func (r *Record) Cells() []Cell {
	type key struct{ scenario, point, target, variant string }
	at := map[key]int{}
	var cells []Cell
	for _, t := range r.Trials {
		k := key{t.Scenario, t.Point, t.Target, t.Variant}
		i, ok := at[k]
		if !ok {
			i, at[k] = len(cells), len(cells)
			cells = append(cells, Cell{Scenario: t.Scenario, Sweep: t.Sweep, Point: t.Point, Target: t.Target, Variant: t.Variant, Transport: t.Transport, Settings: t.Settings})
		}
		if t.Failed != "" {
			cells[i].Failed = append(cells[i].Failed, t)
		} else {
			cells[i].Trials = append(cells[i].Trials, t)
		}
	}
	place := r.places()
	slices.SortStableFunc(cells, func(a, b Cell) int {
		return slices.Compare(place(a), place(b))
	})
	return cells
}

// places returns the sort key of a cell: the indices of its scenario, point,
// variant and target, what is unknown after what is known.
func (r *Record) places() func(Cell) []int {
	index := func(list []string, s string) int {
		if i := slices.Index(list, s); i >= 0 {
			return i
		}
		return len(list)
	}
	return func(c Cell) []int {
		i := slices.IndexFunc(r.Scenarios, func(s Scenario) bool { return s.Name == c.Scenario })
		if i < 0 {
			return []int{len(r.Scenarios)}
		}
		s := r.Scenarios[i]
		v := index(s.Variants, c.Variant)
		if v == len(s.Variants) { // polling/interval=2s at a point of a sweep over polling
			v = index(s.Variants, c.Transport)
		}
		target := slices.IndexFunc(r.Targets, func(t Target) bool { return t.Name == c.Target })
		return []int{i, index(s.Points, c.Point), v, target}
	}
}

// Select returns the cells of one scenario, in the order of Cells.
func (r *Record) Select(scenario string) []Cell {
	return slices.DeleteFunc(r.Cells(), func(c Cell) bool { return c.Scenario != scenario })
}

// At returns the value of the sweep at the cell in base units (clients, bytes,
// events per second, seconds); ok is false for a cell that no sweep touches.
func (c Cell) At() (v float64, ok bool) {
	trials := slices.Concat(c.Trials, c.Failed)
	if c.Point == "" || len(trials) == 0 {
		return 0, false
	}
	switch l := trials[0].Load; c.Sweep {
	case "clients":
		return float64(l.Clients), true
	case "payload":
		return float64(l.Payload), true
	case "rate":
		return l.Rate, true
	case "interval":
		return l.Interval, l.Interval > 0
	}
	return 0, false
}

// Summarize returns what the valid trials say of m: the median with its 95 %
// interval, or with the least and greatest of fewer than six trials, which are
// too few for one. It makes no assumption of how values are distributed. ok is
// false when no valid trial has the number, or when it is memory of which the
// lower bound is not above zero.
func (c Cell) Summarize(m Metric) (s Summary, ok bool) {
	value := m.Value
	if m.raw != nil {
		value = m.raw
	}
	var values []float64
	for _, t := range c.Trials {
		if v, ok := value(t); ok {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return Summary{}, false
	}
	sample := benchmath.NewSample(values, &benchmath.DefaultThresholds) // sorts
	lo, hi := values[0], values[len(values)-1]
	if m.Assume == "exact" && lo == hi {
		return Summary{N: len(values), Center: lo, Lo: lo, Hi: hi, Exact: true}, true
	}
	got := benchmath.AssumeNothing.Summary(sample, 0.95)
	s = Summary{N: len(values), Center: got.Center, Lo: got.Lo, Hi: got.Hi, Interval: len(got.Warnings) == 0}
	if !s.Interval { // the bounds are infinite
		s.Lo, s.Hi = lo, hi
	}
	if m.raw != nil && s.Lo <= 0 {
		return Summary{}, false
	}
	return s, true
}

// Why says why the cell has no number of m though it could: of its first trial
// that says so; empty when it has one, or could not have.
func (c Cell) Why(m Metric) string {
	if _, ok := c.Summarize(m); ok || m.Why == nil {
		return ""
	}
	for _, t := range c.Trials {
		if why := m.Why(t); why != "" {
			return why
		}
	}
	return ""
}

// Merged returns f's histograms of all valid trials as one.
func (c Cell) Merged(f func(*Trial) Histogram) Histogram {
	var all Histogram
	for _, t := range c.Trials {
		all.Merge(f(t))
	}
	all.Pack()
	return all
}

// A CellWarning is a doubt with the number of valid trials that have it.
// The text is that of the first.
type CellWarning struct {
	Warning
	Trials int
}

// Warnings returns the distinct codes of the doubts about the valid trials, the most
// frequent first.
func (c Cell) Warnings() []CellWarning {
	return c.warnings(func(*Trial, Warning) bool { return true })
}

// Doubts are those of Warnings that are about m, each with the number of trials in which
// it is.
func (c Cell) Doubts(m Metric) []CellWarning {
	return c.warnings(func(t *Trial, w Warning) bool { return t.Doubtful(w, m) })
}

// warnings gathers the doubts that are wanted.
func (c Cell) warnings(wanted func(*Trial, Warning) bool) []CellWarning {
	var all []CellWarning
	for _, t := range c.Trials {
		seen := map[string]bool{}
		for _, w := range t.Doubts() {
			if seen[w.Code] || !wanted(t, w) {
				continue
			}
			seen[w.Code] = true
			i := slices.IndexFunc(all, func(have CellWarning) bool { return have.Code == w.Code })
			if i < 0 {
				i, all = len(all), append(all, CellWarning{Warning: w})
			}
			all[i].Trials++
		}
	}
	slices.SortStableFunc(all, func(a, b CellWarning) int { return cmp.Compare(b.Trials, a.Trials) })
	return all
}
