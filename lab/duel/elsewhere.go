//go:build !linux

package duel

import (
	"context"

	"pushbench/lab"
	"pushbench/results"
)

func (j *Job) each(context.Context, *lab.Runner) (*results.Record, error) {
	return nil, lab.Possible()
}

func output(context.Context, string, []string) (string, error) { return "", lab.Possible() }
