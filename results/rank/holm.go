package rank

import (
	"cmp"
	"slices"
)

// Holm returns the probabilities p of several tests, adjusted for their number:
// if all that are at most α are taken for real, the probability that one of them
// is not is at most α, however the tests depend on each other (Holm 1979).
func Holm(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	adjusted := make([]float64, len(p))
	most := 0.0
	for i, at := range order {
		most = max(most, min(1, float64(len(p)-i)*p[at]))
		adjusted[at] = most
	}
	return adjusted
}
