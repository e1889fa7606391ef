package gate

import "pushbench/results"

// label says in each finding what its cell is, as the record's trials have it: nobody
// has to read it out of a variant's name.
func (c *Comparison) label(rec *results.Record) {
	cells := map[Cell]*results.Trial{}
	for _, t := range rec.Trials {
		cells[Cell{t.Scenario, t.Point, t.Variant}] = t
	}
	for i := range c.Findings {
		f := &c.Findings[i]
		if t := cells[Cell{f.Scenario, f.Point, f.Variant}]; t != nil {
			f.Sweep, f.Transport, f.Settings = t.Sweep, t.Transport, t.Settings
		}
	}
}
