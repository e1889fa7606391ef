package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"pushbench/results"
	"pushbench/results/claims"
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
		bad = append(bad, fmt.Errorf("%d of %d trials failed", failed, len(record.Trials)))
	}
	for _, e := range record.Expectations {
		switch {
		case e.Held:
		case e.Reason == "":
			bad = append(bad, fmt.Errorf("%s: expected %q, but %s has %.4g", at(e.Scenario, e.Point), e.Text, e.Variant, e.Got))
		case !filtered: // a filter is why there is nothing to judge
			bad = append(bad, fmt.Errorf("%s: expected %q: %s", at(e.Scenario, e.Point), e.Text, e.Reason))
		}
	}
	for _, c := range record.Claims {
		if c.Verdict == claims.NotReproduced {
			bad = append(bad, fmt.Errorf("row %d, %s: %s was published and %s came out", c.Row, c.Quantity, results.FormatValue(c.Theirs, c.Kind), results.FormatValue(c.Ours, c.Kind)))
		}
	}
	switch {
	case interrupted:
		return &exitError{status: exitInterrupted, err: fmt.Errorf("interrupted after %d of %d trials; the record says so", len(record.Trials), record.Planned)}
	case err != nil:
		return &exitError{status: exitUsage}
	case bad != nil:
		return &exitError{status: exitFailed, err: errors.Join(bad...)}
	}
	return nil
}

// nothingRan says why a run came to its end without a trial.
func nothingRan(record *results.Record, err error) error {
	if err != nil || record == nil {
		return err
	}
	reasons := make([]string, len(record.NotRun))
	for i, n := range record.NotRun {
		reasons[i] = notRun(n)
	}
	return usage("pushbench doctor tells what this machine can do", "nothing could be run: %s", strings.Join(reasons, "; "))
}

// notRun is a line on what was left out, and why.
func notRun(n results.NotRun) string {
	return at(n.Scenario, n.Point, n.Variant) + ": " + safe.Brief(n.Reason, 400)
}

// at names a part of a run by those of its names that there are.
func at(names ...string) string {
	return strings.Join(slices.DeleteFunc(names, func(s string) bool { return s == "" }), " ")
}
