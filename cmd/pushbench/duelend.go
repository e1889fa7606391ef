package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"pushbench/lab"
	"pushbench/lab/build"
	"pushbench/lab/duel"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/results/safe"
)

// end shows what there is of a comparison, and returns how the command ends.
func (o duelOptions) end(cmd *cobra.Command, job *duel.Job, c *gate.Comparison, err error) error {
	if err == nil {
		return o.show(cmd, c, job.Dir)
	}
	var shown error
	if c != nil { // what changed is there, and nothing confirms it
		shown = o.show(cmd, c, job.Dir)
		var verdict *exitError
		if errors.As(shown, &verdict) && verdict.err == nil {
			shown = nil
		}
	}
	return together(shown, o.broken(cmd.Context(), job, c != nil, err))
}

// unbuilt is the error of a side that could not be had, with what to do.
func unbuilt(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &exitError{status: exitUsage, err: errors.New("interrupted before anything was measured")}
	}
	var known *build.Error
	if errors.As(err, &known) {
		return usage(known.Hint, "%w", err)
	}
	return noRoom(unready(err))
}

// broken is the error of a job that came to no comparison or, where decided, to one that
// nothing confirms. What was measured is kept.
func (o duelOptions) broken(ctx context.Context, job *duel.Job, decided bool, err error) error {
	if ctx.Err() != nil {
		said := "interrupted before anything was measured"
		if _, none := os.Stat(filepath.Join(job.Dir, results.FileName)); none == nil {
			said = "interrupted: no verdict; what was measured is in " + safe.Line(job.Dir)
		}
		if decided {
			said = "interrupted: no change is confirmed; what was measured is in " + safe.Line(job.Dir)
		}
		return &exitError{status: exitUsage, err: errors.New(said)}
	}
	if errors.Is(err, lab.ErrTaken) {
		return usage("choose another --out, or remove it first", "%w", err)
	}
	var not *gate.Incomparable
	if errors.As(err, &not) {
		return &exitError{status: exitUsage, err: err}
	}
	return unbuilt(ctx, err)
}
