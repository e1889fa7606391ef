package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"pushbench/lab"
	"pushbench/lab/target"
	"pushbench/results/safe"
	"pushbench/scenarios"
	"pushbench/servers/wire"
)

// writePlan shows what a run would do.
func writePlan(w io.Writer, r *lab.Runner) error {
	plan, not := r.Plan(), r.NotRun()
	if len(plan) == 0 {
		return nothingRuns(not)
	}
	tab := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tab, "SCENARIO\tVARIANT\tPOINTS\tTRIALS\tTIME")
	for _, s := range r.Scenarios {
		for _, row := range rows(plan, s, r.Targets) {
			name := row.variant.String() + answeredBy(r, row.target)
			fmt.Fprintf(tab, "%s\t%s\t%s\t%d\t%s\n", safe.Line(s.Name), name, row.points, row.trials, span(row.time))
		}
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	if err := writeConditions(w, r.Scenarios); err != nil {
		return err
	}
	if err := writeWarmups(w, plan); err != nil {
		return err
	}
	if len(not) > 0 {
		fmt.Fprintln(w)
		writeNotRun(w, not)
	}
	_, err := fmt.Fprintf(w, "\n%d trial%s, about %s, seed %d, into %s\n", len(plan), plural(len(plan)), span(lab.Estimate(plan)), r.Seed, safe.Line(r.Dir))
	return err
}

// writeWarmups tells what makes warm-ups longer than their scenarios say: of
// each scenario the longest.
func writeWarmups(w io.Writer, plan []lab.Planned) error {
	longest, order := map[string]lab.Planned{}, []string{}
	for _, p := range plan {
		run, why := p.Cell.Warmup()
		if why == "" {
			continue
		}
		known, ok := longest[p.Scenario]
		if !ok {
			order = append(order, p.Scenario)
		}
		if before, _ := known.Cell.Warmup(); !ok || run > before {
			longest[p.Scenario] = p
		}
	}
	slices.Sort(order)
	if len(order) > 0 {
		fmt.Fprintln(w)
	}
	for _, name := range order {
		p := longest[name]
		run, why := p.Cell.Warmup()
		if p.Point != "" {
			name = fmt.Sprintf("%s %s %s", name, p.Sweep, p.Point)
		}
		if _, err := fmt.Fprintf(w, "warm-up of %s: %s, %s\n", name, wire.Duration(run), why); err != nil {
			return err
		}
	}
	return nil
}

// A row is the trials of one variant of one scenario against one target, over all
// points.
type row struct {
	target  string
	variant wire.Variant
	points  string
	trials  int
	time    time.Duration
}

func rows(plan []lab.Planned, s scenarios.Scenario, targets []target.Target) []row {
	var out []row
	for _, p := range plan {
		if p.Scenario != s.Name {
			continue
		}
		i := slices.IndexFunc(out, func(r row) bool { return r.variant == p.Variant && r.target == p.Target.Name })
		if i < 0 {
			i = len(out)
			out = append(out, row{target: p.Target.Name, variant: p.Variant})
		}
		out[i].trials++
		out[i].time += p.Estimate
		if p.Point != "" && p.Sweep != scenarios.SweepInterval { // the variant's name tells the interval
			out[i].points = p.Sweep + " " + sweptRange(s)
		}
	}
	slices.SortFunc(out, func(a, b row) int {
		place := func(r row) int {
			return slices.IndexFunc(targets, func(t target.Target) bool { return t.Name == r.target })
		}
		return cmp.Or(compareVariants(a.variant, b.variant), cmp.Compare(place(a), place(b)))
	})
	return out
}
