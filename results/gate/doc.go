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
// that r and n are uncorrelated. What happens to one of both alone, of size δ, moves
// n by δ and r by δ/2.
//
// # Numbers that vary
//
// The estimate is that of Hodges and Lehmann (1963) with the interval that inverts
// Wilcoxon's exact signed-rank test (1945): blocks are few, and an outlier is as
// likely as not. The test's probabilities are adjusted by the method of Holm
// (1979) over all gated numbers of the comparison, since of forty tests at 5 % each
// two go wrong. A number is called worse or better only if the whole interval of
// 95 % lies beyond its bar and the adjusted probability is at most 5 %: certainty
// and size. The bar is the declared floor (see [Rules]), or the 99th percentile of what
// identical code was seen to differ by where that is more (see [Known]). No factor is
// put on top of it: the estimate has to be half an interval beyond the bar, for
// the noise of the job itself. It is a logarithm, too, so that to exchange base and head changes the
// sign of a change and nothing else. A number is called the same only if the whole
// interval lies within the bar. Else it is inconclusive.
//
// If the estimate of the null arm is beyond the bar, a change has to outweigh it: its whole
// interval has to lie farther beyond the bar than half of that. Else it is inconclusive.
// If the null arm is beyond the floor and beyond 1.5 times that percentile (one run in a
// hundred is beyond it once, in each of dozens of numbers), the number is void, unless the
// whole interval lies farther beyond the bar than half of that: then the change is
// more than an accident in base explains, and its verdict stands. It is void, too, if
// the machine was not quiet. Where there are too few blocks for any test to be
// significant among so many, nothing can be called changed (see [LeastBlocks]), and
// where the estimate is on the bar more blocks would not decide: both is said.
//
// What is known is of servers side by side, of one class of machine and of one load.
// Of another one it is taken with reserve, and of arms that ran one after another
// nothing is known: declared floors stand in.
//
// # Numbers that do not
//
// A count that nearly every trial gives alike, as bytes for each event, is compared as
// a ratio of whole numbers, and a difference of one is a verdict. See [Count]. Where
// one side has other values than that, or a server failed, or closed connections, it
// is told by Fisher's exact test (1922) in how many trials of each side, and is open
// where head has what base never had and the trials are too few.
//
// # What is not there
//
// No data is never no change. A number that one side alone lacks is open. A cell of
// which nothing could be compared leaves no verdict but a regression: [Of] and
// [Separate] return an [Incomparable] error, and a comparison of [Decide] is void.
//
// How often all of this goes wrong is measured, with the interval of Clopper and
// Pearson (1934): pushbench calibrate.
package gate
