package history

import "slices"

// A part is what of a series is judged alike: points with one load, and with one anchor
// where they are no exact numbers.
type part struct {
	from, to int // its first point, and the one behind its last
	exact    bool
}

// parts divides the series where the load changes, where the anchor does unless all
// numbers are exact, and where the number becomes exact or ceases to be. For that it
// takes leastSide commits: a number that is not exact in fewer of an exact part is
// passed over there, and one that is exact in fewer counts by its ratio.
func (s *Series) parts() (all []part) {
	if s.Exact {
		return s.between(func(b Break) bool { return b.Load })
	}
	for _, whole := range s.between(func(b Break) bool { return b.Load || b.Anchor != "" }) {
		all = append(all, s.byExactness(whole)...)
	}
	return all
}

// between are the parts between some of the breaks.
func (s *Series) between(divides func(Break) bool) (all []part) {
	from := 0
	for _, b := range s.Breaks {
		if divides(b) {
			all = append(all, part{from, b.At, s.Exact})
			from = b.At
		}
	}
	return append(all, part{from, len(s.Points), s.Exact})
}

// byExactness divides a part of a series that is not exact everywhere.
func (s *Series) byExactness(whole part) (all []part) {
	var runs []part // of points that are exact, or are not
	for i := whole.from; i < whole.to; i++ {
		exact := s.Points[i].Value.Exact
		if n := len(runs); n > 0 && runs[n-1].exact == exact {
			runs[n-1].to++
		} else {
			runs = append(runs, part{i, i + 1, exact})
		}
	}
	mixed := len(runs) > 1
	runs = slices.DeleteFunc(runs, func(p part) bool { return mixed && p.to-p.from < leastSide })
	if len(runs) == 0 {
		return []part{{whole.from, whole.to, false}}
	}
	for _, r := range runs {
		if n := len(all); n == 0 || all[n-1].exact != r.exact {
			all = append(all, r)
		}
	}
	for i := range all { // the short ones between belong to what is before them, the first ones to what follows
		all[i].to = whole.to
		if i == 0 {
			all[i].from = whole.from
		} else {
			all[i-1].to = all[i].from
		}
	}
	return all
}

// search finds the changes of a part that scatters.
func (h *History) search(s *Series, p part, level float64) {
	points := s.Points[p.from:p.to]
	xs := make([]float64, len(points))
	for i, pt := range points {
		xs[i] = pt.Y
	}
	found := divide(xs, level)
	ends := []int{0}
	for _, d := range append(found, division{at: len(xs)}) {
		from := ends[len(ends)-1]
		mid := median(xs[from:d.at])
		for i := from; i < d.at; i++ {
			points[i].Level = mid
		}
		ends = append(ends, d.at)
	}
	for i, d := range found {
		c := h.change(s, p.from+d.at, p.from+d.at-1, false)
		c.P = min(1, d.p*Level/level)
		if c.Scatter = scatter(xs[ends[i]:d.at], xs[d.at:ends[i+2]]); c.Scatter != "" {
			c.Worse = false
		}
		s.Changes = append(s.Changes, c)
	}
}

// steps finds the changes of a part of exact numbers: wherever two differ.
func (h *History) steps(s *Series, p part) {
	last := -1 // point that is exact
	for i := p.from; i < p.to; i++ {
		pt := &s.Points[i]
		if pt.Level = pt.Y; !pt.Value.Exact && last >= 0 {
			pt.Level = s.Points[last].Y
		}
		if !pt.Value.Exact {
			continue
		}
		if last >= 0 && pt.Value.Head != s.Points[last].Value.Head {
			s.Changes = append(s.Changes, h.change(s, i, last, true))
		}
		last = i
	}
}

// change is the one at a point against an earlier one.
func (h *History) change(s *Series, at, before int, exact bool) Change {
	was, is := s.Points[before], s.Points[at]
	c := Change{
		At: at, Commit: h.Commits[is.Commit].Commit, Before: was.Level, After: is.Level, Exact: exact,
		Machine: h.Commits[was.Commit].Class != h.Commits[is.Commit].Class,
	}
	if exact {
		c.Before, c.After = was.Value.Head, is.Value.Head
	}
	c.Worse = (c.After > c.Before) != s.Higher
	return c
}
