package view

import (
	"slices"
	"strconv"
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
)

// MetricTable lists the metrics of cells, one row each. Metrics that no cell
// has or says why not are left out.
func MetricTable(cells []Cell, units ...string) text.Table {
	t := text.Table{Columns: text.Heads("transport")}
	var ms []results.Metric
	for _, u := range units {
		if m, ok := results.MetricByUnit(u); ok && AnyHas(cells, m) {
			ms = append(ms, m)
			t.Columns = append(t.Columns, text.Column{Title: m.Short, Number: true, Link: MetricID(m.Unit)})
		}
	}
	t.Columns = append(t.Columns, text.Column{Title: "trials", Number: true})
	for _, c := range cells {
		row := []text.Value{c.Head()}
		for _, m := range ms {
			row = append(row, c.Value(m))
		}
		t.Rows = append(t.Rows, append(row, c.TrialCount()))
	}
	return t
}

// AnyHas reports whether one of the cells has the metric, or says why it has not.
func AnyHas(cells []Cell, m results.Metric) bool {
	return slices.ContainsFunc(cells, func(c Cell) bool { _, ok := c.Summarize(m); return ok || c.Why(m) != "" })
}

// Bounds writes a summary's interval; least and greatest, when there are too
// few trials for one, are said to be that. Bounds that read the same as the
// median are left out.
func Bounds(s results.Summary, kind string) string {
	lo, hi := text.Format(s.Lo, kind), text.Format(s.Hi, kind)
	mid := text.Format(s.Center, kind)
	if s.N < 2 || same(lo, mid) && same(hi, mid) {
		return ""
	}
	loNumber, loUnit := text.Split(lo)
	if _, hiUnit := text.Split(hi); loUnit == hiUnit {
		lo = loNumber
	}
	if s.Interval {
		return lo + "–" + hi
	}
	return "(" + lo + "–" + hi + ")"
}

// same reports whether two written values read the same: 9.00 and 9 do.
func same(a, b string) bool {
	aNumber, aUnit := text.Split(a)
	bNumber, bUnit := text.Split(b)
	x, errX := strconv.ParseFloat(aNumber, 64)
	y, errY := strconv.ParseFloat(bNumber, 64)
	return a == b || errX == nil && errY == nil && x == y && aUnit == bUnit
}

// MetricID is the id that the entry of a metric has in a glossary.
func MetricID(unit string) string {
	return "metric-" + strings.ToLower(strings.ReplaceAll(unit, "/", "-"))
}
