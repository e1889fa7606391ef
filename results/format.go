package results

import (
	"math"
	"strconv"
	"strings"
)

// FormatValue formats v for people, with three significant digits and a
// decimal prefix: kind sec gives "410 µs", bytes "1.20 kB", share "12.3 %",
// count "1,250" or "0.0312", Mibit/s "6.64 Mibit/s" and × "12.2 ×". What is no
// finite number is "–". Any other kind is formatted as a
// count. The record keeps base units; this is only for showing.
func FormatValue(v float64, kind string) string {
	if math.IsNaN(v) || math.Abs(v) > 1e290 {
		return "–"
	}
	switch kind {
	case kindSec:
		if v == 0 {
			return "0 s"
		}
		return scaled(v, 1e-9, []string{"ns", "µs", "ms", "s"})
	case kindBytes:
		return scaled(v, 1, []string{"B", "kB", "MB", "GB", "TB", "PB", "EB"})
	case "Mibit/s", "×":
		return plainNumber(v) + " " + kind
	case kindShare:
		return plainNumber(v*100) + " %"
	}
	return plainNumber(v)
}

// scaled formats v with the largest of units, each a thousand times the one
// before and the first worth base, that leaves at least 1. Whole numbers of the
// first unit keep no decimals.
func scaled(v, base float64, units []string) string {
	n, i := round(v/base), 0
	for i < len(units)-1 && math.Abs(n) >= 1000 {
		n, i = round(n/1000), i+1
	}
	if base == 1 && math.Abs(n) >= 1000 && math.Abs(n) < 1e15 { // more of the largest unit of bytes
		return commas(strconv.FormatFloat(n, 'f', 0, 64)) + " " + units[i]
	}
	return significant(n, i == 0 && n == math.Trunc(n)) + " " + units[i]
}

// plainNumber formats v without a prefix: a whole number in full, with commas,
// any other with three significant digits.
func plainNumber(v float64) string {
	if v != math.Trunc(v) && math.Abs(v) < 1000 {
		if v = round(v); math.Abs(v) < 1000 {
			return significant(v, false)
		}
	}
	if math.Abs(v) >= 1e15 {
		return strconv.FormatFloat(v, 'e', 2, 64)
	}
	return commas(strconv.FormatFloat(v, 'f', 0, 64))
}

// round keeps three significant digits.
func round(v float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 2, 64), 64) // reads its own
	return r
}

// significant formats v, rounded before, with three significant digits.
func significant(v float64, whole bool) string {
	if v == 0 || whole {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	exponent := int(math.Floor(math.Log10(math.Abs(v)) + 1e-12))
	if exponent < -6 || exponent >= 15 {
		return strconv.FormatFloat(v, 'e', 2, 64)
	}
	return strconv.FormatFloat(v, 'f', max(0, 2-exponent), 64)
}

func commas(s string) string {
	s, negative := strings.CutPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if negative {
		return "-" + s
	}
	return s
}
