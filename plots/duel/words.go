package duel

import (
	"math"
	"strconv"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/results/safe"
)

// variantName is what readers see for the variant of a finding.
func variantName(f gate.Finding) string {
	if f.Transport == "" { // of another program
		return text.Name(f.Variant)
	}
	return view.CellName(results.Cell{Sweep: f.Sweep, Point: f.Point, Variant: f.Variant, Transport: f.Transport, Settings: f.Settings})
}

// place is where the finding's scenario was measured: live-feed, scale at 1,000 clients.
func place(f gate.Finding) string {
	name := text.Name(f.Scenario)
	if f.Point == "" {
		return name
	}
	point := text.Name(f.Point)
	if v, err := strconv.ParseFloat(f.Point, 64); err == nil {
		point = text.Point(f.Sweep, v)
	}
	return name + " at " + point
}

// cellName is what readers see for the cell of a finding.
func cellName(f gate.Finding) string { return variantName(f) + " in " + place(f) }

// title is what the finding's number is called within a sentence.
func title(f gate.Finding) string {
	if f.Metric == "open-sec" {
		return "the time to open a connection"
	}
	if said := name(f); strings.Contains(said, ", ") {
		return said + "," // what stands behind the comma ends there
	}
	return name(f)
}

// span is the finding's interval; no numbers where it has none.
func span(f gate.Finding) (lo, hi float64) {
	if f.Unbounded {
		return math.NaN(), math.NaN()
	}
	return f.Lo, f.Hi
}

// passes reports whether a change for the worse fails nothing.
func passes(f gate.Finding) bool { return f.Accepted && f.Verdict == gate.Worse }

// notShown reports whether a change is no number, or none of this world.
func notShown(change float64) bool { return math.IsNaN(change) || math.Abs(change) > 50 }

// percent is a change, given as the logarithm of a ratio, as a number of percent
// without its sign: 5.2, 0.3, 0.01, 44.
func percent(change float64) string {
	if notShown(change) {
		return "–"
	}
	p := math.Abs(100 * math.Expm1(change))
	switch {
	case p >= 19.95:
		return text.Number(math.Round(p))
	case p >= 0.095 || p < 0.005:
		return strconv.FormatFloat(p, 'f', 1, 64)
	}
	return strconv.FormatFloat(p, 'f', 2, 64)
}

// barText is a bar, which has as few digits as it needs.
func barText(bar float64) string {
	p := percent(bar)
	if strings.Contains(p, ".") {
		p = strings.TrimRight(strings.TrimRight(p, "0"), ".")
	}
	return p + "\u00a0%"
}

// signed is a change in percent with its sign: +5.2 %.
func signed(change float64) string { return sign(change) + percent(change) + "\u00a0%" }

func sign(change float64) string {
	switch p := percent(change); {
	case strings.Trim(p, "0.–") == "":
		return ""
	case change < 0:
		return "−"
	}
	return "+"
}

// bounds are those of a change, in percent: +4.1 to +6.3; a dash when it has none.
func bounds(lo, hi float64) string {
	if notShown(lo) || notShown(hi) {
		return "–"
	}
	return sign(lo) + percent(lo) + "\u00a0to\u00a0" + sign(hi) + percent(hi)
}

// interval is bounds with their unit: +4.1 to +6.3 %.
func interval(lo, hi float64) string {
	if b := bounds(lo, hi); b != "–" {
		return b + "\u00a0%"
	}
	return "–"
}

// moved says how a number changed: rose by 5.2 % (4.1–6.3 %).
func moved(change, lo, hi float64) string {
	unknown := notShown(lo) || notShown(hi) || lo == 0 && hi == 0 && change != 0 // too few blocks for an interval
	switch {
	case notShown(change):
		return "changed"
	case unknown:
		return "changed by " + signed(change)
	case change > 0 && lo > 0:
		return "rose by " + percent(change) + "\u00a0% (" + percent(lo) + "–" + percent(hi) + "\u00a0%)"
	case change < 0 && hi < 0:
		return "fell by " + percent(change) + "\u00a0% (" + percent(hi) + "–" + percent(lo) + "\u00a0%)"
	}
	return "changed by " + signed(change) + " (" + interval(lo, hi) + ")"
}

// readable is how many digits behind the point a reader wants at most.
const readable = 2

// exactly writes two exact numbers with few digits, but as many as tell them apart, and
// no prefix: 1,204 B and 1,205 B would both be 1.20 kB.
func exactly(a, b float64, kind string) (string, string) {
	if kind != "bytes" && kind != "count" {
		return text.Format(a, kind), text.Format(b, kind)
	}
	unit := ""
	if kind == "bytes" {
		unit = "\u00a0B"
	}
	digits := 0
	for digits < readable && (shortened(a, digits) != a || shortened(b, digits) != b) {
		digits++
	}
	for shortened(a, digits) == shortened(b, digits) && a != b && digits < 12 {
		digits++
	}
	return decimal(a, digits) + unit, decimal(b, digits) + unit
}

// shortened is v with that many digits behind the point.
func shortened(v float64, digits int) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', digits, 64), 64)
	if err != nil {
		return v
	}
	return r
}

// decimal writes v with at most that many digits behind the point.
func decimal(v float64, digits int) string {
	if math.IsNaN(v) || math.Abs(v) > 1e15 {
		return text.Format(v, "count")
	}
	whole, rest, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', digits, 64), ".")
	n, err := strconv.ParseFloat(whole, 64)
	if err != nil {
		return whole
	}
	out := text.Format(n, "count")
	if rest = strings.TrimRight(rest, "0"); rest != "" {
		out += "." + rest
	}
	if v < 0 && strings.Trim(out, "0.") != "" {
		out = "−" + out
	}
	return out
}

// values are what base and head measured.
func values(f gate.Finding) (base, head string) {
	if f.Exact {
		return exactly(f.Base, f.Head, f.Kind)
	}
	of := func(v float64) string {
		if v == 0 { // what varies is above zero, or is not there
			return "–"
		}
		return text.Format(v, f.Kind)
	}
	return of(f.Base), of(f.Head)
}

// sideName is what one of the two is called: its name and the commit that it was
// built of.
func sideName(s gate.Side) string {
	name, revision := text.Name(s.Name), s.Revision
	commit, dirty := strings.CutSuffix(revision, "+dirty")
	if hex := strings.Trim(commit, "0123456789abcdef"); hex == "" && len(commit) > 12 {
		revision = commit[:12]
		if dirty {
			revision += "+dirty"
		}
	}
	if revision == "" || revision == name {
		return name
	}
	return strings.TrimSpace(name + " (" + safe.Brief(revision, 60) + ")")
}
