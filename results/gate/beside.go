package gate

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"pushbench/results/rank"
)

// byCell groups the blocks by cell, in the order of the first of each.
func byCell(blocks []Block) [][]Block {
	at := map[Cell]int{}
	var groups [][]Block
	for _, b := range blocks {
		i, ok := at[b.Cell()]
		if !ok {
			i, at[b.Cell()] = len(groups), len(groups)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], b)
	}
	return groups
}

// An evidence is what was measured in one cell. Samples of base include those of
// base again.
type evidence struct {
	cell       Cell
	base, head []Sample
	n          int    // blocks, or trials of the side with fewer
	noise      string // why no time is believed; empty: it is

	// change and null estimate the logarithms of ratios of a number. The null arm's
	// estimate has N = 0 where there is none.
	estimate func(number) (change, null rank.Estimate)

	// enough reports whether so many values are enough to judge a number: n of change,
	// which base and head are those of.
	enough func(n int, base, head []float64) bool

	// least is the least probability that their test can give.
	least func(n int, base, head []float64) float64
}

// A number reads one number of a sample; ok is false where it has none above zero.
type number func(Sample) (v float64, ok bool)

// roles are what an arm is, in the order of Block.of.
var roles = [...]string{"base", "base again", "head"}

// of returns the block's samples of base, base again and head; missing is the role
// of the first arm that has none, or empty.
func (b Block) of(arms Arms) (s [3]Sample, missing string) {
	for i, name := range []string{arms.Base, arms.Again, arms.Head} {
		var ok bool
		if s[i], ok = b.Arms[name]; !ok && missing == "" {
			missing = roles[i]
		}
	}
	return s, missing
}

// beside is the evidence of the complete blocks of one cell, of which all trials
// are valid.
func (d *decision) beside(blocks []Block, arms Arms) evidence {
	e := evidence{cell: blocks[0].Cell()}
	var complete [][3]Sample
	noisy := map[string]int{}
	left := map[string]int{} // reasons to leave a block out
	for _, b := range blocks {
		s, missing := b.of(arms)
		why, noise := "", ""
		if missing != "" {
			why = "there is no trial of " + missing
		}
		for i, role := range roles {
			if why == "" && s[i].Failed != "" {
				why = role + " failed: " + s[i].Failed
			}
			if noise == "" {
				noise = s[i].Noise
			}
		}
		if why != "" {
			left[why]++
			continue
		}
		if noise != "" {
			noisy[noise]++
		}
		complete = append(complete, s)
		e.base = append(e.base, s[0], s[1])
		e.head = append(e.head, s[2])
	}
	for _, why := range slices.Sorted(maps.Keys(left)) {
		d.left(e.cell, len(complete) == 0, "%d of %d blocks are left out: %s", left[why], len(blocks), why)
	}
	e.n, e.noise = len(complete), mostly(noisy, len(complete), "blocks")
	e.enough = func(n int, _, _ []float64) bool { return 5*n >= 4*e.n }
	e.least = func(n int, _, _ []float64) float64 { return leastOfBlocks(n) }
	e.estimate = func(of number) (change, null rank.Estimate) {
		var r, n []float64
		for _, s := range complete {
			base, ok0 := of(s[0])
			again, ok1 := of(s[1])
			head, ok2 := of(s[2])
			if ok0 && ok1 && ok2 {
				base, again, head = math.Log(base), math.Log(again), math.Log(head)
				r, n = append(r, head-(base+again)/2), append(n, again-base)
			}
		}
		return rank.Signed(r), rank.Signed(n)
	}
	return e
}

// mostly returns the noise that was in more than half of n blocks, or of n of what of
// says, whatever its kinds; empty when it was in fewer.
func mostly(noisy map[string]int, n int, of string) string {
	total := 0
	for _, k := range noisy {
		total += k
	}
	if 2*total <= n {
		return ""
	}
	return fmt.Sprintf("%s in %d of %d %s", strings.Join(slices.Sorted(maps.Keys(noisy)), ", or "), total, n, of)
}
