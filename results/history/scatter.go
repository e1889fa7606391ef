package history

import (
	"math"

	"pushbench/results/rank"
)

// A Scatter says that values scatter otherwise behind a change, around a level that is
// not known to be another one. Empty: the level changed.
type Scatter string

// The values of Scatter.
const (
	More Scatter = "more"
	Less Scatter = "less"
)

// scatter says how the values before and after a change differ, if the test by ranks
// does not show, with the certainty of the search, that their levels do. The search finds
// any change of how values are distributed, and to scatter otherwise is neither worse nor
// better.
func scatter(before, after []float64) Scatter {
	before = before[max(0, len(before)-rank.MostOfTwo):]
	after = after[:min(len(after), rank.MostOfTwo)]
	switch {
	case rank.Shift(before, after).P <= Level:
		return ""
	case spread(after) > spread(before):
		return More
	}
	return Less
}

// spread is the median distance from the median.
func spread(xs []float64) float64 {
	mid := median(xs)
	distances := make([]float64, len(xs))
	for i, x := range xs {
		distances[i] = math.Abs(x - mid)
	}
	return median(distances)
}
