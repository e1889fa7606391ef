package figure

import (
	"math"
	"testing"

	"pushbench/plots/chart"
)

// TestMeet holds the mark of a crossing to stand where the lines cross as drawn.
func TestMeet(t *testing.T) {
	falling := chart.Series{Xs: []float64{1, 10, 100}, Ys: []float64{100, 10, 1}}
	for _, c := range []struct {
		fact      string
		a, b      chart.Series
		from, to  float64
		at, value float64 // 0: they do not cross
	}{
		{"between two points", falling, chart.Series{Xs: []float64{1, 10, 100}, Ys: []float64{1, 1, 100}}, 1, 100, math.Pow(10, 4.0/3), math.Pow(10, 2.0/3)},
		{"at a point", falling, chart.Series{Xs: []float64{1, 10, 100}, Ys: []float64{1, 10, 100}}, 1, 100, 10, 10},
		{"a level line, spread over the axis", falling, chart.Series{Xs: []float64{1, 100}, Ys: []float64{50, 50}}, 1, 10, 2, 50},
		{"beyond the bracket", falling, chart.Series{Xs: []float64{1, 10, 100}, Ys: []float64{1, 1, 100}}, 1, 10, 0, 0},
		{"a line without a point there", falling, chart.Series{Xs: []float64{10, 100}, Ys: []float64{1, 100}}, 1, 100, 0, 0},
		{"no line", falling, chart.Series{}, 1, 100, 0, 0},
	} {
		at, value, ok := meet(c.a, c.b, c.from, c.to)
		if ok != (c.at > 0) || math.Abs(at-c.at) > 1e-9 || math.Abs(value-c.value) > 1e-9 {
			t.Errorf("%s: %g, %g, %t, want %g, %g", c.fact, at, value, ok, c.at, c.value)
		}
	}
}
