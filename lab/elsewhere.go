//go:build !linux

package lab

import (
	"context"
	"fmt"
	"runtime"

	"pushbench/lab/target"
	"pushbench/results"
)

// Possible returns nil, or why nothing can be measured on this system.
func Possible() error {
	return fmt.Errorf("measuring needs Linux, whose kernel counts bytes and stamps packets: this is %s", runtime.GOOS)
}

func (r *Runner) askTarget(context.Context, target.Target) (results.Target, error) {
	return results.Target{}, Possible()
}

type kept struct{}

func (*kept) close() {}

func kernel() string { return "unknown" }

type ceiling struct{}

func (r *Runner) trials(context.Context, []Planned, func(float64)) ([]*results.Trial, error) {
	return nil, Possible()
}
