//go:build !linux

package main

import (
	"context"

	"github.com/spf13/cobra"

	"pushbench/lab"
)

// What measures ends with the reason of lab.Possible, before any of these
// is asked; doctor and a null server are asked at once.

func gather(context.Context) (facts, error) { return facts{}, lab.Possible() }

func serveNull(*cobra.Command, serveOptions) error { return lab.Possible() }
