package results

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A Crossing is where, along a numeric sweep, variant B overtakes variant A:
// A has the lower value before and B after.
type Crossing struct {
	Scenario, Sweep, Unit string
	A, B                  string  // variants, without the setting that is swept
	At                    float64 // of the sweep, in base units, between two points on straight lines in logarithms
	Value                 float64 // of both there
	Before, After         float64 // the measured points around it at which the two differ beyond their intervals
}

// Crossings returns where one variant overtakes another along the scenario's
// sweep in the metric named unit, in order of At. Points at which the intervals
// of two variants overlap decide nothing, so two lines that are as good as one
// do not cross; nor do times of fewer than six trials, whose order may be
// chance. A variant that the sweep does not touch is a level line. The
// tcp floor is no contender and crosses nothing.
func Crossings(r *Record, scenario, unit string) []Crossing {
	m, ok := MetricByUnit(unit)
	if !ok {
		return nil
	}
	lines := sweepLines(r.Select(scenario), m)
	var all []Crossing
	for i, a := range lines {
		for _, b := range lines[i+1:] {
			for _, c := range crossings(a, b) {
				c.Scenario, c.Sweep, c.Unit = scenario, a.sweep, unit
				all = append(all, c)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Crossing) int { return cmp.Compare(a.At, b.At) })
	return all
}

// A sweepLine is one variant along a sweep.
type sweepLine struct {
	variant, sweep string
	points         []sweepPoint // ascending
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
		i := slices.IndexFunc(lines, func(l *sweepLine) bool { return l.variant == name })
		if i < 0 {
			i, lines = len(lines), append(lines, &sweepLine{variant: name, sweep: c.Sweep})
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
	parts := strings.Split(c.Variant, "/")
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool {
		return c.Point != "" && strings.HasPrefix(p, c.Sweep+"=")
	}), "/")
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
			c := interpolate(pa[last:i+1], pb[last:i+1])
			c.A, c.B = a.variant, b.variant
			if sign < 0 { // a is the lower one now
				c.A, c.B = c.B, c.A
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

// differ is -1 when a is lower than b beyond the intervals of both, 1 when it
// is higher, and 0 when they overlap.
func differ(a, b Summary) int {
	switch {
	case a.Hi < b.Lo:
		return -1
	case b.Hi < a.Lo:
		return 1
	}
	return 0
}

// interpolate finds the first change of sign of a − b; the medians of the
// first and last points have different ones.
func interpolate(a, b []sweepPoint) Crossing {
	c := Crossing{Before: a[0].at, After: a[len(a)-1].at}
	for i := range a[1:] {
		scale, unscale := axis(a[i].s.Center, a[i+1].s.Center, b[i].s.Center, b[i+1].s.Center)
		d0 := scale(a[i].s.Center) - scale(b[i].s.Center)
		d1 := scale(a[i+1].s.Center) - scale(b[i+1].s.Center)
		if d0 != 0 && d0*d1 > 0 {
			continue
		}
		part := 0.0
		if d0 != d1 {
			part = d0 / (d0 - d1)
		}
		xscale, xunscale := axis(a[i].at, a[i+1].at)
		c.At = xunscale(xscale(a[i].at) + part*(xscale(a[i+1].at)-xscale(a[i].at)))
		c.Value = unscale(scale(a[i].s.Center) + part*(scale(a[i+1].s.Center)-scale(a[i].s.Center)))
		return c
	}
	return c
}

// axis is logarithmic where all values are positive, linear otherwise.
func axis(values ...float64) (scale, unscale func(float64) float64) {
	if slices.Min(values) > 0 {
		return math.Log, math.Exp
	}
	same := func(v float64) float64 { return v }
	return same, same
}
