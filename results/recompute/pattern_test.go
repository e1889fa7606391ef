package recompute

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A pattern is a line of a page as it has to read. Where a number lies in the
// middle between two of three digits either may stand, because it depends on the
// last bit of a float64: the pattern has both, between open and end.
const (
	open  = "\x01"
	or    = "\x02"
	end   = "\x03"
	words = "\x04" // any text without a digit, within a field of a table
	prose = "\x05" // any text
)

func choice(all ...string) string {
	slices.Sort(all)
	if all = slices.Compact(all); len(all) == 1 {
		return all[0]
	}
	return open + strings.Join(all, or) + end
}

// around is what v may be but for the order of operations.
func around(v float64) []float64 { return []float64{v * (1 - 1e-12), v, v * (1 + 1e-12)} }

// shown is v as a reader sees it.
func shown(v float64, kind string) string {
	var all []string
	for _, w := range around(v) {
		all = append(all, format(w, kind))
	}
	return choice(all...)
}

// written is what as makes of a summary.
func (s summary) written(as func(summary) string) string {
	var all []string
	for _, mid := range around(s.mid) {
		for _, lo := range around(s.lo) {
			for _, hi := range around(s.hi) {
				one := s
				one.mid, one.lo, one.hi = mid, lo, hi
				all = append(all, as(one))
			}
		}
	}
	return choice(all...)
}

// expression matches a whole line that a pattern allows.
func expression(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	return regexp.MustCompile("^" + strings.NewReplacer(open, "(?:", or, "|", end, ")", words, `[^|0-9]*`, prose, `.*`).Replace(quoted) + "$")
}

// count is a number of things.
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return number(float64(n)) + " " + what
}

// join lists parts.
func join(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

// fresh appends s unless it is there.
func fresh(all []string, s string) []string {
	if slices.Contains(all, s) {
		return all
	}
	return append(all, s)
}

var escaped = regexp.MustCompile(`\\([!-/:-@\[-` + "`" + `{-~])`)

// lines are those of a page that tell something: without empty ones, rules of
// tables, tags, fences and pictures, and without escapes and unbreakable spaces.
func lines(page string) (all []string) {
	for _, line := range strings.Split(strings.ReplaceAll(page, "\u00a0", " "), "\n") {
		line = strings.TrimSuffix(escaped.ReplaceAllString(line, "$1"), " ")
		skip := false
		for _, mark := range []string{"|---", "![", "<a id=", "</details>", "```"} {
			skip = skip || strings.HasPrefix(line, mark)
		}
		if line != "" && !skip {
			all = append(all, line)
		}
	}
	return all
}

// differences says which lines of a page do not read as they have to.
func differences(got, want []string) (all []string) {
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			return append(all, fmt.Sprintf("the page ends before %q", want[i]))
		case i >= len(want):
			return append(all, fmt.Sprintf("the page goes on with %q", got[i]))
		case !expression(want[i]).MatchString(got[i]):
			if all = append(all, fmt.Sprintf("it says\n\t%q, recomputed\n\t%q", got[i], want[i])); len(all) > 5 {
				return all
			}
		}
	}
	return all
}

// row is a row of a table.
func row(fields ...string) string { return "| " + strings.Join(fields, " | ") + " |" }
