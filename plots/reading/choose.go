package reading

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// A certainty is how much a choice can be trusted.
type certainty int

const (
	none    certainty = iota // fewer than two have the number
	tooFew                   // too few trials
	likely                   // the least and the greatest of a few trials
	certain                  // 95 % intervals
)

// bounds names what is compared.
func (c certainty) bounds() string {
	if c == certain {
		return "The 95\u00a0% intervals"
	}
	return "The ranges of the trials"
}

// choose parts cells, all of which have the metric, into those that are as good as
// the one with the least median, as their bounds overlap with its, and the others;
// both the least first. The choice is as sure as the least known of them.
func choose(cells []view.Cell, unit string) (chosen, others []view.Cell, sure certainty) {
	cells, sure = sorted(slices.Clone(cells), unit), certain
	best, _ := cells[0].Get(unit)
	for _, c := range cells {
		s, _ := c.Get(unit)
		switch {
		case s.N < 3:
			sure = tooFew
		case !s.Interval:
			sure = min(sure, likely)
		}
		if overlap(best, s) {
			chosen = append(chosen, c)
		} else {
			others = append(others, c)
		}
	}
	return chosen, others, sure
}

// overlap reports whether the bounds of two summaries do.
func overlap(a, b results.Summary) bool { return a.Lo <= b.Hi && b.Lo <= a.Hi }

// withBounds names cells with their numbers and bounds.
func withBounds(cells []view.Cell, unit string) string {
	var parts []string
	for i, name := range view.ShortNames(cells) {
		parts = append(parts, name+" "+bounded(cells[i], unit))
	}
	return strings.Join(parts, ", ")
}

// bounded writes the cell's median of a metric, the warning sign where it is to be
// doubted and, in brackets, its bounds.
func bounded(c view.Cell, unit string) string {
	m, _ := results.MetricByUnit(unit)
	s, _ := c.Summarize(m)
	if bounds := strings.Trim(view.Bounds(s, m.Kind), "()"); bounds != "" {
		return numberOf(c, unit) + " (" + bounds + ")"
	}
	return numberOf(c, unit)
}

// either names cells of which any will do.
func either(cells []view.Cell) string {
	var names []string
	for _, c := range cells {
		names = append(names, c.LongName())
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}

// condition says how late in a scenario the events of what is chosen may be; empty
// when none of it is much later than the earliest.
func condition(chosen []view.Cell, s view.Scenario) string {
	const much = 20 // times the least median
	there := sorted(view.Contenders(s.With("p50-sec")), "p50-sec")
	var late []string
	for _, c := range chosen {
		same, ok := counterpart(there, c)
		if !ok || same.Center("p50-sec") <= much*there[0].Center("p50-sec") {
			continue
		}
		share, by := "99\u00a0%", "p99-sec"
		if _, ok := same.Get(by); !ok {
			share, by = "half", "p50-sec"
		}
		when := fmt.Sprintf("if events may be late (%s within %s)", share, numberOf(same, by))
		if len(chosen) == 1 {
			return ", " + when
		}
		late = append(late, c.LongName()+" only "+when)
	}
	if late == nil {
		return ""
	}
	return "; " + text.Join(late)
}

// counterpart finds the cell of another scenario's variant and target.
func counterpart(cells []view.Cell, as view.Cell) (view.Cell, bool) {
	i := slices.IndexFunc(cells, func(c view.Cell) bool { return c.Variant == as.Variant && c.Target == as.Target })
	if i < 0 {
		return view.Cell{}, false
	}
	return cells[i], true
}
