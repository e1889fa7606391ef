package history

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"pushbench/results/gate"
)

// order fills Commits: by the time of the commits where all lines have it, else
// as they were appended.
func (h *History) order(lines []Line) {
	at := map[string]int{}
	timed := true
	for _, l := range lines {
		timed = timed && !l.Committed.IsZero()
		if i, ok := at[l.Commit]; ok {
			h.Commits[i] = l
			continue
		}
		at[l.Commit] = len(h.Commits)
		h.Commits = append(h.Commits, l)
	}
	if timed {
		slices.SortStableFunc(h.Commits, func(a, b Line) int { return a.Committed.Compare(b.Committed) })
	}
	for _, l := range h.Commits {
		why, n := "", 0
		for _, v := range l.Values {
			if v.Void != "" {
				why, n = cmp.Or(why, v.Void), n+1
			}
		}
		if n > 0 {
			h.Notes = append(h.Notes, fmt.Sprintf("Of commit %s %d of %d numbers cannot be believed and are left out: %s.", Short(l.Commit), n, len(l.Values), why))
		}
	}
}

// collect fills Series with their points.
func (h *History) collect() {
	type key struct {
		cell, metric string
		whole        bool
	}
	at := map[key]int{}
	for i, l := range h.Commits {
		for _, v := range l.Values {
			k := key{v.Cell.Name(), v.Metric, v.Whole}
			n, ok := at[k]
			if !ok {
				n = len(h.Series)
				at[k] = n
				h.Series = append(h.Series, Series{Metric: v.Metric, Whole: v.Whole, Exact: true})
			}
			s := &h.Series[n]
			s.Cell, s.Title, s.Kind, s.Higher = v.Cell, v.Title, v.Kind, v.Higher
			if v.Void != "" {
				s.Void++
				continue
			}
			s.Exact = s.Exact && v.Exact
			s.Points = append(s.Points, Point{Commit: i, Value: v})
		}
	}
	for i := range h.Series {
		if h.Series[i].Metric == gate.FailedTrials {
			h.withoutFailure(&h.Series[i])
		}
		h.Series[i].measure()
	}
}

// withoutFailure adds the commits in whose cell no trial failed: a comparison
// counts failed trials only where there are some.
func (h *History) withoutFailure(s *Series) {
	for i, l := range h.Commits {
		in := func(v Value) bool { return v.Cell.Name() == s.Name() }
		failed := func(v Value) bool { return in(v) && v.Metric == s.Metric }
		if slices.ContainsFunc(l.Values, in) && !slices.ContainsFunc(l.Values, failed) {
			v := Value{Cell: s.Cell, Metric: s.Metric, Title: s.Title, Kind: "share", Exact: true}
			s.Points = append(s.Points, Point{Commit: i, Value: v})
		}
	}
	slices.SortFunc(s.Points, func(a, b Point) int { return a.Commit - b.Commit })
}

// measure fills Y and its bounds, and leaves out what has no ratio.
func (s *Series) measure() {
	kept := s.Points[:0]
	for _, p := range s.Points {
		if s.Exact {
			p.Y = p.Value.Head
		} else {
			p.Y = p.Value.Ratio()
		}
		if math.IsNaN(p.Y) || math.Abs(p.Y) > mostValue {
			s.Void++
			continue
		}
		if p.Lo, p.Hi = p.Y, p.Y; p.Value.Bounded() {
			p.Lo, p.Hi = p.Value.Lo, p.Value.Hi
		}
		kept = append(kept, p)
	}
	s.Points = kept
}
