package gate

import "pushbench/results"

// describe adds to the findings what the records say of their cells: people read
// of a transport and its settings, not of a variant's name.
func (c *Comparison) describe(records ...*results.Record) {
	trials := map[Cell]*results.Trial{}
	for _, r := range records {
		for _, t := range r.Trials {
			trials[Cell{t.Scenario, t.Point, t.Variant}] = t
		}
	}
	for i := range c.Findings {
		f := &c.Findings[i]
		if t := trials[Cell{f.Scenario, f.Point, f.Variant}]; t != nil {
			f.Sweep, f.Transport, f.Settings = t.Sweep, t.Transport, t.Settings
		}
	}
}
