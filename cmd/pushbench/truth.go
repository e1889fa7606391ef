package main

import (
	"os"

	"github.com/spf13/cobra"

	"pushbench/lab/path"
	"pushbench/scenarios"
)

// newTruth returns `pushbench truth`; the record will hold line.
func newTruth(line []string) *cobra.Command {
	o := runOptions{line: line, suite: scenarios.SuiteTruth, audit: true}
	cmd := &cobra.Command{
		Use:   "truth [SCENARIO | FILE.yaml]...",
		Short: "Compare every byte and every latency with a packet capture",
		Long: `Compare every byte and every latency with a packet capture. Trials run between
two network namespaces of their own, over a veth pair with Ethernet's segment
size or over the scenario's path, while a capture at the clients' end takes every
packet. The ledger must explain all of them, to the byte, or the trial has failed;
latencies stand beside the kernel's time stamps.

It needs root, and touches nothing of the machine's own network. Where it cannot
run it says that it was skipped, and why; with PUSHBENCH_REQUIRE=all in the
environment that is an error.

Exit status: 0 all is explained, or it was skipped; 1 a trial failed; 2 bad
input, or skipped where nothing may be; 130 interrupted.`,
		Example: `  sudo pushbench truth
  sudo pushbench truth truth-small --variant sse
  sudo pushbench truth my-load.yaml --trials 1`,
		ValidArgsFunction: completeScenarios,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.dry {
				return o.measure(cmd, args)
			}
			if _, _, err := o.choose(args); err != nil {
				return err
			}
			if err := path.Possible(); err != nil {
				if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
					return usage("run it as root", "nothing can be compared here: %w", err)
				}
				say(cmd.ErrOrStderr(), "truth: skipped: %v", err)
				return nil
			}
			return o.measure(cmd, args)
		},
	}
	o.flags(cmd)
	return cmd
}
