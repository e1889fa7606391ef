package lab

import (
	"context"

	"pushbench/results"
	"pushbench/scenarios"
	"pushbench/servers/wire"
)

// recorded returns what the record of a run keeps of s when it was run on the
// variants of cells.
func recorded(ctx context.Context, s scenarios.Scenario, cells []scenarios.Cell, trials int) results.Scenario {
	r := results.Scenario{
		Name: s.Name, File: s.File, About: s.About, Text: s.Text, Hash: s.Hash(),
		Sweep: s.Sweep.Key, Points: s.Sweep.Points(), Trials: trials, Proxy: fronted(ctx, s, cells),
		Nodes: joined(ctx, s),
	}
	seen := map[wire.Variant]bool{}
	for _, c := range cells {
		if !seen[c.Variant] {
			seen[c.Variant] = true
			r.Variants = append(r.Variants, c.Variant.String())
		}
	}
	return r
}
