package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"pushbench/results/gate"
	"pushbench/results/safe"
)

// acceptFile is where a repository declares changes for the worse that are intended,
// so that they are reviewed with the change itself.
const acceptFile = "gate-accept.txt"

// An intended is a change that was declared beforehand in a file.
type intended struct {
	name   string // a metric, or VARIANT:METRIC
	reason string
	line   int
}

// at names the line in the file.
func (a intended) at(file string) string { return fmt.Sprintf("%s:%d", file, a.line) }

// is reports whether the finding is of the number that was declared.
func (a intended) is(f gate.Finding) bool {
	return a.name == f.Metric || a.name == f.Variant+":"+f.Metric
}

// readAccepted reads a file of changes that are intended: on each line METRIC or
// VARIANT:METRIC, a # and the reason. Empty lines are left out, and those that begin
// with a #. Problems of all lines come as one error.
func readAccepted(file string) (all []intended, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var wrong []error
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		name, reason, _ := strings.Cut(line, "#")
		a := intended{strings.TrimSpace(name), strings.TrimSpace(reason), number}
		problem := ""
		switch {
		case a.name == "":
			continue
		case unknownMetric(a.name) != "":
			problem = unknownMetric(a.name)
		case a.reason == "":
			problem = fmt.Sprintf("%s has no reason: write it behind a #", a.name)
		case slices.ContainsFunc(all, func(other intended) bool { return other.name == a.name }):
			problem = a.name + " is there twice"
		}
		if problem != "" {
			wrong = append(wrong, fmt.Errorf("%s: %s", a.at(file), problem))
		}
		all = append(all, a)
	}
	if wrong != nil {
		return nil, usage("each line is METRIC or VARIANT:METRIC, a # and the reason", "%w", errors.Join(wrong...))
	}
	return all, nil
}

// unknownMetric says that a change of no such number can be declared; empty: it can.
func unknownMetric(name string) string {
	metric := name[strings.LastIndex(name, ":")+1:]
	if slices.Contains(judged(), metric) {
		return ""
	}
	return fmt.Sprintf("no metric that is judged is called %q", metric)
}

// accepting reads the file that was asked for, or the one of this directory where there
// is one.
func (o *verdictFlags) accepting(asked bool) (err error) {
	if o.acceptFile == "" {
		return nil
	}
	o.intended, err = readAccepted(o.acceptFile)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !asked:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return usage("make it first, or leave out --accept-file", "%s: no such file", o.acceptFile)
	}
	return err
}

// declare says in the comparison why the changes of the file are intended, and which of
// them are not there.
func (o *verdictFlags) declare(c *gate.Comparison) {
	for _, a := range o.intended {
		found, worse, told := false, false, true
		for _, f := range c.Findings {
			if a.is(f) && f.Verdict != "" {
				found, worse = true, worse || f.Verdict == gate.Worse
				told = told && (f.Verdict == gate.Same || f.Verdict == gate.Better)
			}
		}
		switch {
		case worse:
			c.Notes = append(c.Notes, fmt.Sprintf("%s is worse on purpose: %s (%s).", a.name,
				safe.Brief(strings.TrimSuffix(a.reason, "."), 200), a.at(o.acceptFile)))
		case found && told:
			c.Notes = append(c.Notes, fmt.Sprintf("%s accepts that %s becomes worse, and it did not: the line can go.",
				a.at(o.acceptFile), a.name))
		}
	}
}
