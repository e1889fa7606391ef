package gate

import (
	"fmt"
	"math"
	"math/bits"
	"slices"

	"pushbench/results"
)

// chance is the probability of the most unlikely difference of an exact number
// that is not called one: that so many trials of head differ from base if the
// values were dealt to the arms at random. Five blocks of one value on each
// side, or six values of each of two records, are enough.
const chance = 0.002

// A tally is a count in all trials of a cell.
type tally struct {
	base, head []Count // of the trials that have it
	whole      bool    // it is of the whole trial after opening
}

// exact compares a count that is deterministic in this cell; ok is false where it is
// not. It is taken for that when at least 80 % of base's values, those of base again
// among them, are one value, and so are 80 % of head's. A timer that fires once in a
// while, or an acknowledgment more, does not make a count of bytes a matter of
// statistics. Where one side alone has such a value, the count became deterministic or
// ceased to be: that is told by how many values of each side are another one. Of an
// error it is asked in how many trials of each side it happened.
func (d *decision) exact(e evidence, r Rule) (f Finding, ok bool) {
	window := func(s Sample) map[string]Count { return s.Counts }
	whole := func(s Sample) map[string]Count { return s.Whole }
	tallies := []tally{
		{countsOf(e.base, window, r.Unit), countsOf(e.head, window, r.Unit), false},
		{countsOf(e.base, whole, r.Unit), countsOf(e.head, whole, r.Unit), true},
	}
	if r.mishap {
		return d.happened(e.cell, r, tallies[0])
	}
	for _, t := range tallies {
		b, before := steady(t.base)
		h, after := steady(t.head)
		switch {
		case !before || !after:
			continue
		case b.compare(h) == 0:
			f, _ = d.strays(e.cell, r, t, b)
		default:
			f = d.exactly(e.cell, r, t, b, h)
		}
		return f, true
	}
	for _, t := range tallies {
		usual, ok := steady(t.base)
		if !ok {
			usual, ok = steady(t.head)
		}
		if !ok || len(t.base) == 0 || len(t.head) == 0 {
			continue
		}
		if f, ok := d.strays(e.cell, r, t, usual); ok {
			return f, true
		}
	}
	return Finding{}, false
}

// precisely is the finding of a count before it has a verdict.
func (d *decision) precisely(c Cell, r Rule, t tally, base, head Count) Finding {
	f := d.finding(c, r)
	f.Exact, f.Gated, f.Whole, f.N, f.Verdict = true, true, t.whole, len(t.head), Same
	f.Base, f.Head, f.Moved = base.Value(), head.Value(), moved(base, head)
	if f.Base > 0 && f.Head > 0 {
		f.Change = math.Log(f.Head / f.Base)
	}
	if t.whole {
		f.Title += ", of the whole trial after opening"
	}
	return f
}

// exactly compares the values b and h, which most trials of base and of head have and
// which differ.
func (d *decision) exactly(c Cell, r Rule, t tally, b, h Count) Finding {
	f := d.precisely(c, r, t, b, h)
	if othersThan(t, b).more() > chance {
		f.open("the number differs, but there are too few values of it to say that it is the same in every trial of one side")
		return f
	}
	f.Verdict = f.direction(float64(h.compare(b)))
	return f
}

// open makes the exact finding one that more blocks would decide.
func (f *Finding) open(reason string) {
	f.Verdict, f.Needed, f.Reason = Inconclusive, max(leastBlocks, f.N+1), reason
}

// othersThan is how often a value of each side is another one.
func othersThan(t tally, usual Count) often {
	return often{len(others(t.base, usual)), len(t.base), len(others(t.head, usual)), len(t.head)}
}

// strays compares the values that are not the usual one, which is that of most trials
// of both sides, or of one. ok is false where they tell nothing: the usual value is
// that of one side alone, and neither has other ones significantly more often.
//
// What head has other values of than base is not taken for no change where base has
// none of these: two of them are enough to leave the number open. If base strays from
// the usual value as well, and about as often, the finding says so.
func (d *decision) strays(c Cell, r Rule, t tally, usual Count) (f Finding, ok bool) {
	o := othersThan(t, usual)
	differs := func(base, head Count, reason string) (Finding, bool) {
		f := d.precisely(c, r, t, base, head)
		f.Verdict = f.direction(float64(head.compare(base)))
		f.Reason = reason + ": " + o.String()
		return f, true
	}
	switch {
	case o.more() <= chance/2: // it may be either side, and both together are to be as unlikely
		return differs(usual, middle(others(t.head, usual)), "the number of head is another one than usual")
	case o.fewer() <= chance/2:
		return differs(middle(others(t.base, usual)), usual, "the number of base is another one than usual")
	}
	f = d.precisely(c, r, t, usual, usual)
	seen := func(v Count) bool {
		return slices.ContainsFunc(t.base, func(b Count) bool { return b.compare(v) == 0 })
	}
	if n := len(slices.DeleteFunc(slices.Clone(t.head), seen)); n >= 2 {
		f.Reason = fmt.Sprintf("%d values of head are none that base has, and the number is another one than usual %s", n, o)
		if o.doubtful() {
			f.open(f.Reason)
			return f, true
		}
	}
	_, before := steady(t.base)
	_, after := steady(t.head)
	return f, before && after
}

// happened compares in how many trials of each side something happened that should
// never happen.
func (d *decision) happened(c Cell, r Rule, t tally) (f Finding, ok bool) {
	if len(t.base) == 0 || len(t.head) == 0 {
		return f, false
	}
	none := Count{Of: 1}
	o := othersThan(t, none)
	f = d.precisely(c, r, t, Count{N: int64(o.base), Of: int64(o.ofBase)}, Count{N: int64(o.head), Of: int64(o.ofHead)})
	if o.head > 0 {
		f.Reason = "it happened " + o.String()
	}
	switch {
	case o.more() <= chance:
		f.Verdict = Worse
	case o.fewer() <= chance:
		f.Verdict = Better
	case o.doubtful():
		f.open(f.Reason)
	}
	return f, true
}

// steady returns the value that at least 80 % of all are; ok is false when none is.
func steady(all []Count) (usual Count, ok bool) {
	usual, n := mode(all)
	return usual, n > 0 && 5*n >= 4*len(all)
}

// others are the counts that are not the usual one.
func others(all []Count, usual Count) []Count {
	return slices.DeleteFunc(slices.Clone(all), func(c Count) bool { return c.compare(usual) == 0 })
}

// middle is the median of counts, the lower one of two.
func middle(all []Count) Count {
	slices.SortStableFunc(all, Count.compare)
	return all[(len(all)-1)/2]
}

// countsOf are those of the samples that have the count.
func countsOf(samples []Sample, of func(Sample) map[string]Count, key string) (all []Count) {
	for _, s := range samples {
		if c, ok := of(s)[key]; ok && c.Of > 0 {
			all = append(all, c)
		}
	}
	return all
}

// compare is -1, 0 or +1 as the ratio of whole numbers is below o's, the same or
// above it. It is exact: the products have 128 bits.
func (c Count) compare(o Count) int {
	hi1, lo1 := bits.Mul64(uint64(c.N), uint64(o.Of))
	hi2, lo2 := bits.Mul64(uint64(o.N), uint64(c.Of))
	switch {
	case hi1 == hi2 && lo1 == lo2:
		return 0
	case hi1 < hi2 || hi1 == hi2 && lo1 < lo2:
		return -1
	}
	return 1
}

// mode is the most frequent count and how often it is there; the first of two
// that are as frequent.
func mode(all []Count) (most Count, n int) {
	for _, c := range all {
		k := 0
		for _, o := range all {
			if c.compare(o) == 0 {
				k++
			}
		}
		if k > n {
			most, n = c, k
		}
	}
	return most, n
}

// moved lists the kinds of bytes that are not the same in both.
func moved(base, head Count) (all []Moved) {
	for _, side := range []struct {
		direction  string
		base, head results.Bytes
	}{{"in", base.In, head.In}, {"out", base.Out, head.Out}} {
		for _, k := range results.Kinds() {
			b, h := Count{N: side.base[k], Of: base.Of}, Count{N: side.head[k], Of: head.Of}
			if b.compare(h) != 0 {
				all = append(all, Moved{Kind: k.Key(), Direction: side.direction, Base: b.Value(), Head: h.Value()})
			}
		}
	}
	return all
}
