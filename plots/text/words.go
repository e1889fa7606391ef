// Package text writes what a record holds as people read it.
package text

import (
	"math"
	"strconv"
	"strings"

	"pushbench/results"
)

// Format is results.FormatValue with a space that no line breaks at.
func Format(v float64, kind string) string {
	return strings.ReplaceAll(results.FormatValue(v, kind), " ", "\u00a0")
}

// Duration writes a measured time, given in seconds: 1.62 ms.
func Duration(sec float64) string { return Format(sec, "sec") }

// Bytes writes a measured size: 1.20 kB.
func Bytes(n float64) string { return Format(n, "bytes") }

// Seconds writes a duration that somebody chose: 500 ms, 2 s, 5 min.
func Seconds(s float64) string {
	switch {
	case notShown(s):
		return "–"
	case s < 1:
		return Number(s*1e3) + "\u00a0ms"
	case s < 120:
		return Number(s) + "\u00a0s"
	}
	return Number(math.Round(s/6)/10) + "\u00a0min"
}

// notShown reports whether v is no number, or none of this world.
func notShown(v float64) bool { return math.IsNaN(v) || math.Abs(v) > 1e290 }

// Number writes a number with as few digits as it needs.
func Number(v float64) string {
	if notShown(v) {
		return "–"
	}
	if v >= 100 || v == math.Trunc(v) {
		return Format(math.Round(v), "count")
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// Count writes a number with its noun, in the plural when it needs it.
func Count(n int, noun string) string {
	return Number(float64(n)) + " " + Be(n, noun, noun+"s")
}

// Be is the verb's form for n things.
func Be(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Times writes a ratio: 61 times, 1.4 times.
func Times(ratio float64) string { return Factor(ratio) + " times" }

// Factor is the number of Times alone.
func Factor(ratio float64) string {
	if notShown(ratio) {
		return "–"
	}
	if ratio < 9.95 {
		return strconv.FormatFloat(ratio, 'f', 1, 64)
	}
	return Number(math.Round(ratio))
}

// Split parts a written value into its number and its unit.
func Split(value string) (number, unit string) {
	i := strings.IndexAny(value, " \u00a0")
	if i < 0 {
		return value, ""
	}
	return value[:i], strings.TrimLeft(value[i:], " \u00a0")
}
