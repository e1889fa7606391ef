package reading

import (
	"fmt"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// A costUnit is a metric of the table of costs.
type costUnit struct {
	title, unit  string
	ofConnection bool
}

// costUnits are the metrics of the table of costs: those of the load, then those
// of a connection.
func costUnits(r *results.Record) []costUnit {
	return []costUnit{
		{"median latency", "p50-sec", false},
		{"99\u00a0% arrive within", "p99-sec", false},
		{"bytes per event", "wire-B/event", false},
		{"server CPU per event", "server-cpu-sec/event", false},
		{"time to connect", "open-sec", true},
		{"memory per connection", view.MemoryUnit(r), true},
	}
}

// leading is the scenario that the report opens with: of those without a sweep in
// which events arrived the first that compares several variants, else the first;
// ok is false when there is none.
func leading(all []view.Scenario) (lead view.Scenario, ok bool) {
	for _, s := range all {
		n := len(view.Contenders(s.With("p50-sec")))
		if s.Scenario.Sweep != "" || n == 0 {
			continue
		}
		if n > 1 {
			return s, true
		}
		if !ok {
			lead, ok = s, true
		}
	}
	return lead, ok
}

// costs returns the table of what each contender of a load costs. What a
// connection costs is told by the scenario conn. noted are the rows that have it from
// elsewhere, and from where. gaps are why fields are empty, where many would say it.
func costs(load, conn view.Scenario) (t text.Table, noted, gaps []string) {
	t = text.Table{Columns: text.Heads("transport")}
	units := costUnits(load.Record)
	for _, u := range units {
		title := u.title
		if n := conn.Opening(); u.unit == "open-sec" && n > 1 {
			title += fmt.Sprintf(", %d at a time", n)
		}
		t.Columns = append(t.Columns, text.Column{Title: title, Number: true, Link: view.MetricID(u.unit)})
	}
	var rows []view.Cell
	for _, c := range view.Contenders(load.With("p50-sec")) {
		row := []text.Value{c.Head()}
		var origins []string
		for _, u := range units {
			m, _ := results.MetricByUnit(u.unit)
			if !u.ofConnection {
				row = append(row, c.Value(m))
				continue
			}
			v, origin := connectionValue(load, conn, c, m)
			if origin != "" {
				v.Note = strings.TrimPrefix(v.Note+", "+origin, ", ")
				origins = append(origins, u.title+" "+origin)
			}
			row = append(row, v)
		}
		rows = append(rows, c)
		t.Rows = append(t.Rows, row)
		if origins != nil {
			noted = append(noted, c.LongName()+": "+text.Join(origins))
		}
	}
	if view.AnyForeign(load.Record) {
		gaps = view.TakeGaps(&t, rows)
	}
	return t, noted, gaps
}

// connectionValue is what a connection of a cell of the load costs: what the scenario
// conn says of its variant, else what the load itself does, else what conn says of
// another variant of its transport. Of the last two, origin says which.
func connectionValue(load, conn view.Scenario, c view.Cell, m results.Metric) (v text.Value, origin string) {
	if same, ok := counterpart(conn.Cells, c); ok {
		v = same.Value(m)
		if len(same.Trials) == 0 {
			v.Note = "no trial of it in " + conn.Scenario.Name + " is valid"
		}
		return v, ""
	}
	if _, ok := c.Summarize(m); ok {
		return c.Value(m), "from " + load.Scenario.Name
	}
	for _, other := range conn.Cells {
		if _, ok := other.Summarize(m); ok && other.Transport == c.Transport && other.Target == c.Target {
			return other.Value(m), "of " + other.LongName()
		}
	}
	return c.Value(m), ""
}
