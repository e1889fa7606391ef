package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"syscall"

	"pushbench/plots/atlas"
	"pushbench/plots/capacity"
	"pushbench/plots/claims"
	"pushbench/plots/page"
	"pushbench/results"
	"pushbench/results/safe"
)

// present writes the report of a record, which is kept at path, into dir, then
// the table to stdout: a table that nobody reads costs no report, nor the other
// way round.
func present(record *results.Record, path, dir string, o page.Options, noReport bool, stdout io.Writer) error {
	file := "run.json"
	var unwritten error
	if !noReport {
		file = "report.html"
		err := page.WriteAll(dir, record, o)
		if err == nil && atlas.Has(record) {
			file, err = atlas.PageName, atlas.WriteAll(dir, record)
		}
		if err == nil && claims.Has(record) {
			file, err = claims.PageName, claims.WriteAll(dir, record)
		}
		if err == nil && capacity.Has(record) {
			file, err = capacity.PageName, capacity.WriteAll(dir, record)
		}
		if err != nil {
			unwritten = usage("write it elsewhere: "+safe.Command("pushbench", "report", path, "--out")+" DIR", "the report was not written: %w", err)
		}
	}
	l := consoleOf(stdout)
	width := min(l.width, plainWidth)
	var err error
	switch {
	case claims.Has(record):
		err = claims.Terminal(stdout, record, claims.TerminalOptions{Color: l.color, Width: width})
	case capacity.Has(record):
		err = capacity.Terminal(stdout, record, capacity.TerminalOptions{Color: l.color, Width: width})
	default:
		err = page.Terminal(stdout, record, page.TerminalOptions{Color: l.color, Width: width})
	}
	if unwritten != nil {
		return unwritten
	}
	written := filepath.Join(dir, file)
	if err == nil {
		_, err = fmt.Fprintf(stdout, "\n%s\n", safe.Line(written))
	}
	if err != nil {
		return fmt.Errorf("the table was not shown: %w; %s was written", err, written)
	}
	return nil
}

// An output is where results go. It remembers that it was closed or full, so
// that a command which could not show everything does not end with status 0.
type output struct {
	w   io.Writer
	err error // the first one; nothing is written after it
}

func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(p)
	if err != nil {
		o.err = fmt.Errorf("stdout: %w", plain(err))
	}
	return n, o.err
}

// failure is err, or what o could not write when err does not say so. A pipe
// that its reader closed is no news to anybody: the status alone tells.
func (o *output) failure(err error) error {
	switch {
	case o.err == nil:
		return err
	case errors.Is(o.err, syscall.EPIPE):
		if err = without(err, o.err); err == nil {
			return &exitError{status: exitUsage}
		}
		return err
	case err == nil:
		return o.err
	case errors.Is(err, o.err):
		return err
	}
	var e *exitError
	if errors.As(err, &e) {
		return &exitError{status: e.status, err: errors.Join(e.err, o.err), hint: e.hint}
	}
	return errors.Join(err, o.err)
}

// without is err without those of its parts that say what gone does; nil when
// nothing is left.
func without(err, gone error) error {
	if e, ok := err.(*exitError); ok {
		if rest := without(e.err, gone); rest != nil {
			return &exitError{status: e.status, err: rest, hint: e.hint}
		}
		return &exitError{status: e.status}
	}
	if !errors.Is(err, gone) {
		return err
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	var rest []error
	for _, one := range joined.Unwrap() {
		rest = append(rest, without(one, gone))
	}
	return errors.Join(rest...)
}
