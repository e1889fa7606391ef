//go:build !linux

package experiment

import (
	"context"

	"pushbench/results"
)

// Fragments does nothing: without Linux no run comes so far.
func Fragments(context.Context, []string) []results.Observation { return nil }

// Departures does nothing, for the same reason.
func Departures(context.Context, []string) []results.Observation { return nil }

// Silence does nothing, likewise.
func Silence(context.Context, []string) []results.Observation { return nil }

// Beside does nothing, likewise.
func Beside(context.Context, []string) []results.Observation { return nil }
