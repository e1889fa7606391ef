package gate

import (
	"math"
	"math/bits"

	"pushbench/results"
	"pushbench/results/rank"
)

// chance is the probability of the most unlikely difference of an exact number
// that is not called one: that so many trials of head differ from base if the
// values were dealt to the arms at random. Five blocks of one value on each
// side, or six values of each of two records, are enough.
const chance = 0.002

// exact compares a count that is deterministic in this cell. It is taken for
// that when at least 80 % of base's values, those of base again among them, are
// one value, and so are 80 % of head's; ok is false otherwise. A timer that fires
// once in a while, or an acknowledgment more, does not make a count of bytes a
// matter of statistics.
func (d *decision) exact(e evidence, r Rule) (f Finding, ok bool) {
	of := func(counts func(Sample) map[string]Count) (f Finding, ok bool) {
		return d.exactly(e, r, countsOf(e.base, counts, r.Unit), countsOf(e.head, counts, r.Unit))
	}
	if f, ok = of(func(s Sample) map[string]Count { return s.Counts }); ok {
		return f, true
	}
	if f, ok = of(func(s Sample) map[string]Count { return s.Whole }); ok {
		f.Title += ", of the whole trial after opening"
	}
	return f, ok
}

func (d *decision) exactly(e evidence, r Rule, base, head []Count) (f Finding, ok bool) {
	b, nb := mode(base)
	h, nh := mode(head)
	if nb == 0 || nh == 0 || 5*nb < 4*len(base) || 5*nh < 4*len(head) {
		return Finding{}, false
	}
	f = d.finding(e.cell, r)
	f.Exact, f.Gated, f.N = true, true, len(head)
	f.Base, f.Head, f.Verdict = b.Value(), h.Value(), Same
	order := h.compare(b)
	if order == 0 {
		return f, true
	}
	if f.Base > 0 && f.Head > 0 {
		f.Change = math.Log(f.Head / f.Base)
	}
	f.Moved = moved(b, h)
	still := 0 // values of head that are those of base
	for _, c := range head {
		if c.compare(b) == 0 {
			still++
		}
	}
	if rank.Fewer(still, len(head), nb+still, len(base)+len(head)) > chance {
		f.Verdict, f.Needed = Inconclusive, max(leastBlocks, len(head)+1)
		f.Reason = "the number differs, but there are too few values of it to say that it is the same in every trial of one side"
		return f, true
	}
	f.Verdict = f.direction(float64(order))
	return f, true
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
