// Package recompute gives the numbers of the committed records again.
//
// It has tests only. They read nothing but run.json, with a decoder of histograms,
// formulas and formats of their own, and write each line of bench.txt, report.md and
// the README's blocks again: a digit that is wrong there fails. It imports nothing of
// this module. Of the atlas they write the README's block. Of the claims they judge every
// statement again, and write the README's block, bench.txt and the rows of claims.md. Of the
// gate's calibration they read nothing but blocks.jsonl, and judge one number again. Two
// things are taken from run.json as they are: what the closed forms expect, and numbers that
// were measured beside the trials. HTML and figures are not looked at.
package recompute
