package lab

import (
	"context"
	"fmt"

	"pushbench/lab/broker"
	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/scenarios"
)

// unjoined says why the nodes of c cannot be started here, or nothing.
func (r *Runner) unjoined(c scenarios.Cell) string {
	kind := c.Scenario.Backplane
	switch {
	case kind == "":
		return ""
	case r.Audit:
		return "an audit captures the packets of one server, and the scenario has several nodes"
	}
	return broker.Missing(kind)
}

// unjoinedBy says why t cannot be the nodes of c, or nothing.
func unjoinedBy(t target.Target, c scenarios.Cell) string {
	if c.Scenario.Backplane == "" || t.File == nil {
		return ""
	}
	return fmt.Sprintf("target %s is described by a file, and it is not known how several of it share their events", t.Name)
}

// joined is what the record of a run keeps of the nodes of s; nil: it is one process.
func joined(ctx context.Context, s scenarios.Scenario) *results.Nodes {
	if s.Backplane == "" {
		return nil
	}
	return &results.Nodes{Count: s.Nodes, Backplane: s.Backplane, Version: broker.Version(ctx, s.Backplane)}
}
