// Package sample is what the tests of plots share.
package sample

import (
	"slices"

	"pushbench/results"
	"pushbench/results/example"
)

// Doubted is the example with a warning of code in some trials.
func Doubted(code string, in func(*results.Trial) bool) *results.Record {
	r := example.Record()
	for _, t := range r.Trials {
		t.Failed, t.Warnings = "", nil
		if in(t) {
			t.Warnings = []results.Warning{{Code: code, Text: "doubt it"}}
		}
	}
	return r
}

// Few is a part of the example that draws quickly: one feed, one scenario
// about connections and two sweeps, two trials of each.
func Few() *results.Record {
	r := example.Record()
	keep := []string{"live-feed", "connect", "sweep-rate", "sweep-interval"}
	r.Scenarios = slices.DeleteFunc(r.Scenarios, func(s results.Scenario) bool { return !slices.Contains(keep, s.Name) })
	r.Trials = slices.DeleteFunc(r.Trials, func(t *results.Trial) bool { return !slices.Contains(keep, t.Scenario) || t.Number > 2 })
	return r
}
