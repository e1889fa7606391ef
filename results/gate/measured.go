package gate

import (
	"fmt"
	"math"
	"slices"
)

// Significance is the probability that any of a comparison's gated numbers is
// called changed when none is, by chance alone and at most. The bars come on top.
const Significance = 0.05

// leastBlocks is how many blocks an interval needs.
const leastBlocks = 6

// measured compares a number that is not exact. One that is below what can be
// told in more than a fifth of the blocks is shown only: the blocks that are left
// are those in which it happened to be large.
func (d *decision) measured(e evidence, r Rule, of number) {
	f := d.finding(e.cell, r)
	change, null := e.estimate(of)
	if f.Gated && 5*change.N < 4*e.n {
		f.Gated = false
		d.missing(e.cell, r.Unit, "%d of %d blocks have it above zero on every side: too few to judge it", change.N, e.n)
	}
	if change.N == 0 {
		return
	}
	f.Base, f.Head = median(values(e.base, of)), median(values(e.head, of))
	f.N, f.Change, f.P = change.N, change.Center, change.P
	if f.Unbounded = !change.Bounded(); !f.Unbounded {
		f.Lo, f.Hi = change.Lo, change.Hi
	}
	if null.N > 0 {
		f.Null = null.Center
		if null.Bounded() {
			f.NullLo, f.NullHi = null.Lo, null.Hi
		}
	}
	f.Floor = math.Log1p(d.floor(r))
	if d.separate {
		f.Bar = f.Floor // what is known is of arms side by side
	} else {
		own := false
		if f.Known, own = known(d.o.Known, e.cell, r.Unit); f.Gated && !own {
			if f.Known > 0 {
				d.borrowed[r.Unit] = true
			} else {
				d.floors[r.Unit] = true
			}
		}
		f.Bar = max(f.Floor, 1.5*f.Known)
	}
	if e.noise != "" && r.timed && f.Gated {
		f.Verdict, f.Reason = Void, e.noise
	}
	d.c.Findings = append(d.c.Findings, f)
}

// floor is the least change of the number that is called one, under the
// conditions of the comparison.
func (d *decision) floor(r Rule) float64 {
	switch {
	case d.separate && r.timed:
		return max(r.Floor, separateFloor)
	case d.separate && r.count == nil:
		return max(r.Floor, separateMemory)
	case d.o.FixedLinks && r.layout:
		return max(r.Floor, fixedLinkFloor)
	}
	return r.Floor
}

// decide gives a gated number that is not exact its verdict. tests is how many
// such numbers there are.
func (f *Finding) decide(tests int) {
	half := (f.Hi - f.Lo) / 2
	significant := f.Adjusted <= Significance
	switch {
	case f.Verdict == Void: // the machine was not quiet
	case !f.Unbounded && math.Abs(f.Null) > f.Bar:
		f.Verdict = Void
		f.Reason = fmt.Sprintf("base measured once more differs from base by %s, beyond the bar of %s", percent(f.Null), percent(f.Bar))
	case f.Unbounded:
		f.Verdict, f.Needed = Inconclusive, max(leastBlocks, f.N+1)
		f.Reason = fmt.Sprintf("an interval of 95 %% needs more than the %d values that there are", f.N)
	case f.Lo > f.Bar && significant:
		f.Verdict = f.direction(f.Change)
	case f.Hi < -f.Bar && significant:
		f.Verdict = f.direction(f.Change)
	case -f.Bar <= f.Lo && f.Hi <= f.Bar:
		f.Verdict = Same
	default:
		f.Verdict, f.Needed = Inconclusive, f.needed(tests)
		f.Reason = "the interval reaches across the bar"
		if f.Lo > f.Bar || f.Hi < -f.Bar {
			f.Reason = fmt.Sprintf("the interval lies beyond the bar, but among %d numbers chance alone could show that", tests)
		}
	}
	if !f.Unbounded {
		f.Least = f.Bar + half
	}
}

// direction is what a change of that sign means.
func (f *Finding) direction(change float64) Verdict {
	if change > 0 == f.Higher {
		return Better
	}
	return Worse
}

// needed is how many blocks would probably decide: so many that the interval,
// which narrows as their root grows, is narrower than the bar, and that the least
// probability which the test can give is significant among so many tests.
func (f *Finding) needed(tests int) int {
	width := (f.Hi - f.Lo) / f.Bar
	n := max(f.N+1, int(math.Ceil(float64(f.N)*width*width)))
	return max(n, leastFor(tests))
}

// leastFor is how many blocks a test needs to be significant among so many: with
// one more the least probability that it can give is halved.
func leastFor(tests int) int { return 1 + int(math.Ceil(math.Log2(float64(tests)/Significance))) }

// percent is a logarithm of a ratio for people.
func percent(ln float64) string { return fmt.Sprintf("%.3g %%", 100*math.Expm1(ln)) }

// median is the value in the middle, or the mean of the two there. It sorts.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]/2 + values[len(values)/2]/2
}
