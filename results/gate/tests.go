package gate

import (
	"math"

	"pushbench/results/rank"
)

// Significance is the most that the probability may be of calling any of a
// comparison's gated numbers that vary changed by chance alone when none is. The bars
// come on top.
const Significance = 0.05

// How many values an interval takes.
const (
	leastBlocks = 6 // blocks
	leastTrials = 4 // trials of each of two records
)

// tests is what the tests of a comparison have in common.
type tests struct {
	n        int    // how many there are
	least    int    // blocks with which one of them can be significant among all
	most     int    // blocks that a test takes
	interval int    // blocks that an interval takes
	of       string // what is called blocks above
}

func (d *decision) tests(n int) tests {
	if d.separate {
		return tests{n, leastOfEach(n), rank.MostOfTwo, leastTrials, "trials of each record"}
	}
	return tests{n, LeastBlocks(n), rank.Most, leastBlocks, "blocks"}
}

// LeastBlocks returns with how many blocks, at least, a number that varies can be
// called changed in a comparison of so many of them. With fewer the exact test cannot
// be significant among all, however large the change is.
func LeastBlocks(tests int) int {
	n := leastBlocks
	for leastOfBlocks(n)*float64(tests) > Significance {
		n++
	}
	return n
}

// leastOfEach is the same of trials of each of two records.
func leastOfEach(tests int) int {
	n := leastTrials
	for leastOfTrials(n, n)*float64(tests) > Significance {
		n++
	}
	return n
}

// leastOfBlocks is the least probability that the signed-rank test of n blocks can
// give: with one more it is halved.
func leastOfBlocks(n int) float64 { return math.Ldexp(2, -n) }

// leastOfTrials is the least probability that the rank-sum test of m and n trials can
// give: two of the ways to choose n of all of them.
func leastOfTrials(m, n int) float64 {
	p := 2.0
	for i := 1; i <= n; i++ {
		p *= float64(i) / float64(m+i)
	}
	return p
}
