package figure

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"gonum.org/v1/plot"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// sweepLatencyFigure draws p50 and p99 over the swept value.
func sweepLatencyFigure(s view.Scenario) (Figure, bool, error) {
	return sweepFigure(s, "latency", "Latency", "p50-sec", "p99-sec")
}

// sweepCostFigure draws bytes and server CPU per event over the swept value.
func sweepCostFigure(s view.Scenario) (Figure, bool, error) {
	return sweepFigure(s, "cost", "Cost per event", "wire-B/event", "server-cpu-sec/event")
}

// sweepFigure draws metrics over the swept value, one panel each, one above
// the other.
func sweepFigure(s view.Scenario, name, title string, units ...string) (Figure, bool, error) {
	what := s.SweptName()
	f := Figure{
		Name: s.ID(name), Scenario: s.Scenario.Name, Title: title + " against " + what,
		Table: sweepTable(s, units...), Caption: "Each point is the median of its trials. " + whiskers(s) + " Both axes are logarithmic.",
	}
	var panels []chart.Drawing
	var said []string
	for _, u := range units {
		m, ok := results.MetricByUnit(u)
		if !ok {
			continue
		}
		p := sweepPanel(s, m, func(v float64) float64 { return v })
		if len(p.Series) == 0 {
			continue
		}
		panels = append(panels, p)
		for _, l := range p.Series {
			n := len(l.Ys) - 1
			said = append(said, fmt.Sprintf("%s, %s: from %s to %s", m.Title, l.Name, text.Format(l.Ys[0], m.Kind), text.Format(l.Ys[n], m.Kind)))
		}
	}
	if len(panels) == 0 {
		return Figure{}, false, nil
	}
	return f.draw("Line charts over "+what+".", said, panels...)
}

// sweepPanel draws m, converted by as, over the swept value. A variant that
// the sweep does not touch is a level line.
func sweepPanel(s view.Scenario, m results.Metric, as func(float64) float64) chart.Panel {
	p := chart.Panel{Title: text.Upper(m.Title) + " (log scale)", X: sweepAxis(s)}
	glyph := map[string]int{}
	for _, group := range s.Lines() {
		c := group[0]
		l := chart.Series{Name: c.Name, Stroke: c.Stroke(), Dots: true, Glyph: glyph[c.Transport]}
		for _, c := range group {
			sum, ok := c.Summarize(m)
			if !ok || sum.Center <= 0 {
				continue
			}
			x, _ := place(s, c)
			l.Xs, l.Ys = append(l.Xs, x), append(l.Ys, as(sum.Center))
			l.Lo, l.Hi = append(l.Lo, as(max(sum.Lo, sum.Center/1e3))), append(l.Hi, as(sum.Hi))
			l.Doubt = append(l.Doubt, c.Weight(m.Unit))
		}
		if len(l.Xs) == 0 {
			continue
		}
		if c.Point == "" {
			l = level(l, p.X)
		}
		glyph[c.Transport]++
		p.Series = append(p.Series, l)
	}
	p.Y = chart.LogOver(p.Series, m.Kind)
	return p
}

// level spreads a single point over the whole axis.
func level(l chart.Series, x chart.Axis) chart.Series {
	l.Xs, l.Ys, l.Dots = []float64{x.Ticks[0].Value, x.Ticks[len(x.Ticks)-1].Value}, []float64{l.Ys[0], l.Ys[0]}, false
	l.Warn, l.Lo, l.Hi, l.Doubt = l.Doubt[0], nil, nil, nil
	return l
}

// sweepAxis has a tick at each point that was measured.
func sweepAxis(s view.Scenario) chart.Axis {
	a := chart.Axis{Title: s.SweptName(), Log: true}
	at := map[float64]string{}
	for _, c := range s.Cells {
		if c.Point != "" {
			v, label := place(s, c)
			at[v] = label
		}
	}
	if len(at) == 0 {
		at[1] = ""
	}
	for _, v := range slices.Sorted(maps.Keys(at)) {
		a.Ticks = append(a.Ticks, plot.Tick{Value: v, Label: at[v]})
	}
	a.Min, a.Max = a.Ticks[0].Value, a.Ticks[len(a.Ticks)-1].Value
	room := math.Pow(max(a.Max/a.Min, 4), 0.03)
	a.Min, a.Max = a.Min/room, a.Max*room
	return a
}

// place is where a cell lies on the log axis of its sweep and how its tick is
// called. Points of which some are no number above zero stand at equal
// distances, in their order.
func place(s view.Scenario, c view.Cell) (float64, string) {
	if slices.ContainsFunc(s.Cells, func(c view.Cell) bool { v, _ := c.At(); return c.Point != "" && v <= 0 }) {
		return math.Exp2(float64(1 + slices.Index(s.Scenario.Points, c.Point))), c.Point
	}
	v, _ := c.At()
	return v, sweepTick(c.Sweep, v)
}

// sweepTick is a swept value as an axis has it, whose title says the unit.
func sweepTick(sweep string, v float64) string {
	if sweep == "clients" || sweep == "rate" {
		return text.Number(v)
	}
	return text.Point(sweep, v)
}

// sweepTable lists every point of every line.
func sweepTable(s view.Scenario, units ...string) text.Table {
	return view.MetricTable(view.WithPoints(slices.Concat(s.Lines()...)), units...)
}

// whiskers says what the bounds in the figures of a scenario are.
func whiskers(s view.Scenario) string {
	for _, c := range s.Cells {
		if n := len(c.Trials); n > 0 && n < 6 {
			return "Whiskers show the least and the greatest of fewer than six trials, not an interval."
		}
	}
	return "Whiskers show the 95 % interval of the median."
}
