package figure

import (
	"math"

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
			"It stands where the calculated lines cross or, where none are, midway between the measured points. " + whiskers(s) + " Both axes are logarithmic.",
		Table: crossingTable(s, m, perSecond),
	}
	var said []string
	for _, x := range crossings {
		at, value := ring(x)
		line := s.Crossing(x, "moves fewer bytes than", "more")
		if said = append(said, line); at > 0 && value > 0 { // what is 0 has no place on a logarithmic axis
			p.Rings = append(p.Rings, chart.Ring{X: at, Y: perSecond(value), Text: line})
		}
	}
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

// ring is where the mark of a crossing stands: where the closed forms have it,
// or in the middle of the bracket, on logarithmic axes.
func ring(x results.Crossing) (at, value float64) {
	if x.At > 0 {
		return x.At, x.Value
	}
	ends := x.AtBefore[0] * x.AtBefore[1] * x.AtAfter[0] * x.AtAfter[1]
	return math.Sqrt(x.Before * x.After), math.Pow(ends, 0.25)
}
