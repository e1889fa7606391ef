package rank

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// ClopperPearson returns the interval of a proportion of which k of n were seen
// (Clopper and Pearson 1934). It covers at least as much as [Confidence] says,
// whatever the proportion is. Without any it is 0 to 1. k below 0 or above n
// panics.
func ClopperPearson(k, n int) (lo, hi float64) {
	if k < 0 || k > n {
		panic("rank: more were seen than there are")
	}
	const tail = (1 - Confidence) / 2
	hi = 1
	if k > 0 {
		lo = mathext.InvRegIncBeta(float64(k), float64(n-k+1), tail)
	}
	if k < n {
		hi = mathext.InvRegIncBeta(float64(k+1), float64(n-k), 1-tail)
	}
	return lo, hi
}

// QuantileOfMagnitude returns the quantile q of the values without their signs:
// the least one that the share q of them does not exceed. It is NaN without
// values.
func QuantileOfMagnitude(x []float64, q float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	magnitudes := make([]float64, len(x))
	for i, v := range x {
		magnitudes[i] = math.Abs(v)
	}
	slices.Sort(magnitudes)
	return magnitudes[min(len(x), max(1, int(math.Ceil(q*float64(len(x))-1e-9))))-1]
}

// Fewer returns the probability that at most k of n are marked when n are chosen
// at random of all, marked of which are: Fisher's exact test (1922), one-sided.
// It is 1 for numbers that cannot be.
func Fewer(k, n, marked, all int) float64 {
	if n > all || marked > all || k >= n || k >= marked {
		return 1
	}
	var p float64
	for i := max(0, n+marked-all); i <= k; i++ {
		p += math.Exp(logChoose(marked, i) + logChoose(all-marked, n-i) - logChoose(all, n))
	}
	return min(1, p)
}

func logChoose(n, k int) float64 {
	log := func(n int) float64 { v, _ := math.Lgamma(float64(n + 1)); return v }
	return log(n) - log(k) - log(n-k)
}
