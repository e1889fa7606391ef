package gate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// certainty is the order in which findings are listed. The empty verdict is that
// of a number that is shown only.
var certainty = []Verdict{Worse, Better, Unconfirmed, Void, Inconclusive, Same, ""}

// conclude gives the comparison its verdict as a whole and sorts the findings:
// by verdict, then what is exact, then by how far beyond its bar a number is.
func (c *Comparison) conclude() {
	slices.SortStableFunc(c.Findings, func(a, b Finding) int {
		exact := func(f Finding) int {
			if f.Exact {
				return 0
			}
			return 1
		}
		return cmp.Or(
			cmp.Compare(slices.Index(certainty, a.Verdict), slices.Index(certainty, b.Verdict)),
			cmp.Compare(exact(a), exact(b)),
			cmp.Compare(b.size(), a.size()))
	})
	has := map[Verdict]bool{}
	c.Reason = ""
	for _, f := range c.Findings {
		switch {
		case !f.Gated:
			continue
		case f.Verdict == Worse && f.Accepted:
			has[Same] = true
		default:
			has[f.Verdict] = true
		}
		if f.Verdict == Void && c.Reason == "" {
			c.Reason = fmt.Sprintf("%s of %s: %s", f.Title, f.Cell(), f.Reason)
		}
	}
	empty := c.nothing()
	if empty != "" && len(has) > 0 {
		c.Reason = empty
	}
	switch {
	case has[Worse]:
		c.Verdict = Worse
	case empty != "" && len(has) > 0:
		c.Verdict = Void
	case has[Void]:
		c.Verdict = Void
	case has[Inconclusive] || has[Unconfirmed]:
		c.Verdict = Inconclusive
	case has[Better]:
		c.Verdict = Better
	case has[Same]:
		c.Verdict = Same
	default:
		c.Verdict, c.Reason = Void, "no number could be compared"
	}
	if c.Verdict != Void {
		c.Reason = ""
	}
}

// nothing says of which cell nothing could be compared, the first if there are several;
// empty when there is none.
func (c *Comparison) nothing() string {
	for _, m := range c.Missing {
		if m.Empty {
			return fmt.Sprintf("nothing of %s could be compared: %s", m.Cell, m.Reason)
		}
	}
	return ""
}

// incomplete is the error that nothing of a cell could be compared: what the others
// say is no verdict then. A regression is one nevertheless.
func (c *Comparison) incomplete() error {
	if why := c.nothing(); why != "" && c.Verdict != Worse {
		return incomparable("%s", why)
	}
	return nil
}

// size is how large the change is: in bars, or of an exact number as it is.
func (f Finding) size() float64 {
	switch {
	case f.Exact && (f.Base > 0) != (f.Head > 0):
		return math.Inf(1)
	case f.Exact || f.Bar == 0:
		return math.Abs(f.Change)
	}
	return math.Abs(f.Change) / f.Bar
}

// Precise reports whether more blocks would tell nothing that matters: no exact
// number is open, every interval that decides is narrower than its bar and of six blocks at least, and
// where one is not within its bar there are so many that its test could be
// significant among all of them. It does not ask whether the test is: to stop when
// something is significant would find changes that are none.
func (c *Comparison) Precise() bool {
	tests := 0
	for _, f := range c.Findings {
		if f.Gated && !f.Exact {
			tests++
		}
	}
	for _, f := range c.Findings {
		if f.Gated && f.Exact && f.Verdict == Inconclusive {
			return false
		}
		if !f.Gated || f.Exact {
			continue
		}
		within := -f.Bar <= f.Lo && f.Hi <= f.Bar
		if f.Unbounded || f.N < leastBlocks || f.Hi-f.Lo >= f.Bar || !within && f.N < LeastBlocks(tests) {
			return false
		}
	}
	return c.Blocks >= leastBlocks
}
