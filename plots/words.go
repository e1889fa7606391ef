package plots

import (
	"math"
	"strconv"
	"strings"
)

// join lists parts: a, b and c.
func join(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

func names(cells []cell) string {
	var parts []string
	for _, c := range cells {
		parts = append(parts, c.name)
	}
	return join(parts)
}

// between writes the range of a metric over cells that are sorted by it.
func between(cells []cell, unit string) string {
	lo, hi := cells[0].show(unit), cells[len(cells)-1].show(unit)
	if lo == hi {
		return lo
	}
	return fromTo(lo, hi)
}

// times writes a ratio: 61 times, 1.4 times.
func times(ratio float64) string { return factor(ratio) + " times" }

func factor(ratio float64) string {
	if ratio < 9.95 {
		return strconv.FormatFloat(ratio, 'f', 1, 64)
	}
	return number(math.Round(ratio))
}

// be is the verb's form for n things.
func be(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// seconds writes a duration that somebody chose: 500 ms, 2 s, 5 min.
func seconds(s float64) string {
	switch {
	case s < 1:
		return number(s*1e3) + "\u00a0ms"
	case s < 120:
		return number(s) + "\u00a0s"
	}
	return number(math.Round(s/6)/10) + "\u00a0min"
}

// number writes a number with as few digits as it needs.
func number(v float64) string {
	if v >= 100 || v == math.Trunc(v) {
		return format(math.Round(v), "count")
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// count writes a number with its noun, in the plural when it needs it.
func count(n int, noun string) string {
	return number(float64(n)) + " " + be(n, noun, noun+"s")
}
