package claims

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/verdict"
)

// newCriterion is the criterion at index i of a statement with its comparisons.
func newCriterion(r *results.Record, v verdict.Verdict, i int, c results.Criterion) criterion {
	out := criterion{That: told(c.That), Asked: asked(r, v, c)}
	var of []verdict.Finding
	for _, f := range v.Findings {
		if f.At == i {
			of = append(of, f)
		}
	}
	number := func(title string) text.Column { return text.Column{Title: title, Number: true} }
	columns := []text.Column{{Title: "where"}}
	var fields func(f verdict.Finding) []text.Value
	switch c.Kind {
	case results.RatioOf, results.DifferenceOf:
		value := "ratio"
		if c.Kind == results.DifferenceOf {
			value = "difference"
		}
		columns = append(columns, number(variantName(r, v, c.Of.Variant)), number(otherSide(r, v, c)), number(value))
		fields = func(f verdict.Finding) []text.Value {
			return []text.Value{median(f.Of, c.Metric), median(f.To, toMetric(c)), valueOf(f)}
		}
	case results.BoundOf:
		columns = append(columns, number(variantName(r, v, c.Of.Variant)))
		fields = func(f verdict.Finding) []text.Value { return []text.Value{median(f.Of, c.Metric)} }
	case results.WorksAt, results.FailsAt:
		columns = append(columns, number("trials"), number("failed"))
		fields = func(f verdict.Finding) []text.Value {
			cell := f.Of.Cell
			return []text.Value{{Text: text.Number(float64(len(cell.Trials) + len(cell.Failed)))}, {Text: text.Number(float64(len(cell.Failed)))}}
		}
	default:
		columns = append(columns, number("repetitions"), number("value"))
		fields = func(f verdict.Finding) []text.Value {
			return []text.Value{{Text: text.Number(float64(f.Value.N))}, valueOf(f)}
		}
	}
	out.Table.Columns = append(columns, text.Column{Title: "came true"})
	for _, f := range of {
		where := tablePlace(v, f)
		out.Table.Rows = append(out.Table.Rows, append(append([]text.Value{{Text: where}}, fields(f)...), answer(f)))
	}
	return out
}

// otherSide is the head over the second side of a pair.
func otherSide(r *results.Record, v verdict.Verdict, c results.Criterion) string {
	name := variantName(r, v, c.To.Variant)
	if c.ToMetric != "" {
		name += ", " + metricOf(c.ToMetric).Short
	}
	if c.To.Scenario != "" && c.To.Scenario != c.Of.Scenario {
		name += " in " + shortName(v.Statement, c.To.Scenario)
	}
	return name
}

// toMetric is the metric of a pair's second side.
func toMetric(c results.Criterion) string {
	if c.ToMetric != "" {
		return c.ToMetric
	}
	return c.Metric
}

// tablePlace is where a comparison was made, as a row of a table has it.
func tablePlace(v verdict.Verdict, f verdict.Finding) string {
	switch {
	case f.Criterion.Kind == results.ObservationOf:
		return text.Name(f.Criterion.Observation)
	case f.Scenario == "":
		return text.Name(f.Of.Variant)
	case f.Point == "":
		return shortName(v.Statement, f.Scenario)
	}
	return shortName(v.Statement, f.Scenario) + ", " + pointOf(f)
}

// median is the number of one side with its interval, and how many trials failed.
func median(s verdict.Side, unit string) text.Value {
	m := metricOf(unit)
	if m.Value == nil || len(s.Cell.Trials) == 0 {
		return text.Value{Text: "–"}
	}
	v := view.Cell{Cell: s.Cell}.Value(m)
	if n := len(s.Cell.Failed); n > 0 {
		v.Note = strings.TrimSpace(fmt.Sprintf("%s %d failed", v.Note, n))
	}
	return v
}

// valueOf is what was compared with what was asked for.
func valueOf(f verdict.Finding) text.Value {
	if f.Value.N == 0 {
		return text.Value{Text: "–"}
	}
	why, weight := doubtOf(f)
	return text.Value{Text: text.Format(f.Value.Center, f.Kind), Note: view.Bounds(f.Value, f.Kind), Doubt: why, Alarming: weight == chart.Alarming}
}

// doubtOf is the doubt about the numbers that a comparison is made of: of the first side that has
// one. Empty: there is none.
func doubtOf(f verdict.Finding) (why string, weight chart.Weight) {
	for _, side := range []struct {
		of   verdict.Side
		unit string
	}{{f.Of, f.Criterion.Metric}, {f.To, toMetric(f.Criterion)}} {
		if m := metricOf(side.unit); m.Value != nil && why == "" {
			why, weight = view.Cell{Cell: side.of.Cell}.Doubt(m)
		}
	}
	return why, weight
}

// answer is whether a comparison came true, with the reason where that is not plain.
func answer(f verdict.Finding) text.Value {
	m := marks[string(f.Answer)]
	switch f.Answer {
	case verdict.Open:
		m = marks[string(verdict.NotDecided)]
	case verdict.Untested:
		m = marks[string(verdict.NotTested)]
	}
	note := told(f.Reason)
	if f.Needed > 0 {
		note += fmt.Sprintf("; about %d trials would tell", f.Needed)
	}
	return text.Value{Text: string(f.Answer), Sign: m.Sign, Tone: m.Tone, Note: note}
}

// explain makes the tables that a statement names to explain its verdict.
func explain(v verdict.Verdict) (all []explanation) {
	cells, names := compared(v)
	if len(cells) == 0 {
		return nil
	}
	var units []string
	for _, unit := range v.Explain {
		if _, ok := results.MetricByUnit(unit); ok {
			units = append(units, unit)
		}
	}
	if slices.Contains(v.Explain, "bytes") {
		all = append(all, explanation{"Bytes of each delivered event by what they are for", ledger(cells, names)})
	}
	if len(units) > 0 {
		t := text.Table{Columns: text.Heads("variant")}
		for _, unit := range units {
			t.Columns = append(t.Columns, text.Column{Title: metricOf(unit).Short, Number: true})
		}
		for i, c := range cells {
			row := []text.Value{{Text: names[i], Transport: c.Transport}}
			for _, unit := range units {
				row = append(row, view.Cell{Cell: c}.Value(metricOf(unit)))
			}
			t.Rows = append(t.Rows, row)
		}
		all = append(all, explanation{"Other numbers of the same trials", t})
	}
	return all
}

// compared are the cells that the statement's criteria are about, each once, with names
// that tell them apart.
func compared(v verdict.Verdict) (cells []results.Cell, names []string) {
	type key struct{ scenario, point, target, variant string }
	seen := map[key]bool{}
	for _, f := range v.Findings {
		for _, s := range []verdict.Side{f.Of, f.To} {
			c := s.Cell
			k := key{c.Scenario, c.Point, c.Target, c.Variant}
			if len(c.Trials) == 0 || seen[k] {
				continue
			}
			seen[k] = true
			own := f
			own.Scenario, own.Point, own.Of = c.Scenario, c.Point, s
			name := view.CellName(c)
			if place := placeOf(v, own); place != "" {
				name += ", " + place
			}
			cells, names = append(cells, c), append(names, name)
		}
	}
	return cells, names
}

// ledger is the bytes of all valid trials of each cell by kind, each way, divided by their
// deliveries. Only kinds that somebody has are columns.
func ledger(cells []results.Cell, names []string) text.Table {
	type line struct {
		name, transport string
		bytes           results.Bytes
		events          int64
	}
	var lines []line
	for i, c := range cells {
		down := line{name: names[i] + ", server to client", transport: c.Transport}
		up := line{name: names[i] + ", client to server", transport: c.Transport}
		for _, t := range c.Trials {
			down.bytes, up.bytes = down.bytes.Plus(t.Steady.In), up.bytes.Plus(t.Steady.Out)
			down.events += t.Deliveries.InWindow
		}
		up.events = down.events
		if down.events > 0 {
			lines = append(lines, down, up)
		}
	}
	t := text.Table{Columns: text.Heads("variant and direction")}
	var kinds []results.Kind
	for _, k := range results.Kinds() {
		if slices.ContainsFunc(lines, func(l line) bool { return l.bytes[k] != 0 }) {
			kinds = append(kinds, k)
			t.Columns = append(t.Columns, text.Column{Title: k.String(), Number: true})
		}
	}
	t.Columns = append(t.Columns, text.Column{Title: "all", Number: true})
	for _, l := range lines {
		per := func(n int64) text.Value { return text.Value{Text: text.Bytes(float64(n) / float64(l.events))} }
		row := []text.Value{{Text: l.name, Transport: l.transport}}
		for _, k := range kinds {
			row = append(row, per(l.bytes[k]))
		}
		t.Rows = append(t.Rows, append(row, per(l.bytes.Total())))
	}
	return t
}
