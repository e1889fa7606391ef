// Package gate decides whether one server is worse than another.
//
// It is pure: [Blocks] of a record go in, a [Comparison] comes out. [Decide] is
// for arms that were measured side by side, [Of] for the record of such a duel,
// and [Separate] for records of different times, which can tell much less.
//
// # Blocks
//
// In each block three servers are up at the same time: base, base again, and
// head. Each event of one is followed by the same event of the next, so that
// whatever the machine does in between meets all three alike. One trial of a
// fresh server process gives one value of each number: values out of one process
// are not independent of each other. Of a number's three values in a block
//
//	r = ln head − ½ (ln base + ln again)   is the change,
//	n = ln again − ln base                 is the null arm, the control of the job.
//
// With a variance σ² of each logarithm, r has 1.5 σ², where the ratio of head to
// base alone would have 2 σ². Base and base again enter r with the same weight, so
// that r and n are uncorrelated: an accident in base that makes the null arm
// cross its bar does not take a change with it.
//
// # Numbers that vary
//
// The estimate is that of Hodges and Lehmann (1963) with the interval that inverts
// Wilcoxon's exact signed-rank test (1945): blocks are few, and an outlier is as
// likely as not. The test's probabilities are adjusted by the method of Holm
// (1979) over all gated numbers of the comparison, since of forty tests at 5 % each
// two go wrong. A number is called worse or better only if the whole interval of
// 95 % lies beyond its bar and the adjusted probability is at most 5 %: certainty
// and size. The bar is the declared floor (see [Rules]), or 1.5 times the 99th
// percentile of what identical code was seen to differ by where that is more (see
// [Known]). It is a logarithm, too, so that to exchange base and head changes the
// sign of a change and nothing else. A number is called the same only if the whole
// interval lies within the bar. Else it is inconclusive, or void if the null arm
// crossed the bar or the machine was not quiet.
//
// # Numbers that do not
//
// A count that every trial gives alike, as bytes for each event, is compared as a
// ratio of whole numbers, and a difference of one is a verdict. See [Count].
//
// How often all of this goes wrong is measured, with the interval of Clopper and
// Pearson (1934): pushbench calibrate.
package gate
