// Package proof tables what a reader of a record can check.
//
// Everything here is a pure function of the record.
package proof

import (
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// head is the first field of the row of a cell: its scenario, its name and
// where it lies on the scenario's sweep.
func head(c results.Cell) text.Value {
	line := c.Scenario + " · " + view.CellName(c)
	switch v, ok := c.At(); {
	case ok:
		line += " · " + text.Point(c.Sweep, v)
	case c.Point != "":
		line += " · " + c.Point
	}
	return text.Value{Text: line, Transport: c.Transport}
}
