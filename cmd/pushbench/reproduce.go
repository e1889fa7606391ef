package main

import (
	"github.com/spf13/cobra"

	"pushbench/lab/reproduce"
	"pushbench/scenarios"
)

// newReproduce returns `pushbench reproduce`; the record will hold line.
func newReproduce(line []string) *cobra.Command {
	o := runOptions{line: line, suite: scenarios.SuiteReproduce, complete: reproduce.Add}
	cmd := &cobra.Command{
		Use:   "reproduce",
		Short: "Repeat published measurements, and say what came out",
		Long: `Repeat published measurements of these transports, and say what came out: their
number, ours, a verdict and why. Those over a network run between network
namespaces joined by a link with a delay, which needs root; without it they are
listed as not run.

Exit status: 0 what was repeated came out again, or is corrected or different for
a reason that is given; 1 a trial failed, or a number did not come out; 2 it could
not run; 130 interrupted.`,
		Example: `  sudo pushbench reproduce
  sudo pushbench reproduce --dry-run`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return o.measure(cmd, args) },
	}
	o.flags(cmd)
	return cmd
}
