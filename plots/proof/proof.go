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
func head(r *results.Record, c results.Cell) text.Value {
	cell := view.WithPoints([]view.Cell{{Cell: c, Name: view.CellName(c) + view.TargetSuffix(r, c.Target)}})[0]
	return text.Value{Text: c.Scenario + " · " + cell.Name, Transport: c.Transport}
}
