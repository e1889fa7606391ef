//go:build !linux

package main

import (
	"context"

	"github.com/spf13/cobra"

	"pushbench/lab"
	"pushbench/lab/check"
	"pushbench/lab/target"
)

// What measures ends with the reason of lab.Possible, before any of these
// is asked; doctor, check and a null server are asked at once.

func gather(context.Context) (facts, error) { return facts{}, lab.Possible() }

func serveNull(*cobra.Command, serveOptions) error { return lab.Possible() }

func openCheck(context.Context, target.Target) (s check.Server, end func() error, err error) {
	return s, nil, lab.Possible()
}
