package figure

import (
	"testing"

	"pushbench/results"
)

// The ring stands on the crossing, or in the middle of the bracket.
func TestRing(t *testing.T) {
	if at, value := ring(results.Crossing{Before: 1, After: 100, AtBefore: [2]float64{1, 100}, AtAfter: [2]float64{100, 1}}); at != 10 || value < 9.999 || value > 10.001 {
		t.Errorf("%g, %g", at, value)
	}
	if at, value := ring(results.Crossing{Before: 1, After: 100, At: 7, Value: 8}); at != 7 || value != 8 {
		t.Errorf("%g, %g", at, value)
	}
}
