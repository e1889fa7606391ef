package plots

import (
	"slices"
	"strconv"

	"pushbench/plots/chart"
	"pushbench/plots/proof"
	"pushbench/plots/table"
	"pushbench/plots/words"
	"pushbench/results"
)

// metricTable lists the metrics of cells, one row each. Metrics that no cell
// has or says why not are left out.
func metricTable(cells []cell, units ...string) table.Table {
	t := table.Table{Columns: table.Columns("transport")}
	var ms []results.Metric
	for _, u := range units {
		if m, ok := results.MetricByUnit(u); ok && anyHas(cells, m) {
			ms = append(ms, m)
			t.Columns = append(t.Columns, table.Column{Title: m.Short, Number: true, Link: proof.MetricID(m.Unit)})
		}
	}
	t.Columns = append(t.Columns, table.Column{Title: "trials", Number: true})
	for _, c := range cells {
		row := []table.Value{c.head()}
		for _, m := range ms {
			row = append(row, c.value(m))
		}
		t.Rows = append(t.Rows, append(row, c.trials()))
	}
	return t
}

func anyHas(cells []cell, m results.Metric) bool {
	return slices.ContainsFunc(cells, func(c cell) bool { _, ok := c.Summarize(m); return ok || c.Why(m) != "" })
}

// value is the cell's median of m with its interval, or why it has none.
func (c cell) value(m results.Metric) table.Value {
	s, ok := c.Summarize(m)
	if !ok {
		return table.Value{Text: "–", Note: c.Why(m)}
	}
	return c.measured(words.Format(s.Center, m.Kind), bounds(s, m.Kind), m)
}

// measured is a value that m, or something like it, says of the cell.
func (c cell) measured(text, note string, m results.Metric) table.Value {
	why, weight := c.doubt(m)
	return table.Value{Text: text, Note: note, Doubt: why, Alarming: weight == chart.Alarming}
}

// bounds writes a summary's interval; least and greatest, when there are too
// few trials for one, are said to be that. Bounds that read the same as the
// median are left out.
func bounds(s results.Summary, kind string) string {
	lo, hi := words.Format(s.Lo, kind), words.Format(s.Hi, kind)
	mid := words.Format(s.Center, kind)
	if s.N < 2 || same(lo, mid) && same(hi, mid) {
		return ""
	}
	loNumber, loUnit := words.Split(lo)
	if _, hiUnit := words.Split(hi); loUnit == hiUnit {
		lo = loNumber
	}
	if s.Interval {
		return lo + "–" + hi
	}
	return "(" + lo + "–" + hi + ")"
}

// same reports whether two written values read the same: 9.00 and 9 do.
func same(a, b string) bool {
	aNumber, aUnit := words.Split(a)
	bNumber, bUnit := words.Split(b)
	x, errX := strconv.ParseFloat(aNumber, 64)
	y, errY := strconv.ParseFloat(bNumber, 64)
	return a == b || errX == nil && errY == nil && x == y && aUnit == bUnit
}

// head is the first field of a cell's row: its name, and whether it failed.
// What there is to doubt stands at the numbers that it concerns.
func (c cell) head() table.Value {
	return table.Value{Text: c.name, Doubt: c.failure(), Alarming: true, Transport: c.Transport}
}

// trials says how many trials a cell's numbers stand on.
func (c cell) trials() table.Value {
	v := table.Value{Text: strconv.Itoa(len(c.Trials))}
	if n := len(c.Failed); n > 0 {
		v.Note = strconv.Itoa(n) + " failed"
		v.Doubt, v.Alarming = words.Told(c.Failed[0].Failed), true
	}
	return v
}
