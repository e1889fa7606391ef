package lab

import (
	"context"

	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/scenarios"
)

// A Load carries out the load of trials, one after the other.
type Load interface {
	// Run is as loadgen.Run.
	Run(ctx context.Context, o loadgen.Options) (*results.Trial, error)

	// Lacks says why it cannot carry out a trial, or nothing. It is asked before there is a
	// server.
	Lacks(o loadgen.Options) error

	// Size is among how many processes the clients are shared out.
	Size() int
}

// unshared says why others than this process cannot carry out the load of c, or nothing.
func (r *Runner) unshared(c scenarios.Cell) string {
	if r.Load == nil {
		return ""
	}
	if _, over := r.link(c); over {
		return "the path between network namespaces begins in this process, and agents are others"
	}
	if c.Scenario.Proxy != nil {
		return "a trial through a proxy has one load generator"
	}
	if err := r.Load.Lacks(Planned{Scenario: c.Scenario.Name, Variant: c.Variant, Number: 1, Cell: c}.options(r.Seed)); err != nil {
		return err.Error()
	}
	return ""
}
