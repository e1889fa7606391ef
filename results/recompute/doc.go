// Package recompute gives the numbers of the committed records again.
//
// It has tests only. They read nothing but run.json, with a decoder of
// histograms, formulas and formats of their own, and hold bench.txt, report.md
// and the README to what comes out: no number stands there that a second piece
// of code does not give. It imports nothing of this module.
package recompute
