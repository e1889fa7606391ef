package lab

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/lab/machine"
	"pushbench/lab/target"
	"pushbench/servers/wire"
	"pushbench/targets"
)

// A way is how clients get to a target.
type way struct {
	target string // name
	over   wire.Transport
}

// tried are the transports over which the trials of t would run, where it is described.
func (r *Runner) tried(t target.Target) (all []wire.Transport) {
	if t.File == nil {
		return nil
	}
	plan, _ := r.plan(machine.OwnLimits())
	for _, p := range plan {
		if on := p.Variant.Transport; p.Target.Name == t.Name && !slices.Contains(all, on) {
			all = append(all, on)
		}
	}
	return all
}

// nothingSound says why nothing can be measured, or no comparison made, after the targets
// were tried out.
func (r *Runner) nothingSound() error {
	var reasons []string
	hint := ""
	for _, t := range r.Targets {
		for _, on := range wire.Transports() {
			if why := r.refused[way{t.Name, on}]; why != "" {
				reasons = append(reasons, fmt.Sprintf("%s over %s: %s", t.Name, on, why))
				if r.Duel == nil { // its targets have other names than their files
					hint = "pushbench check --target " + named(t) + " tells more"
				}
			}
		}
	}
	return &target.Unready{Err: fmt.Errorf("cannot measure %s", strings.Join(reasons, "; ")), Hint: hint}
}

// named is how the command line names a described target.
func named(t target.Target) string {
	if f, err := targets.Lookup(t.Name); err == nil && f.Path == t.File.Path {
		return t.Name
	}
	return t.File.Path
}
