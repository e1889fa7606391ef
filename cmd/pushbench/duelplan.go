package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"pushbench/lab"
	"pushbench/lab/duel"
)

// plan shows what a duel would do.
func (o duelOptions) plan(w io.Writer, job *duel.Job, r *lab.Runner) error {
	plan := r.Plan()
	var names []string
	for _, p := range plan {
		names = append(names, at(p.Scenario, p.Point, p.Variant.String()))
	}
	slices.Sort(names)
	_, err := fmt.Fprintf(w, "base  %s\nhead  %s\n\n%s\n\n%s, seed %d\n", job.Base, job.Head, strings.Join(slices.Compact(names), "\n"),
		limit{o.budget, job.Confirm}.extent(r, plan), o.seed)
	writeNotRun(w, duel.Shared(r.NotRun()))
	return err
}

// A limit is how long a comparison may take. The zero value is any time.
type limit struct {
	budget  time.Duration // of the first measurement; 0: none
	confirm bool          // a second one may follow
}

// extent says how much is measured at most.
func (l limit) extent(r *lab.Runner, plan []lab.Planned) string {
	blocks, cells := 0, map[string]bool{}
	for _, p := range plan {
		blocks = max(blocks, p.Number)
		cells[at(p.Scenario, p.Point, p.Variant.String())] = true
	}
	how := "side by side"
	if !r.Together {
		how = "one after another, each with its own load generator"
	}
	whole := lab.Estimate(plan) + time.Duration(blocks)*duel.LinkTime
	most, more := whole, ""
	if l.budget > 0 {
		most = min(whole, l.budget)
	}
	if l.budget > 0 && l.confirm {
		again := min(whole, l.budget-most+l.budget/2)
		more = fmt.Sprintf(", and up to %s more to confirm a change", span(again))
	}
	return fmt.Sprintf("at most %d block%s of %d cell%s, %d servers %s, at most %s%s", blocks, plural(blocks), len(cells), plural(len(cells)),
		len(r.Targets), how, span(most), more)
}
