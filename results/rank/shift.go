package rank

import (
	"cmp"
	"math"
	"slices"
)

// Shift estimates by how much the values of y lie above those of x, two
// independent samples, and tests whether it is zero. The values have to be
// finite, and at most [MostOfTwo] in each sample; else it panics.
//
// Equal values share the mean of their ranks. The test is exact given these
// ranks. The interval is that of continuous distributions, which with ties
// covers at least as much as it says.
func Shift(x, y []float64) Estimate {
	check(x, MostOfTwo)
	check(y, MostOfTwo)
	m, n := len(x), len(y)
	if m == 0 || n == 0 {
		return Estimate{Center: math.NaN(), Lo: math.Inf(-1), Hi: math.Inf(1), P: 1}
	}
	differences := make([]float64, 0, m*n)
	for _, a := range x {
		for _, b := range y {
			differences = append(differences, b-a)
		}
	}
	type value struct {
		v   float64
		ofY bool
	}
	all := make([]value, 0, m+n)
	for _, v := range x {
		all = append(all, value{v, false})
	}
	for _, v := range y {
		all = append(all, value{v, true})
	}
	slices.SortFunc(all, func(a, b value) int { return cmp.Compare(a.v, b.v) })
	ranks := doubled(m+n, func(i int) bool { return all[i].v == all[i-1].v })
	sum := 0
	for i, r := range ranks {
		if all[i].ofY {
			sum += r
		}
	}
	untied := make([]int, m+n)
	for i := range untied {
		untied[i] = i + 1
	}
	e := Estimate{N: min(m, n), P: twoSided(sumDistribution(ranks, n), sum)}
	least := n * (n + 1) / 2 // the sum of ranks when all of y lie below x
	e.Center, e.Lo, e.Hi = ordered(differences, sumDistribution(untied, n)[least:])
	return e
}

// sumDistribution is the probability of each sum of a random choice of n of the
// sorted ranks.
func sumDistribution(ranks []int, n int) []float64 {
	most := 0
	for _, r := range ranks[len(ranks)-n:] {
		most += r
	}
	p := make([][]float64, n+1) // by how many were chosen so far
	for k := range p {
		p[k] = make([]float64, most+1)
	}
	p[0][0] = 1
	// Each rank in turn is one of the n with the probability that a random choice
	// has it, given how many of those before it are: (n-k) of the ranks left.
	for i, r := range ranks {
		left := float64(len(ranks) - i)
		for k := min(i, n); k >= 0; k-- {
			take := float64(n-k) / left
			for s := most; s >= 0; s-- {
				if k < n && s+r <= most {
					p[k+1][s+r] += p[k][s] * take
				}
				p[k][s] *= 1 - take
			}
		}
	}
	return p[n]
}
