package history

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// The search for change points is that of E-divisive (Matteson and James, "A
// Nonparametric Approach for Multiple Change Point Analysis of Multivariate
// Data", JASA 109, 2014) by bisection: a series is divided where the energy
// distance between both sides is greatest, if that is significant, and then each
// side is searched alike.
//
// It differs from implementations in use in two ways.
//
// The mean distance within a side is taken over its n(n−1)/2 pairs, as in the
// paper. Implementations divide twice the sum by n², which counts the distance of
// each value to itself, 0, as one of a pair. That adds (m·Vx + n·Vy)/(n+m) to the
// statistic of sides of n and m values, Vx and Vy being the mean distances within
// them: a short side that scatters widely, such as one with an outlier, is
// preferred. In 400 simulated series of 40 values, a tenth of them outliers,
// the shortest side was chosen 93 times with n² and 56 times with n(n−1), a step
// was found 208 and 239 times. Without outliers both are alike.
//
// The significance is that of the search. A permutation's statistic is, as the
// series' own, the greatest over all places. The level is divided by the number
// of series that are searched (Bonferroni), and halved for both sides of each
// division. So the chance that a history in which nothing changed shows any
// change point, in whichever metric, is at most Level.
//
// Permuting takes for granted that values without a change could stand in any
// order: each comes from a job of its own, in which the anchor was measured, too.
const (
	leastSide  = 4 // values on either side of a change point
	searchSeed = 1 // of permutations, so that the same history gives the same points
)

// Level is the greatest chance that a history in which nothing changed shows a
// change point, over all of its series that are not exact.
const Level = 0.01

// A division is a change point found in a series.
type division struct {
	at int     // the first value behind it
	p  float64 // of the permutation test, multiplied by what the level was divided by
}

// divide finds the change points of a series at a level, in their order.
func divide(xs []float64, level float64) []division {
	return divideFrom(xs, 0, level, level)
}

func divideFrom(xs []float64, first int, level, whole float64) []division {
	if len(xs) < 2*leastSide {
		return nil
	}
	s := newScan(xs)
	at, most := s.best()
	p := s.permuted(most, level)
	if p > level {
		return nil
	}
	out := divideFrom(xs[:at], first, level/2, whole)
	out = append(out, division{first + at, min(1, p*whole/level)})
	return append(out, divideFrom(xs[at:], first+at, level/2, whole)...)
}

// permuted is the share of orders, the values' own among them, whose greatest
// statistic is as great as most: the test's p. It draws as many as the level
// needs, and stops with 1 where p can no longer be within it.
func (s *scan) permuted(most, level float64) float64 {
	draws := int(math.Ceil(2 / level))
	random := rand.New(rand.NewPCG(searchSeed, uint64(len(s.xs))))
	as := most - 1e-9*math.Abs(most) // sums in another order differ in the last digits
	reached := 1
	for range draws {
		random.Shuffle(len(s.xs), func(i, j int) { s.xs[i], s.xs[j] = s.xs[j], s.xs[i] })
		if _, q := s.best(); q >= as {
			if reached++; float64(reached) > level*float64(draws+1) {
				return 1
			}
		}
	}
	return float64(reached) / float64(draws+1)
}

// A scan computes the statistic of all places of a series.
type scan struct {
	xs    []ranked
	ends  []int     // up to which the right side reaches, ascending
	count []int     // Fenwick tree over ranks: values so far
	sum   []float64 // and their sum
	left  []float64 // of the first i values: sum of the distances of all pairs
	right []float64 // of the values from i to the end
}

// ranked is a value with its rank from 1.
type ranked struct {
	v    float64
	rank int
}

// ends is how many ends of the right side are tried, as in the paper, where all
// are: a change that is taken back later would else be hidden by what follows.
const ends = 8

func newScan(xs []float64) *scan {
	n := len(xs)
	s := &scan{xs: make([]ranked, n), count: make([]int, n+1), sum: make([]float64, n+1),
		left: make([]float64, n+1), right: make([]float64, n+1)}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(xs[i], xs[j]) })
	middle := xs[order[n/2]] // sums of differences from it keep their digits
	for rank, i := range order {
		s.xs[i] = ranked{v: xs[i] - middle, rank: rank + 1}
	}
	for i := 1; i <= ends; i++ {
		if end := n * i / ends; end >= 2*leastSide {
			s.ends = append(s.ends, end)
		}
	}
	return s
}

// best is the place at which the two sides differ most, and by how much: with n
// and m values, Q = nm/(n+m) · (2·between − within one − within the other), each
// the mean distance of its pairs. Of equals it is the first.
func (s *scan) best() (at int, most float64) {
	s.begin()
	for i, x := range s.xs {
		s.left[i+1] = s.left[i] + s.take(x, i)
	}
	most = math.Inf(-1)
	for _, end := range slices.Compact(s.ends) {
		s.begin()
		s.right[end] = 0
		for i := end - 1; i >= leastSide; i-- {
			s.right[i] = s.right[i+1] + s.take(s.xs[i], end-1-i)
		}
		for i := leastSide; i <= end-leastSide; i++ {
			n, m := float64(i), float64(end-i)
			between := s.left[end] - s.left[i] - s.right[i]
			q := n * m / (n + m) * (2*between/(n*m) - s.left[i]/(n*(n-1)/2) - s.right[i]/(m*(m-1)/2))
			if q > most {
				at, most = i, q
			}
		}
	}
	return at, most
}

// begin empties the tree.
func (s *scan) begin() {
	clear(s.count)
	clear(s.sum)
}

// take adds a value to the tree, which holds n, and returns the sum of its
// distances from them.
func (s *scan) take(x ranked, n int) float64 {
	below, under := 0, 0.0 // values of a lower rank, and their sum
	for i := x.rank - 1; i > 0; i &= i - 1 {
		below += s.count[i]
		under += s.sum[i]
	}
	all := s.sum[0]
	for i := x.rank; i < len(s.count); i += i & -i {
		s.count[i]++
		s.sum[i] += x.v
	}
	s.sum[0] += x.v
	return x.v*float64(2*below-n) + all - 2*under
}
