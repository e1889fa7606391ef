package figure

import (
	"cmp"
	"math"
	"slices"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/model"
)

// crossingFigure draws bytes per client and second over the swept value, and
// marks where one variant begins to cost less than another.
func crossingFigure(s view.Scenario) (Figure, bool, error) {
	m, ok := results.MetricByUnit(view.CrossingUnit)
	crossings := model.Crossings(s.Record, s.Scenario.Name, view.CrossingUnit)
	if !ok || s.Scenario.Sweep != "rate" && len(crossings) == 0 {
		return Figure{}, false, nil
	}
	perSecond := func(v float64) float64 { return v / 60 }
	p := sweepPanel(s, m, perSecond)
	if len(p.Series) == 0 {
		return Figure{}, false, nil
	}
	p.Title = "Bytes on the wire per client and second (log scale)"
	f := Figure{
		Name: s.ID("crossings"), Scenario: s.Scenario.Name, Title: "Where one transport overtakes another, in bytes",
		Caption: "Bytes per client and second in both directions, TCP/IP headers included. A numbered ring marks where two lines cross. " +
			"It stands where they cross as drawn. The text below names the place that was calculated, where one was. " + whiskers(s) + " Both axes are logarithmic.",
		Table: crossingTable(s, m, perSecond),
	}
	var said []string
	for _, x := range crossings {
		line := s.Crossing(x, "moves fewer bytes than", "more")
		said = append(said, line)
		a, b := lineOf(p.Series, s.NameOf(x.Target, x.A)), lineOf(p.Series, s.NameOf(x.Target, x.B))
		if at, value, ok := meet(a, b, x.Before, x.After); ok {
			p.Rings = append(p.Rings, chart.Ring{X: at, Y: value, Text: line})
		}
	}
	slices.SortStableFunc(p.Rings, func(a, b chart.Ring) int { return cmp.Compare(a.X, b.X) }) // so that neighbors have numbers in a row
	if len(said) == 0 {
		said = []string{"No line crosses another within the range that was measured"}
		f.Caption = said[0] + ". " + f.Caption
	}
	return f.draw("Line chart of bytes per client and second over "+s.SweptName()+".", said, p)
}

// crossingTable lists the points of the lines, in the figure's unit.
func crossingTable(s view.Scenario, m results.Metric, as func(float64) float64) text.Table {
	t := text.Table{Columns: text.Heads("transport", s.SweptName(), "per client and second", "trials")}
	for _, group := range s.Lines() {
		for _, c := range group {
			sum, ok := c.Summarize(m)
			if !ok {
				continue
			}
			point := text.Value{Text: "any"}
			if c.Point != "" {
				point.Text = c.PointName()
			}
			sum.Center, sum.Lo, sum.Hi = as(sum.Center), as(sum.Lo), as(sum.Hi)
			t.Rows = append(t.Rows, []text.Value{c.Head(), point, c.Measured(text.Bytes(sum.Center), view.Bounds(sum, "bytes"), m), c.TrialCount()})
		}
	}
	return t
}

// lineOf is the line of that name; empty when none is drawn.
func lineOf(lines []chart.Series, name string) chart.Series {
	for _, l := range lines {
		if l.Name == name {
			return l
		}
	}
	return chart.Series{}
}

// meet is where two lines first cross between from and to, as they are drawn: straight
// between their points, on logarithmic axes. ok is false where they do not, as when a
// line lacks a point because what is 0 has no place on such an axis.
func meet(a, b chart.Series, from, to float64) (at, value float64, ok bool) {
	places := slices.DeleteFunc(slices.Concat(a.Xs, b.Xs), func(x float64) bool { return x < from || x > to })
	slices.Sort(places)
	var before, gap float64 // the place before, and how far a lies above b there
	for i, x := range places {
		ya, oka := height(a, x)
		yb, okb := height(b, x)
		if !oka || !okb {
			return 0, 0, false
		}
		above := math.Log(ya / yb)
		if i > 0 && gap*above <= 0 && gap != above {
			at = before * math.Pow(x/before, gap/(gap-above))
			value, ok = height(a, at)
			return at, value, ok
		}
		before, gap = x, above
	}
	return 0, 0, false
}

// height is how high a line is drawn at x; ok is false where it is not.
func height(l chart.Series, x float64) (y float64, ok bool) {
	for i, right := range l.Xs {
		if x == right {
			return l.Ys[i], true
		}
		if i > 0 && l.Xs[i-1] < x && x < right {
			left := l.Xs[i-1]
			return l.Ys[i-1] * math.Pow(l.Ys[i]/l.Ys[i-1], math.Log(x/left)/math.Log(right/left)), true
		}
	}
	return 0, false
}
