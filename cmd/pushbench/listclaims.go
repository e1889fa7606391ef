package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"pushbench/lab"
	"pushbench/lab/target"
	"pushbench/scenarios"
	"pushbench/scenarios/claim"
)

// listClaims shows what the claims say, what each needs and how long it takes.
func listClaims(w io.Writer, all []claim.Claim) error {
	l := consoleOf(w)
	tab := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tab, "NO\tCLAIM\tTRIALS\tTIME\tNEEDS")
	name := 0
	for _, c := range all {
		name = max(name, len(c.Name))
		trials, takes := costOf(c)
		count, time := fmt.Sprint(trials), span(takes)
		switch {
		case c.Cannot != "":
			count, time = "–", "–"
		case takes == 0:
			time = "not here" // pushbench doctor says why
		}
		fmt.Fprintf(tab, "%d\t%s\t%s\t%s\t%s\n", c.Number, c.Name, count, time, needsOf(c))
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, c := range all {
		fmt.Fprintf(w, "%3d  %-*s  %s\n", c.Number, name, c.Name, wrap(c.Says, min(l.width, plainWidth)-name-8, name+7))
		notes := notHere(c)
		if c.Cannot != "" {
			notes = []string{"Cannot be tested: " + c.Cannot}
		}
		for _, note := range notes {
			fmt.Fprintf(w, "%*s%s\n", name+7, "", wrap(note, min(l.width, plainWidth)-name-8, name+7))
		}
	}
	_, err := fmt.Fprintln(w, "\npushbench claims NUMBER tests one; without an argument, all of them.")
	return err
}

// notHere says which parts of the claim cannot be run here, and why.
func notHere(c claim.Claim) (lines []string) {
	not := (&lab.Runner{Scenarios: c.Scenarios, Targets: []target.Target{target.Builtin()}}).NotRun()
	for _, line := range notRun(not) {
		lines = append(lines, "Not here: "+line)
	}
	return lines
}

// costOf is how many trials the claim takes here, and how long all of it takes.
func costOf(c claim.Claim) (trials int, takes time.Duration) {
	plan := (&lab.Runner{Scenarios: c.Scenarios, Targets: []target.Target{target.Builtin()}}).Plan()
	takes = lab.Estimate(plan)
	all, _ := observersOf([]claim.Claim{c})
	for _, one := range all {
		takes += one.estimate
	}
	return len(plan), takes
}

// needsOf says what the claim needs besides this program.
func needsOf(c claim.Claim) string {
	var needs []string
	if slices.ContainsFunc(c.Scenarios, func(s scenarios.Scenario) bool { return s.Path != nil }) {
		needs = append(needs, "root")
	}
	add := func(name string) {
		if name != "" && !slices.Contains(needs, name) {
			needs = append(needs, name)
		}
	}
	for _, s := range c.Scenarios {
		if s.Proxy != nil {
			add(s.Proxy.Program)
		}
	}
	all, _ := observersOf([]claim.Claim{c})
	for _, one := range all {
		for _, name := range strings.Split(one.needs, ", ") {
			add(name)
		}
	}
	return strings.Join(needs, ", ")
}
