package history

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results/history"
)

// A panel is the figure of one series, with all that stands around it.
type panel struct {
	ID, Title, Scenario, Caption string
	SVG                          []byte // nil: the number never moved
	Table                        text.Table
}

// The strokes of a panel: the level between changes, and what happened.
var (
	level   = chart.Stroke{Color: chart.Calm}
	worse   = chart.Stroke{Color: chart.Up}
	better  = chart.Stroke{Color: chart.Down, Dash: []vg.Length{6, 2.5}}
	settled = chart.Stroke{Color: chart.RGB(0x595959), Dash: []vg.Length{6, 2.5}}
	anew    = chart.Stroke{Color: chart.RGB(0x595959), Dash: []vg.Length{8, 2, 2, 2}}
	other   = chart.Stroke{Color: chart.RGB(0x595959), Dash: []vg.Length{1, 2}}
)

// drawn reports whether the series has a figure: an exact number that never
// changed is told by the table.
func drawn(s *history.Series) bool {
	return len(s.Points) > 0 && (!s.Exact || len(s.Changes) > 0)
}

// draw draws the series over the commits of the history.
func (p *panel) draw(h *history.History, s *history.Series) error {
	at := func(i int) float64 { return float64(s.Points[i].Commit) }
	fig := chart.Panel{Title: text.Upper(s.Title), X: commits(h), Tall: 150}
	if !s.Exact {
		fig.Title += ": change against the anchor"
	}
	for _, part := range s.Stretches() {
		points := chart.Series{Stroke: view.StyleOf(s.Transport).Stroke, Loose: true, Dots: true}
		steps := chart.Series{Stroke: level, Part: true}
		for i := part[0]; i < part[1]; i++ {
			pt := s.Points[i]
			points.Xs, points.Ys = append(points.Xs, at(i)), append(points.Ys, scaled(s, pt.Y))
			points.Lo, points.Hi = append(points.Lo, scaled(s, pt.Lo)), append(points.Hi, scaled(s, pt.Hi))
			if i > part[0] && pt.Level != s.Points[i-1].Level {
				between := (at(i-1) + at(i)) / 2
				steps.Xs = append(steps.Xs, between, between)
				steps.Ys = append(steps.Ys, scaled(s, s.Points[i-1].Level), scaled(s, pt.Level))
			}
			if i == part[0] || i == part[1]-1 {
				steps.Xs, steps.Ys = append(steps.Xs, at(i)), append(steps.Ys, scaled(s, pt.Level))
			}
		}
		if part[1] == len(s.Points) {
			steps.Part, steps.Name = false, shown(s, s.Points[part[1]-1].Level)
		}
		fig.Series = append(fig.Series, points, steps)
	}
	fig.Y = vertical(s, fig.Series)
	p.mark(&fig, h, s)
	what := fmt.Sprintf("%s of %s over %s.", text.Upper(s.Title), p.Scenario, text.Count(len(s.Points), "commit"))
	var err error
	p.SVG, err = chart.SVG(p.ID, p.Title+", "+p.Scenario, what+" "+said(h, s), fig)
	return err
}

// scaled is a value on the axis: percent where it is a ratio.
func scaled(s *history.Series, v float64) float64 {
	if s.Exact {
		return v
	}
	return 100 * math.Expm1(v)
}

// mark draws what happened: changes, numbered and explained; other anchors; other
// machines. It fills caption and table, too.
func (p *panel) mark(fig *chart.Panel, h *history.History, s *history.Series) {
	between := func(i int) float64 { return float64(s.Points[i-1].Commit+s.Points[i].Commit) / 2 }
	machines := 0
	for _, b := range s.Breaks {
		switch {
		case b.Load:
			fig.Verticals = append(fig.Verticals, chart.Vertical{X: between(b.At), Stroke: anew})
			fig.Rings = append(fig.Rings, chart.Ring{X: between(b.At), Y: fig.Y.Min, Text: "The load is another one from here on."})
		case b.Anchor != "":
			fig.Verticals = append(fig.Verticals, chart.Vertical{X: between(b.At), Stroke: anew})
			fig.Rings = append(fig.Rings, chart.Ring{X: between(b.At), Y: fig.Y.Min,
				Text: "The anchor is " + history.Short(b.Anchor) + " from here on."})
		default:
			fig.Verticals = append(fig.Verticals, chart.Vertical{X: between(b.At), Stroke: other})
			machines++
		}
	}
	for i, c := range s.Changes {
		stroke := worse
		switch tone(c) {
		case "good":
			stroke = better
		case "":
			stroke = settled
		}
		fig.Verticals = append(fig.Verticals, chart.Vertical{X: between(c.At), Stroke: stroke})
		if i >= len(s.Changes)-told {
			fig.Rings = append(fig.Rings, chart.Ring{X: between(c.At), Y: fig.Y.Max, Text: label(s, c)})
		}
	}
	p.Caption = "Dots are commits; the thin lines at them are 95 % intervals. The thick line is the median between two changes."
	if s.Exact {
		p.Caption = "Dots are commits. The number is exact: a difference of one is a change."
	}
	if machines > 0 {
		p.Caption += " At a dotted line the machine changed."
	}
	p.Table = text.Table{Columns: append(text.Heads("commit", "value", "against the anchor"),
		text.Column{Title: "what happened"})}
	for i, pt := range s.Points {
		v := pt.Value
		r := []text.Value{{Text: history.Short(h.Commits[pt.Commit].Commit)}, {Text: number(v.Head, s.Kind)},
			{Text: "–"}, {}}
		if ratio := v.Ratio(); !math.IsNaN(ratio) && !math.IsInf(ratio, 0) {
			r[2].Text = percent(ratio, true)
		}
		if v.Bounded() {
			r[2].Note = percent(v.Lo, true) + " to " + percent(v.Hi, true)
		}
		r[3].Text = strings.Join(happened(s, i), "; ")
		p.Table.Rows = append(p.Table.Rows, r)
	}
}

// label is a change within the figure.
func label(s *history.Series, c history.Change) string {
	out := history.Short(c.Commit) + ": " + by(s, c)
	if c.Machine {
		out += ", where the machine changed, too"
	}
	if c.Accepted != "" {
		out += ", accepted by " + text.Name(c.Accepted) + ": " + text.Told(c.Why)
	}
	return out
}

// happened lists what happened at a point.
func happened(s *history.Series, at int) (all []string) {
	for _, c := range s.Changes {
		if c.At == at {
			all = append(all, strings.TrimPrefix(label(s, c), history.Short(c.Commit)+": "))
		}
	}
	for _, b := range s.Breaks {
		if b.At != at {
			continue
		}
		if b.Load {
			all = append(all, "another load")
		}
		if b.Anchor != "" {
			all = append(all, "another anchor: "+history.Short(b.Anchor))
		}
		if b.Class != nil {
			all = append(all, "another machine: "+machine(*b.Class))
		}
	}
	return all
}

// said tells the figure to those who cannot see it.
func said(h *history.History, s *history.Series) string {
	if len(s.Changes) == 0 {
		return "No change."
	}
	var all []string
	for _, c := range last(s.Changes) {
		all = append(all, sentence(h, s, c))
	}
	return strings.Join(all, " ")
}

// commits is the axis of all figures: some commits have their hash below.
func commits(h *history.History) chart.Axis {
	n := len(h.Commits)
	a := chart.Axis{Title: "commits, the oldest first", Min: -0.5, Max: float64(n) - 0.5}
	every := (n + 6) / 7
	for i := range n {
		t := plot.Tick{Value: float64(i)}
		if i%every == 0 {
			t.Label = history.Short(h.Commits[i].Commit)
		}
		if t.Label != "" || n <= 60 {
			a.Ticks = append(a.Ticks, t)
		}
	}
	return a
}

// vertical is the axis that holds all lines, with some air.
func vertical(s *history.Series, lines []chart.Series) chart.Axis {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, l := range lines {
		for _, vs := range [][]float64{l.Ys, l.Lo, l.Hi} {
			for _, v := range vs {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	if s.Exact {
		air := max(1, (hi-lo)*0.15)
		return chart.Linear(lo-air, hi+air, s.Kind)
	}
	air := max(0.5, (hi-lo)*0.12)
	a := chart.Linear(lo-air, hi+air, "")
	for i, t := range a.Ticks {
		if t.Label != "0" {
			t.Label = strings.Replace(t.Label, "-", "−", 1) + " %"
			if t.Value > 0 {
				t.Label = "+" + t.Label
			}
		}
		a.Ticks[i] = t
	}
	return a
}
