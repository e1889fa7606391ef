package reading

import (
	"fmt"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// costUnits are the metrics of the table of costs: those of the load, then those
// of a connection.
var costUnits = []struct {
	title, unit  string
	ofConnection bool
}{
	{"median latency", "p50-sec", false},
	{"99\u00a0% arrive within", "p99-sec", false},
	{"bytes per event", "wire-B/event", false},
	{"server CPU per event", "server-cpu-sec/event", false},
	{"time to connect", "open-sec", true},
	{"memory per connection", "server-mem-B/conn", true},
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
// connection costs is told by the scenario conn.
func costs(load, conn view.Scenario) text.Table {
	t := text.Table{Columns: text.Heads("transport")}
	for _, u := range costUnits {
		title := u.title
		if n := conn.Opening(); u.unit == "open-sec" && n > 1 {
			title += fmt.Sprintf(", %d at a time", n)
		}
		t.Columns = append(t.Columns, text.Column{Title: title, Number: true, Link: view.MetricID(u.unit)})
	}
	for _, c := range view.Contenders(load.With("p50-sec")) {
		row := []text.Value{c.Head()}
		for _, u := range costUnits {
			m, _ := results.MetricByUnit(u.unit)
			if u.ofConnection {
				row = append(row, counterpart(conn, c).Value(m))
			} else {
				row = append(row, c.Value(m))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// counterpart finds the cell of another scenario's variant and target in s, or else
// the first one of its transport and target.
func counterpart(s view.Scenario, as view.Cell) view.Cell {
	var found view.Cell
	for _, c := range s.Cells {
		if c.Target != as.Target {
			continue
		}
		if c.Variant == as.Variant {
			return c
		}
		if c.Transport == as.Transport && found.Name == "" {
			found = c
		}
	}
	return found
}
