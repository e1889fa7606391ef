package page

import (
	"slices"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// summaryUnits are the columns of a scenario's table.
func summaryUnits(r *results.Record) []string {
	return []string{
		"p50-sec", "p99-sec", "uncorrected-p99-sec", view.WaitUnit, "age-sec", "wire-B/event", "overhead-B/event",
		"open-sec", view.MemoryUnit(r), "server-cpu-sec/event", "missed-events",
	}
}

// silentUnits are those of a scenario without events.
func silentUnits(r *results.Record) []string {
	return []string{
		"connect-sec", "tls-sec", "http-sec", "open-sec", "first-event-sec", "handshake-B/conn", "handshake-segments/conn",
		"conns/sec", "server-cpu-sec/conn", "loadgen-cpu-sec/conn", view.MemoryUnit(r),
	}
}

// predictedRow finds the cell of a prediction and returns the head of its row and
// its measured value.
func predictedRow(s view.Scenario) func(results.Predicted, results.Metric) (head, value text.Value) {
	return func(p results.Predicted, m results.Metric) (head, value text.Value) {
		for _, c := range view.WithPoints(s.Cells) {
			if c.Point == p.Point && c.Target == p.Target && c.Variant == p.Variant {
				return c.Head(), c.Value(m)
			}
		}
		return text.Value{Text: p.Variant}, text.Value{Text: text.Format(p.Measured, m.Kind)}
	}
}

// summary is the table of a scenario: every cell, the metrics that decide. gaps are why
// fields are empty, where many would say it.
func summary(s view.Scenario) (t text.Table, gaps []string) {
	units := summaryUnits(s.Record)
	switch {
	case s.NoEvents() && s.TooBrief():
		units = silentUnits(s.Record)
	case s.NoEvents():
		units = append(silentUnits(s.Record), "wire-B/client-min")
	case s.RareEvents():
		units = slices.Insert(units, 4, "wire-B/client-min")
	}
	cells := view.WithPoints(s.Cells)
	if t = view.MetricTable(cells, units...); view.AnyForeign(s.Record) {
		gaps = view.TakeGaps(&t, s.Cells)
	}
	return t, gaps
}

// every lists all that was measured: a row for each metric that any cell has,
// a column for each cell.
func every(s view.Scenario) text.Table {
	t := text.Table{Columns: text.Heads("number")}
	trials := []text.Value{{Text: "valid trials"}}
	cells := view.WithPoints(slices.Concat(s.Lines()...))
	for _, c := range cells {
		t.Columns = append(t.Columns, text.Column{Title: c.Name, Number: true})
		trials = append(trials, c.TrialCount())
	}
	for _, m := range results.Metrics() {
		if !view.AnyHas(cells, m) {
			continue
		}
		row := []text.Value{{Text: m.Title, Note: m.Unit, Link: view.MetricID(m.Unit)}}
		for _, c := range cells {
			v := c.Value(m)
			if v.Text == "–" && view.AnyForeign(s.Record) {
				v.Note = "" // the table of the main numbers says it once
			}
			row = append(row, v)
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, trials)
	}
	return t
}
