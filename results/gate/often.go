package gate

import (
	"fmt"

	"pushbench/results/rank"
)

// An often is in how many trials of each side something happened.
type often struct {
	base, ofBase int
	head, ofHead int
}

// more is the probability that it happens in so many trials of head, or more, if
// head is as base: Fisher's exact test, one-sided.
func (o often) more() float64 {
	return rank.Fewer(o.ofHead-o.head, o.ofHead, o.ofBase+o.ofHead-o.base-o.head, o.ofBase+o.ofHead)
}

// fewer is the probability that it happens in so few trials of head, or fewer, if
// head is as base.
func (o often) fewer() float64 {
	return rank.Fewer(o.head, o.ofHead, o.base+o.head, o.ofBase+o.ofHead)
}

// moreShare reports whether it happens in a larger share of head's trials.
func (o often) moreShare() bool { return o.head*o.ofBase > o.base*o.ofHead }

// doubtful reports whether what happened in two trials of head or more may be
// chance or not: it never happened to base, or the chance is small and not small
// enough for a verdict.
func (o often) doubtful() bool {
	return o.head >= 2 && (o.base == 0 || o.more() <= Significance)
}

// String says it for people.
func (o often) String() string {
	return fmt.Sprintf("in %d of %d trials of head and in %d of %d of base", o.head, o.ofHead, o.base, o.ofBase)
}
