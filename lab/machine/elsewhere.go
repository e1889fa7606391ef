//go:build !linux

package machine

import "math"

// Elsewhere nothing is measured, and so no limit forbids anything.
func descriptors() uint64 { return math.MaxUint64 }

// Affinity is the CPUs that this process may run on; empty: unknown.
func Affinity() string { return "" }
