package gate

import (
	"fmt"
	"math"
	"slices"
)

// measured compares a number that is not exact. A gated one that a fifth of the
// trials of one side lack is left open; one that both sides lack as often is shown
// only: the blocks that are left are those in which it happened to be large.
func (d *decision) measured(e evidence, r Rule, of number) {
	f := d.finding(e.cell, r)
	base, head := values(e.base, of), values(e.head, of)
	change, null := e.estimate(of)
	if f.Gated && !e.enough(change.N, base, head) {
		before, after := most(base, e.base), most(head, e.head)
		why := fmt.Sprintf("%d of %d trials of base have it above zero and %d of %d of head", len(base), len(e.base), len(head), len(e.head))
		if before != after {
			f.Verdict, f.Reason = Inconclusive, why
		} else {
			f.Gated = false
		}
		d.missing(e.cell, r.Unit, "%s: too few to judge it", why)
	}
	if change.N == 0 {
		if f.Verdict == Inconclusive {
			d.lacking(f, base, head)
		}
		return
	}
	d.possible[len(d.c.Findings)] = e.least(change.N, base, head)
	f.Base, f.Head = median(base), median(head)
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
	f.Bar = f.Floor
	if !d.separate && !d.c.InTurn { // what is known is of arms side by side
		var from origin
		f.Known, from = known(d.o, e.cell, r)
		f.Bar = max(f.Floor, f.Known)
		if f.Gated && from != unasked {
			d.origins[from][r.Unit] = true
		}
	}
	if e.noise != "" && r.timed && f.Gated {
		f.Verdict, f.Reason = Void, e.noise
	}
	d.c.Findings = append(d.c.Findings, f)
}

// most reports whether at least 80 % of the samples have the number.
func most(values []float64, of []Sample) bool { return 5*len(values) >= 4*len(of) }

// lacking adds the finding of a number that one side has and the other lacks.
func (d *decision) lacking(f Finding, base, head []float64) {
	f.Verdict, f.Unbounded, f.P = Inconclusive, true, 1
	f.Base, f.Head = median(base), median(head)
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
	case d.c.InTurn && r.timed:
		return max(r.Floor, inTurnFloor)
	case d.o.FixedLinks && r.layout:
		return max(r.Floor, fixedLinkFloor)
	}
	return r.Floor
}

// decide gives a gated number that is not exact its verdict. possible is the least
// probability that its test can give.
func (f *Finding) decide(t tests, possible float64) {
	significant := f.Adjusted <= Significance
	callable := possible*float64(t.n) <= Significance
	apart := f.nullApart()
	switch {
	case f.Verdict == Void || f.Verdict == Inconclusive: // the machine was not quiet, or one side lacks the number
	case !f.Unbounded && apart != "" && !f.outweighs():
		f.Verdict, f.Reason = Void, apart
	case f.Unbounded:
		f.Verdict, f.Needed = Inconclusive, max(t.interval, f.N+1)
		f.Reason = fmt.Sprintf("an interval of 95 %% needs more than the %d values that there are", f.N)
	case (f.Lo > f.Bar || f.Hi < -f.Bar) && significant && math.Abs(f.Null) > f.Bar && !f.outweighs():
		f.Verdict, f.Needed = Inconclusive, f.needed(t)
		f.Reason = fmt.Sprintf("base measured once more differs from base by %s, which could be a part of the change", percent(f.Null))
	case f.Lo > f.Bar && significant, f.Hi < -f.Bar && significant:
		f.Verdict = f.direction(f.Change)
		if apart != "" {
			f.Reason = apart + ", and the change is more than that explains"
		}
	case -f.Bar <= f.Lo && f.Hi <= f.Bar:
		f.Verdict = Same
	default:
		f.Verdict, f.Needed = Inconclusive, f.needed(t)
		f.Reason = "the interval reaches across the bar"
		if f.Lo > f.Bar || f.Hi < -f.Bar {
			f.Reason = fmt.Sprintf("the interval lies beyond the bar, but among %d numbers chance alone could show that", t.n)
		}
		switch {
		case !callable:
			f.Reason += fmt.Sprintf("; no change could be called with fewer than %d %s", t.least, t.of)
		case f.Needed == 0:
			f.Reason += fmt.Sprintf("; more %s would not decide, since the change is about as large as the bar", t.of)
		}
	}
	if !f.Unbounded && callable {
		f.Least = f.Bar + (f.Hi-f.Lo)/2
	}
}

// nullLimit is how far the null arm may be apart, in what is known of it: one run in a
// hundred is beyond that itself, in each number, and there are dozens.
const nullLimit = 1.5

// nullApart says by how much the null arm is beyond its limit; nothing when it is not.
func (f *Finding) nullApart() string {
	limit := max(f.Bar, nullLimit*f.Known)
	if math.Abs(f.Null) <= limit {
		return ""
	}
	return fmt.Sprintf("base measured once more differs from base by %s, beyond its limit of %s", percent(f.Null), percent(limit))
}

// outweighs reports whether the whole interval lies farther beyond the bar than the
// null arm could have moved it: what happens to base again alone, or to base alone,
// moves the change by half of what it moves the null arm.
func (f *Finding) outweighs() bool {
	beyond := f.Bar + math.Abs(f.Null)/2
	return f.Lo > beyond || f.Hi < -beyond
}

// direction is what a change of that sign means.
func (f *Finding) direction(change float64) Verdict {
	if change > 0 == f.Higher {
		return Better
	}
	return Worse
}

// needed is how many blocks, or trials of each record, would probably decide: so many
// that the interval, which narrows as their root grows, does not reach the bar from
// where the estimate is, and that the test can be significant among so many. It is 0
// where that is more than a test takes.
func (f *Finding) needed(t tests) int {
	n := float64(f.N)
	if half, far := (f.Hi-f.Lo)/2, math.Abs(math.Abs(f.Change)-f.Bar); half > far {
		n *= half / far * (half / far)
	}
	n = max(math.Ceil(n), float64(f.N+1), float64(t.least))
	if n > float64(t.most) {
		return 0
	}
	return int(n)
}

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
