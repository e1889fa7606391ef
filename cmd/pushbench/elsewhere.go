//go:build !linux

package main

import (
	"context"

	"github.com/spf13/cobra"

	"pushbench/results"
	"pushbench/scenarios"
)

// What measures ends with the reason of scenarios.Possible, before any of these
// is asked; doctor and a null server are asked at once.

func gather(context.Context) (facts, error) { return facts{}, scenarios.Possible() }

func serveNull(*cobra.Command, serveOptions) error { return scenarios.Possible() }

func repeat(context.Context, *scenarios.Runner, *results.Record) {}
