package results

import (
	"cmp"
	"slices"
)

// A Crossing is where, along a numeric sweep, variant B overtakes variant A:
// A has the lower value before and B after. The two measured points are a
// bracket. A straight line between them does not show where the lines cross.
type Crossing struct {
	Scenario, Sweep, Unit string
	Target                string     // who answered both
	A, B                  string     // variants, without the setting that is swept
	Before, After         float64    // the measured points around it at which the two differ beyond their intervals, in base units
	AtBefore, AtAfter     [2]float64 // the medians of A and B at these points
	At, Value             float64    // where a closed form has them cross, and the value of both there; 0: none holds
	Formula               string     // the closed forms, for people
}

// Crossings returns between which points one variant overtakes another along
// the scenario's sweep in the metric named unit, in order of the points; package
// model adds where a closed form has them cross. Points at which the intervals
// of two variants overlap decide nothing, so two lines that are as good as one
// do not cross; nor do times of fewer than six trials, whose order may be
// chance, nor bytes of so few trials that are within a hundredth of each other. A variant that the sweep does not touch is a level line. The
// tcp floor is no contender and crosses nothing. Variants are compared with those of
// the same target.
func Crossings(r *Record, scenario, unit string) []Crossing {
	m, ok := MetricByUnit(unit)
	if !ok {
		return nil
	}
	lines := sweepLines(r.Select(scenario), m)
	var all []Crossing
	for i, a := range lines {
		for _, b := range lines[i+1:] {
			if a.target != b.target {
				continue
			}
			for _, c := range crossings(a, b) {
				c.Scenario, c.Sweep, c.Unit, c.Target = scenario, a.sweep, unit, a.target
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Crossing) int {
		return cmp.Or(cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	return all
}

// A sweepLine is one variant of one target along a sweep.
type sweepLine struct {
	variant, sweep, target string
	points                 []sweepPoint // ascending
}

type sweepPoint struct {
	at float64
	s  Summary
}

func sweepLines(cells []Cell, m Metric) []*sweepLine {
	var lines []*sweepLine
	level := map[*sweepLine]Summary{}
	xs := map[float64]bool{}
	for _, c := range cells {
		s, ok := c.Summarize(m)
		if c.Transport == "tcp" || !ok || m.Kind == kindSec && !s.Interval {
			continue
		}
		name := Unswept(c)
		i := slices.IndexFunc(lines, func(l *sweepLine) bool { return l.variant == name && l.target == c.Target })
		if i < 0 {
			i, lines = len(lines), append(lines, &sweepLine{variant: name, sweep: c.Sweep, target: c.Target})
		}
		if x, ok := c.At(); ok {
			lines[i].points = append(lines[i].points, sweepPoint{x, s})
			xs[x] = true
		} else {
			level[lines[i]] = s
		}
	}
	for l, s := range level {
		for x := range xs {
			l.points = append(l.points, sweepPoint{x, s})
		}
	}
	for _, l := range lines {
		slices.SortFunc(l.points, func(a, b sweepPoint) int { return cmp.Compare(a.at, b.at) })
	}
	return lines
}

// Unswept is the name of a cell's variant without the setting that its sweep
// varies: polling for polling/interval=2s in a sweep over interval.
func Unswept(c Cell) string {
	return slices.DeleteFunc(c.Settings.Named(), func(s Setting) bool { return c.Point != "" && s.Name == c.Sweep }).Variant(c.Transport)
}

// crossings returns where b overtakes a or a overtakes b.
func crossings(a, b *sweepLine) []Crossing {
	pa, pb := common(a.points, b.points)
	var found []Crossing
	last := -1 // the last point at which they differed
	for i := range pa {
		sign := differ(pa[i].s, pb[i].s)
		if sign == 0 {
			continue
		}
		if last >= 0 && sign != differ(pa[last].s, pb[last].s) {
			c := Crossing{A: a.variant, B: b.variant, Before: pa[last].at, After: pa[i].at,
				AtBefore: [2]float64{pa[last].s.Center, pb[last].s.Center}, AtAfter: [2]float64{pa[i].s.Center, pb[i].s.Center}}
			if sign < 0 { // a is the lower one now
				c.A, c.B = c.B, c.A
				slices.Reverse(c.AtBefore[:])
				slices.Reverse(c.AtAfter[:])
			}
			found = append(found, c)
		}
		last = i
	}
	return found
}

// common returns the points that both lines have.
func common(a, b []sweepPoint) (pa, pb []sweepPoint) {
	for _, p := range a {
		if i := slices.IndexFunc(b, func(q sweepPoint) bool { return q.at == p.at }); i >= 0 {
			pa, pb = append(pa, p), append(pb, b[i])
		}
	}
	return pa, pb
}

// chance is how far apart two values are to be, relative, where one of them has no interval: how
// many acknowledgments fall into the window is chance, and of few trials nothing tells how much.
const chance = 0.01

// differ is -1 when a is lower than b beyond the intervals of both, 1 when it
// is higher, and 0 when they overlap, or may be as good as each other.
func differ(a, b Summary) int {
	apart := 1.0
	if !a.Interval || !b.Interval {
		apart += chance
	}
	switch {
	case a.Hi*apart < b.Lo:
		return -1
	case b.Hi*apart < a.Lo:
		return 1
	}
	return 0
}
