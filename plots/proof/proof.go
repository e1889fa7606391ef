// Package proof tables what a reader of a record can check.
//
// Everything here is a pure function of the record.
package proof

import (
	"strings"

	"pushbench/plots/look"
	"pushbench/plots/table"
	"pushbench/plots/words"
	"pushbench/results"
)

// MetricID is the id that the entry of a metric has in a glossary.
func MetricID(unit string) string {
	return "metric-" + strings.ToLower(strings.ReplaceAll(unit, "/", "-"))
}

// head is the first field of the row of a cell: its scenario, its name and
// where it lies on the scenario's sweep.
func head(c results.Cell) table.Value {
	text := c.Scenario + " · " + look.Cell(c)
	switch v, ok := c.At(); {
	case ok:
		text += " · " + words.Point(c.Sweep, v)
	case c.Point != "":
		text += " · " + c.Point
	}
	return table.Value{Text: text, Transport: c.Transport}
}
