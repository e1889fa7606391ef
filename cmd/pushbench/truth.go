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
two network namespaces, over a veth pair with Ethernet's segment size or over the
path of the scenario. A capture at the clients' end records every packet. The
ledger must explain all packets, to the byte, or the trial has failed. Latencies
are compared with the kernel's time stamps.

It needs root, and does not touch the network of the machine. Where it cannot run,
it is skipped and says why. With PUSHBENCH_REQUIRE=all in the environment, that is
an error.

Exit status: 0 every byte is explained, or it was skipped; 1 a trial failed; 2 bad
input, or skipped with PUSHBENCH_REQUIRE=all; 130 interrupted.`,
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
	o.targetFlag(cmd)
	return cmd
}
