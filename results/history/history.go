package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A History is what the lines say, metric by metric.
type History struct {
	Commits []Line   `json:"commits"`         // one for each commit, in the order of the commits
	Series  []Series `json:"series"`          // in the order in which the lines have them
	Notes   []string `json:"notes,omitempty"` // what was skipped or fits nothing: sentences
}

// A Series is one metric of one cell over commits.
type Series struct {
	Cell             // as the last commit has it
	Metric  string   `json:"metric"`
	Title   string   `json:"title"`
	Kind    string   `json:"kind"`
	Higher  bool     `json:"higher_better"`
	Whole   bool     `json:"whole,omitempty"` // the count is of whole trials after opening, else of their windows
	Exact   bool     `json:"exact"`           // in every commit: Y is the number itself; else Y is the logarithm of its ratio to the anchor
	Points  []Point  `json:"points"`
	Breaks  []Break  `json:"breaks,omitempty"`
	Changes []Change `json:"changes,omitempty"`
	Void    int      `json:"void,omitempty"` // commits whose value cannot be believed, or has no ratio: they are in no point
}

// A Point is one commit in a series.
type Point struct {
	Commit int     `json:"commit"` // index into History.Commits
	Y      float64 `json:"y"`
	Lo     float64 `json:"lo"` // bounds of the 95 % interval; both are Y where there is none
	Hi     float64 `json:"hi"`
	Level  float64 `json:"level"` // median of the points between two changes
	Value  Value   `json:"value"`
}

// A Break is where a series goes on under other conditions.
type Break struct {
	At     int    `json:"at"`               // index of the first point behind it
	Anchor string `json:"anchor,omitempty"` // the new one; changes are searched on each side alone. Empty: the same
	Load   bool   `json:"load,omitempty"`   // the load is another one; changes are searched on each side alone
	Class  *Class `json:"class,omitempty"`  // the new one; nil: the same
}

// A Change is a change point of a series.
type Change struct {
	At       int     `json:"at"`     // index of the first point behind it
	Commit   string  `json:"commit"` // of that point
	Before   float64 `json:"before"` // levels; of an exact number the number itself, whatever Y is
	After    float64 `json:"after"`
	Exact    bool    `json:"exact"` // the number is exact at both points
	P        float64 `json:"p"`     // corrected for the search; 0 of an exact number
	Scatter  Scatter `json:"scatter,omitempty"`
	Worse    bool    `json:"worse"`   // than before; else better, or it only scatters otherwise
	Machine  bool    `json:"machine"` // the machine changed at the same commit: which of both it was is not known
	Accepted string  `json:"accepted_by,omitempty"`
	Why      string  `json:"why,omitempty"` // it was accepted
}

// New finds what moved in the lines of a log. It is pure: the same lines and
// acceptances give the same history. Of several lines of one commit the last
// counts, in the place of the first.
func New(log Log, accepted []Acceptance) *History {
	h := &History{}
	if log.Cut > 0 {
		h.Notes = append(h.Notes, fmt.Sprintf("Line %d of %s is only the beginning of one, and is skipped: writing it was interrupted.", log.Cut, FileName))
	}
	h.order(log.Lines)
	h.collect()
	searched := 0
	for i := range h.Series {
		s := &h.Series[i]
		h.breaks(s)
		for _, p := range s.parts() {
			if !p.exact && p.to-p.from >= 2*leastSide {
				searched++
			}
		}
	}
	for i := range h.Series {
		s := &h.Series[i]
		for _, p := range s.parts() {
			if p.exact {
				h.steps(s, p)
			} else {
				h.search(s, p, Level/float64(max(1, searched)))
			}
		}
	}
	h.accept(accepted)
	return h
}

// Short is the beginning of a commit's hash, as people write it.
func Short(commit string) string { return commit[:min(len(commit), 8)] }

// When is when the line's commit was made or, where that is not known, when the
// line was added.
func (l Line) When() time.Time {
	if l.Committed.IsZero() {
		return l.Added
	}
	return l.Committed
}

// breaks fills Breaks.
func (h *History) breaks(s *Series) {
	for i := 1; i < len(s.Points); i++ {
		was, is := h.Commits[s.Points[i-1].Commit], h.Commits[s.Points[i].Commit]
		b := Break{At: i}
		if was.Anchor != is.Anchor {
			b.Anchor = is.Anchor
		}
		b.Load = was.load(s.Cell) != is.load(s.Cell)
		if was.Class != is.Class {
			b.Class = &is.Class
		}
		if b.Anchor != "" || b.Load || b.Class != nil {
			s.Breaks = append(s.Breaks, b)
		}
	}
}

// Stretches are the parts of the series with one anchor and one load, each from its
// first point to the one behind its last.
func (s *Series) Stretches() [][2]int {
	var out [][2]int
	from := 0
	for _, b := range s.Breaks {
		if b.Anchor != "" || b.Load {
			out = append(out, [2]int{from, b.At})
			from = b.At
		}
	}
	return append(out, [2]int{from, len(s.Points)})
}

func median(xs []float64) float64 {
	sorted := slices.Clone(xs)
	slices.SortFunc(sorted, cmp.Compare[float64])
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
