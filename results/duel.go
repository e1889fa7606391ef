package results

import (
	"fmt"
	"reflect"
	"slices"
)

// A Duel says that a record is one comparison: which of its targets are the
// arms, and how they were measured. In each block every cell has one trial of
// each arm; a block is the trials with one number.
type Duel struct {
	Base  string `json:"base"`  // name of a target
	Again string `json:"again"` // the base once more: the null arm, the control of the job
	Head  string `json:"head"`  // what is judged

	Relinked      bool   `json:"relinked"`                 // each arm of each block was linked anew, with another layout
	Generator     string `json:"generator"`                // one: the same load generator in all arms, which ran side by side; each: every arm had its own, one after another
	ServerCPUs    string `json:"server_cpus,omitempty"`    // that the servers ran on, as 1 or 2-3; empty: they shared all with the load generator
	GeneratorCPUs string `json:"generator_cpus,omitempty"` // those of the load generator
	Blocks        int    `json:"blocks"`                   // complete ones
	Stopped       string `json:"stopped,omitempty"`        // why there were no more: precision, budget, asked, interrupted
	Reproduce     string `json:"reproduce"`                // the command line that repeats it, seed included
}

// problem finds an arm that is no target, or is another arm, too.
func (d *Duel) problem(targets []Target) *problem {
	if d == nil {
		return nil
	}
	arms := []struct{ path, name string }{{"base", d.Base}, {"again", d.Again}, {"head", d.Head}}
	for i, a := range arms {
		if !slices.ContainsFunc(targets, func(t Target) bool { return t.Name == a.name }) {
			return &problem{a.path, fmt.Sprintf("%q is not among the record's targets", a.name)}
		}
		for _, other := range arms[:i] {
			if other.name == a.name {
				return &problem{a.path, fmt.Sprintf("%q is the duel's %s, too", a.name, other.path)}
			}
		}
	}
	return impossible("", reflect.ValueOf(*d), false)
}

// Values of Duel.Generator.
const (
	GeneratorOne  = "one"
	GeneratorEach = "each"
)

// Values of Duel.Stopped.
const (
	StoppedPrecision   = "precision"   // every gated interval was narrower than its bar
	StoppedBudget      = "budget"      // the time was over
	StoppedAsked       = "asked"       // as many blocks as were asked for
	StoppedInterrupted = "interrupted" // Ctrl-C
)
