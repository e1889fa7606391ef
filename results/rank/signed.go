package rank

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// Confidence is that of all intervals of this package.
const Confidence = 0.95

// How many values a test takes: the time to count its distribution out grows with
// their third power, of two samples with the fourth.
const (
	Most      = 500 // of Signed
	MostOfTwo = 60  // of Shift, in each sample
)

// An Estimate is what a sample says of where its distribution lies.
type Estimate struct {
	N      int     // values; of two samples: of the smaller one
	Center float64 // Hodges–Lehmann estimate, in the unit of the values; NaN without values
	Lo, Hi float64 // bounds of its interval; -Inf and +Inf when the values are too few for one
	P      float64 // two-sided, exact; 1 without values
}

// Bounded reports whether there were values enough for an interval: six in one
// sample; in two as many as can be dealt in 40 ways, as four and four, three and
// five, or two and eight.
func (e Estimate) Bounded() bool {
	return !math.IsInf(e.Lo, 0) && !math.IsInf(e.Hi, 0) && !math.IsNaN(e.Center)
}

// Signed estimates the center of a symmetric distribution, and tests whether it
// is zero. The values have to be finite and at most [Most]; else it panics.
//
// Values of the same magnitude share the mean of their ranks. Zeros are ranked
// with the others and then left out (Pratt 1959), so that a further zero never
// makes a sample more significant. The test is exact given these ranks. The
// interval is that of a continuous distribution, which with ties covers at least
// as much as it says.
func Signed(x []float64) Estimate {
	check(x, Most)
	n := len(x)
	if n == 0 {
		return Estimate{Center: math.NaN(), Lo: math.Inf(-1), Hi: math.Inf(1), P: 1}
	}
	sorted := slices.Clone(x)
	slices.SortFunc(sorted, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	var ranks []int // twice the rank of each value that is not zero
	positive := 0
	for i, r := range doubled(n, func(i int) bool { return math.Abs(sorted[i]) == math.Abs(sorted[i-1]) }) {
		if sorted[i] != 0 {
			ranks = append(ranks, r)
		}
		if sorted[i] > 0 {
			positive += r
		}
	}
	walsh := make([]float64, 0, n*(n+1)/2)
	for i, a := range x {
		for _, b := range x[i:] {
			walsh = append(walsh, a/2+b/2)
		}
	}
	e := Estimate{N: n, P: twoSided(signedDistribution(ranks), positive)}
	untied := make([]int, n)
	for i := range untied {
		untied[i] = i + 1
	}
	e.Center, e.Lo, e.Hi = ordered(walsh, signedDistribution(untied))
	return e
}

// signedDistribution is the probability of each sum of a random subset of ranks.
func signedDistribution(ranks []int) []float64 {
	total := 0
	for _, r := range ranks {
		total += r
	}
	p := make([]float64, total+1)
	p[0] = 1
	reached := 0
	for _, r := range ranks {
		reached += r
		for s := reached; s >= 0; s-- {
			p[s] /= 2
			if s >= r {
				p[s] += p[s-r] / 2
			}
		}
	}
	return p
}

// check panics when x cannot be ranked.
func check(x []float64, most int) {
	if len(x) > most {
		panic("rank: more values than a test takes")
	}
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			panic("rank: a value is no finite number")
		}
	}
}

// doubled is twice the rank of each of n sorted values, the mean of their ranks
// for those that are tied. tied reports whether value i is that of i-1.
func doubled(n int, tied func(i int) bool) []int {
	ranks := make([]int, n)
	for i := 0; i < n; {
		j := i + 1
		for j < n && tied(j) {
			j++
		}
		for k := i; k < j; k++ {
			ranks[k] = i + j + 1
		}
		i = j
	}
	return ranks
}

// twoSided is the probability of a value as far out as at, on both sides of a
// distribution.
func twoSided(p []float64, at int) float64 {
	var below, above float64
	for s, v := range p {
		if s <= at {
			below += v
		}
	}
	for s := len(p) - 1; s >= at; s-- {
		above += p[s]
	}
	return min(1, 2*min(below, above))
}

// ordered is the median of the pairs' averages or differences, and the interval
// that inverts the test whose statistic, the number of them above zero, has the
// distribution p.
func ordered(pairs, p []float64) (center, lo, hi float64) {
	sort.Float64s(pairs)
	n := len(pairs)
	center = pairs[(n-1)/2]/2 + pairs[n/2]/2
	k, below := 0, 0.0
	for ; k < n; k++ {
		if below += p[k]; below > (1-Confidence)/2 {
			break
		}
	}
	if k == 0 {
		return center, math.Inf(-1), math.Inf(1)
	}
	return center, pairs[k-1], pairs[n-k]
}
