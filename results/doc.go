// Package results is the record of a run: what came out, how it is kept, what
// it amounts to.
//
// A [Record] holds the trials of a run, each with its histograms, its ledger of
// bytes and its counts; [Save] and [Load] keep it in run.json, whose fields
// SCHEMA.md lists. [Record.Cells] groups trials that were the same experiment,
// [Metrics] names every number that can be read from one, and [Cell.Summarize]
// says what the trials of a cell have in common. Package model
// says what a number should have been, [Crossings] between which points one transport overtakes another.
// [WriteBenchmarks] writes the same numbers for benchstat.
//
// The package has no network code and imports nothing of this module but safe, so it
// works on a record from any machine.
package results
