package plots

import (
	"fmt"
	"math"
	"strings"

	"pushbench/plots/chart"
	"pushbench/plots/table"
	"pushbench/plots/words"
	"pushbench/results"
	"pushbench/results/model"
)

// crossingUnit is the metric whose crossings are drawn: what one client costs
// whether events come or not.
const crossingUnit = "wire-B/client-min"

// crossingFigure draws bytes per client and second over the swept value, and
// marks where one variant begins to cost less than another.
func crossingFigure(s set) (Figure, bool, error) {
	m, ok := results.MetricByUnit(crossingUnit)
	crossings := model.Crossings(s.record, s.scenario.Name, crossingUnit)
	if !ok || s.scenario.Sweep != "rate" && len(crossings) == 0 {
		return Figure{}, false, nil
	}
	perSecond := func(v float64) float64 { return v / 60 }
	p := sweepPanel(s, m, perSecond)
	if len(p.Series) == 0 {
		return Figure{}, false, nil
	}
	p.Title = "Bytes on the wire per client and second (log scale)"
	f := Figure{
		Name: s.id("crossings"), Scenario: s.scenario.Name, Title: "Where one transport overtakes another, in bytes",
		Caption: "Bytes per client and second, both directions and TCP/IP included. A numbered ring marks where two lines cross: " +
			"where the closed forms of both do, or else the middle of what lies between the measured points around it. " + whiskers(s) + " Both axes are logarithmic.",
		Table: crossingTable(s, m, perSecond),
	}
	var said []string
	for _, x := range crossings {
		a, b := s.shortName(x.A), s.shortName(x.B)
		at, value := ring(x)
		text := fmt.Sprintf("%s is cheaper than %s %s, and dearer beyond", a, b, s.upTo(x))
		if said = append(said, text); at > 0 && value > 0 { // what is 0 has no place on a logarithmic axis
			p.Marks = append(p.Marks, chart.Mark{X: at, Y: perSecond(value), Text: text})
		}
	}
	if len(said) == 0 {
		said = []string{"No line crosses another within the range that was measured"}
		f.Caption = said[0] + ". " + f.Caption
	}
	return f.draw("Line chart of bytes per client and second over "+sweptName(s)+".", said, p)
}

// crossingTable lists the points of the lines, in the figure's unit.
func crossingTable(s set, m results.Metric, as func(float64) float64) table.Table {
	t := table.Table{Columns: table.Columns("transport", sweptName(s), "per client and second", "trials")}
	for _, group := range sweepGroups(s) {
		for _, c := range group {
			sum, ok := c.Summarize(m)
			if !ok {
				continue
			}
			point := table.Value{Text: "any"}
			if c.Point != "" {
				point.Text = pointName(c)
			}
			sum.Center, sum.Lo, sum.Hi = as(sum.Center), as(sum.Lo), as(sum.Hi)
			t.Rows = append(t.Rows, []table.Value{c.head(), point, c.measured(words.Bytes(sum.Center), bounds(sum, "bytes"), m), c.trials()})
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

// upTo says how far the first variant of a crossing is the lower one: up to
// 6.07 events/s by the closed forms (measured: between 2 and 10 events/s); or,
// without one, up to somewhere between 2 and 10 events/s.
func (s set) upTo(x results.Crossing) string {
	lo, hi := s.at(x.Before), s.at(x.After)
	if i := strings.LastIndexAny(lo, " \u00a0"); i >= 0 && strings.HasSuffix(hi, lo[i:]) {
		lo = lo[:i] // the unit once
	}
	between := "between " + lo + " and " + hi
	if s.scenario.Sweep == "interval" {
		between = "between intervals of " + words.Seconds(x.Before) + " and " + words.Seconds(x.After)
	}
	if x.At > 0 {
		return "up to " + s.at(x.At) + " by the closed forms (measured: " + between + ")"
	}
	return "up to somewhere " + between
}

// at writes a value of what the set sweeps, to three digits.
func (s set) at(v float64) string {
	if text := words.Point(s.scenario.Sweep, v); s.scenario.Sweep != "interval" {
		return text
	}
	return "an interval of " + words.Duration(v)
}

// shortName is the name of a variant in this set, which crossings call by what
// the sweep leaves of it.
func (s set) shortName(variant string) string {
	for _, c := range s.cells {
		if results.Unswept(c.Cell) == variant {
			return c.name
		}
	}
	return variant
}
