package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/published"
	"pushbench/results/safe"
)

// outcome is the exit status of a run with at least one trial; filtered says
// that the user left out variants.
func outcome(record *results.Record, err error, interrupted, filtered bool) error {
	var bad []error
	failed := 0
	for _, t := range record.Trials {
		if t.Failed != "" {
			failed++
		}
	}
	if failed > 0 {
		bad = append(bad, fmt.Errorf("%d of %d trial%s failed", failed, len(record.Trials), plural(len(record.Trials))))
	}
	for _, e := range record.Expectations {
		switch {
		case e.Held:
		case e.Reason == "":
			bad = append(bad, fmt.Errorf("%s: expected %q, but %s has %s", at(e.Scenario, e.Point), e.Text, who(record, e), got(e)))
		case !filtered: // a filter is why there is nothing to judge
			bad = append(bad, fmt.Errorf("%s: expected %q%s: %s", at(e.Scenario, e.Point), e.Text, behind(" of ", who(record, e)), e.Reason))
		}
	}
	for _, c := range record.Published {
		if c.Verdict == published.NotReproduced {
			bad = append(bad, fmt.Errorf("row %d, %s: %s was published and %s came out", c.Row, c.Quantity, results.FormatValue(c.Theirs, c.Kind), results.FormatValue(c.Ours, c.Kind)))
		}
	}
	switch {
	case interrupted:
		return &exitError{status: exitInterrupted, err: fmt.Errorf("interrupted after %d of %d trials; the record says so", len(record.Trials), record.Planned)}
	case err != nil:
		e := &exitError{status: exitUsage}
		var place *exitError
		if errors.As(noRoom(err), &place) {
			e.hint = place.hint
		}
		return e
	case bad != nil:
		return &exitError{status: exitFailed, err: errors.Join(bad...)}
	}
	return nil
}

// who names what an expectation is about: a variant and, where it is not our own
// servers alone that answered, the target.
func who(record *results.Record, e results.Expectation) string {
	return e.Variant + view.TargetSuffix(record, e.Target)
}

// behind is word and name, or nothing without a name.
func behind(word, name string) string {
	if name == "" {
		return ""
	}
	return word + name
}

// got is what was measured for an expectation.
func got(e results.Expectation) string {
	m, _ := results.MetricByUnit(e.Metric)
	return results.FormatValue(e.Got, m.Kind)
}

// together is what became of the report and of the run. The run's status stands: a
// script that waits for a broken expectation hears of it though the screen is full.
func together(reported, verdict error) error {
	if reported == nil || verdict == nil {
		return cmp.Or(reported, verdict)
	}
	both := &exitError{status: exitUsage}
	var why, what *exitError
	if errors.As(reported, &why) {
		both.hint = why.hint
	}
	if errors.As(verdict, &what) {
		both.status, both.hint = what.status, cmp.Or(both.hint, what.hint)
		if what.err == nil { // it was said before
			both.err = reported
			return both
		}
	}
	both.err = errors.Join(reported, verdict)
	return both
}

// nothingRuns says why none of what was asked for can be run.
func nothingRuns(not []results.NotRun) error {
	return usage("pushbench doctor tells what this machine can do", "nothing can be run: %s", strings.Join(notRun(not), "; "))
}

// writeNotRun says what is left out, and why.
func writeNotRun(w io.Writer, not []results.NotRun) {
	for _, line := range notRun(not) {
		say(w, "not run: %s", line)
	}
}

// notRun is a line for each reason, with the parts of the run that it is the reason of.
// What differs in one thing alone, such as the target, is one part.
func notRun(not []results.NotRun) (lines []string) {
	type part struct{ scenario, point, variant, target, reason string }
	var parts []part
	for _, n := range not {
		parts = append(parts, part{n.Scenario, n.Point, n.Variant, n.Target, n.Reason})
	}
	for _, field := range []func(*part) *string{
		func(p *part) *string { return &p.variant },
		func(p *part) *string { return &p.scenario },
		func(p *part) *string { return &p.target },
	} {
		var all []part
		named := map[part][]string{}
		for _, p := range parts {
			name := *field(&p)
			*field(&p) = ""
			if named[p] == nil {
				all = append(all, p)
			}
			named[p] = append(named[p], name)
		}
		for i := range all {
			*field(&all[i]) = strings.Join(named[all[i]], ", ")
		}
		parts = all
	}
	var reasons []string
	names := map[string][]string{}
	for _, p := range parts {
		if names[p.reason] == nil {
			reasons = append(reasons, p.reason)
		}
		names[p.reason] = append(names[p.reason], at(p.scenario, p.point, p.variant, p.target))
	}
	for _, reason := range reasons {
		lines = append(lines, strings.Join(names[reason], " and ")+": "+safe.Brief(reason, 400))
	}
	return lines
}

// at names a part of a run by those of its names that there are.
func at(names ...string) string {
	return strings.Join(slices.DeleteFunc(names, func(s string) bool { return s == "" }), " ")
}
