//go:build !linux

package reproduce

import (
	"context"

	"pushbench/results"
)

// Add does nothing: without Linux no run comes so far.
func Add(context.Context, []string, *results.Record) {}
