package recompute

import (
	"math"
	"slices"
)

// walsh are the averages of all pairs, each value with itself, too, in order.
func walsh(x []float64) (all []float64) {
	for i := range x {
		for j := 0; j <= i; j++ {
			all = append(all, (x[i]+x[j])/2)
		}
	}
	slices.Sort(all)
	return all
}

func middle(sorted []float64) float64 {
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// bounds are those of the interval: of all ways to give signs to the ranks 1 to n, the
// share with a sum of the positive ones that low is 2.5 % at most.
func bounds(x []float64) (lo, hi float64) {
	ranks := make([]float64, len(x))
	for i := range ranks {
		ranks[i] = float64(i + 1)
	}
	sums := signs(ranks)
	w := walsh(x)
	c := 0
	for below(sums, float64(c)) <= 0.025 {
		c++
	}
	if c == 0 {
		return math.Inf(-1), math.Inf(1)
	}
	return w[c-1], w[len(w)-c]
}

// signs are the sums of the positive ranks over all ways to give signs to them, each
// with the share of ways that have it. Sums of ranks, which may end in a half, are exact.
func signs(ranks []float64) map[float64]float64 {
	sums := map[float64]float64{0: 1}
	for _, r := range ranks {
		next := map[float64]float64{}
		for s, share := range sums {
			next[s] += share / 2
			next[s+r] += share / 2
		}
		sums = next
	}
	return sums
}

func below(sums map[float64]float64, at float64) (share float64) {
	for s, of := range sums {
		if s <= at {
			share += of
		}
	}
	return share
}

// probability is two-sided, given the ranks: equal magnitudes share the mean of their
// ranks, and zeros have some that are left out.
func probability(x []float64) float64 {
	var ranks []float64
	positive := 0.0
	for _, v := range x {
		less, same := 0, 0
		for _, o := range x {
			if math.Abs(o) < math.Abs(v) {
				less++
			} else if math.Abs(o) == math.Abs(v) {
				same++
			}
		}
		rank := float64(less) + float64(same+1)/2
		if v != 0 {
			ranks = append(ranks, rank)
		}
		if v > 0 {
			positive += rank
		}
	}
	sums := signs(ranks)
	total := 0.0
	for _, r := range ranks {
		total += r
	}
	return min(1, 2*min(below(sums, positive), below(sums, total-positive))) // the distribution is symmetric
}

// significant reports whether the test at i is one of those that Holm's method keeps at
// 5 %: the least first, while p is at most 5 % by the number of those that are left.
func significant(p []float64, i int) bool {
	sorted := slices.Sorted(slices.Values(p))
	for k, v := range sorted {
		if v*float64(len(p)-k) > 0.05 {
			return false
		}
		if v >= p[i] {
			return true
		}
	}
	return false
}
