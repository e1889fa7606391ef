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
		Long: `Repeat published measurements of these transports. The report shows each published
number with ours, a verdict and the reason. Measurements over a network run between
network namespaces, over a link with a delay. They need root. Without root they are
listed as not run.

Exit status: 0 every number came out again, or the report says why it is corrected
or different; 1 a trial failed, or a number did not come out; 2 nothing could run;
130 interrupted.`,
		Example: `  sudo pushbench reproduce
  sudo pushbench reproduce --dry-run`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return o.measure(cmd, args) },
	}
	o.flags(cmd)
	return cmd
}
