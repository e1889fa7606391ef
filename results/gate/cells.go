package gate

import (
	"cmp"
	"slices"

	"pushbench/results"
)

// describe adds to the findings what the records say of their cells: people read
// of a transport and its settings, not of a variant's name. It adds the loads, too.
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
			load := Load{f.Scenario, f.Point, t.Load.Hash}
			if load.Hash != "" && !slices.Contains(c.Loads, load) {
				c.Loads = append(c.Loads, load)
			}
		}
	}
	slices.SortFunc(c.Loads, func(a, b Load) int {
		return cmp.Or(cmp.Compare(a.Scenario, b.Scenario), cmp.Compare(a.Point, b.Point), cmp.Compare(a.Hash, b.Hash))
	})
}
