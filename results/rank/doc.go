// Package rank tests values by their ranks.
//
// Few values of an unknown distribution are what a benchmark has: one from each
// fresh process. Nothing here assumes a normal distribution, or takes one in its
// place. [Signed] is the test of one sample against zero: Wilcoxon's signed-rank
// test (Wilcoxon 1945), the estimate of Hodges and Lehmann (1963), which is the
// median of the averages of all pairs, and the interval that inverts the test.
// [Shift] is the same for two independent samples: the test of Mann and Whitney
// (1947) and the median of all differences. Both count the distribution out;
// with ties it is the conditional one, given the ranks that are there.
// [Holm] corrects for many tests at once (Holm 1979). [ClopperPearson] is the
// exact interval of a proportion (Clopper and Pearson 1934).
//
// All functions are pure, and safe for concurrent use.
package rank
