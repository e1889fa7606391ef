// Package reading says in sentences what a record shows.
package reading

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// Readings returns what to read out of a scenario, the answer first. A number
// that is to be doubted has the warning sign behind it.
func Readings(s view.Scenario) []string {
	answer, more := readings(s)
	return append(answer, more...)
}

// readings returns the sentences that answer a scenario's question, then what
// else there is to read out of it.
func readings(s view.Scenario) (answer, more []string) {
	delivered := deliveryReading(s)
	if s.Scenario.Sweep != "" {
		more = append(sweepReadings(s), delivered)
		more = slices.DeleteFunc(more, empty)
		return more[:min(1, len(more))], more[min(1, len(more)):]
	}
	answer = append(answer, stallReading(s))
	answer = append(answer, slowReadings(s)...)
	if s.RareEvents() && !s.TooBrief() {
		answer = append(answer, list(s, "wire-B/client-min", "Bytes per client and minute, while events are rare"))
	}
	if !s.NoEvents() {
		latency := list(s, "p50-sec", "Median latency")
		bytes := list(s, "wire-B/event", "Bytes per event")
		switch tail := tailReading(s); {
		case s.Stalled():
			more = append(more, latency, bytes)
		case s.RareEvents():
			answer, more = append(answer, latency), append(more, tail, bytes)
		default:
			answer, more = append(answer, latency, bytes), append(more, tail)
		}
		more = append(more, floorReading(s))
	}
	if s.AboutConnections() {
		about := append(openReadings(s), list(s, view.MemoryUnit(s.Record), "Server memory per open connection"))
		if s.NoEvents() {
			answer = append(answer, about...)
		} else {
			more = append(more, about...)
		}
	}
	return slices.DeleteFunc(answer, empty), slices.DeleteFunc(append(append(more, aroundReadings(s)...), delivered), empty)
}

func empty(sentence string) bool { return sentence == "" }

// manyNames is more variants than a sentence can name.
const manyNames = 8

// plainest is the first variant of each transport of each target, in the record's order, when
// there are too many for a sentence, which rest then points to.
func plainest(cells []view.Cell) (out []view.Cell, rest string) {
	if len(cells) < manyNames {
		return cells, ""
	}
	for _, c := range cells {
		if !slices.ContainsFunc(out, func(o view.Cell) bool { return o.Transport == c.Transport && o.Target == c.Target }) {
			out = append(out, c)
		}
	}
	if len(out) == len(cells) {
		return out, ""
	}
	return out, fmt.Sprintf(" The table has all %d variants.", len(cells))
}

// list is a sentence with what each contender has of a metric, the least first:
// Median latency: SSE 1.4 ms, polling 247 ms. It is empty when none has it.
func list(s view.Scenario, unit, lead string) string {
	cells, rest := plainest(view.Contenders(s.With(unit)))
	if len(cells) == 0 {
		return ""
	}
	return lead + single(cells, unit) + ": " + numbers(sorted(cells, unit), unit) + "." + rest
}

// single says in brackets that each of the cells has a metric from one trial alone;
// empty when one has it from more.
func single(cells []view.Cell, unit string) string {
	for _, c := range cells {
		if s, ok := c.Get(unit); ok && s.N > 1 {
			return ""
		}
	}
	if len(cells) == 1 {
		return " (one trial)"
	}
	return " (one trial each)"
}

// numbers names cells with their numbers: SSE 1.4 ms, polling 247 ms.
func numbers(cells []view.Cell, unit string) string {
	var parts []string
	for i, name := range view.ShortNames(cells) {
		parts = append(parts, name+" "+numberOf(cells[i], unit))
	}
	return strings.Join(parts, ", ")
}

// tailReading tells how late the latest hundredth of the events is.
func tailReading(s view.Scenario) string {
	return list(s, "p99-sec", "99 % of the events arrive within this time")
}

// floorReading tells how far the fastest are from what the machine can do: all whose
// bounds overlap with those of the fastest. Without 95 % intervals it compares nothing.
func floorReading(s view.Scenario) string {
	const unit = "p50-sec"
	cells := view.Contenders(s.With(unit))
	for _, f := range s.With(unit) {
		if !view.IsFloor(f.Transport) || f.Center(unit) == 0 || len(cells) == 0 {
			continue
		}
		said := "Raw TCP is the floor. Its median latency here is " + numberOf(f, unit) + "."
		fastest, _, _ := choose(cells, unit)
		var same, apart []string
		floor, _ := f.Get(unit)
		for _, c := range fastest {
			switch near, _ := c.Get(unit); {
			case !known(floor) || !known(near):
				return said
			case overlap(floor, near):
				same = append(same, c.LongName())
			default:
				apart = append(apart, c.LongName()+" takes "+text.Times(near.Center/floor.Center)+" as long")
			}
		}
		if same != nil {
			said += " This run cannot tell " + text.Join(same) + " from it."
		}
		if apart != nil {
			said += " " + text.Upper(text.Join(apart)) + "."
		}
		return said
	}
	return ""
}

// known reports whether the bounds of a summary are more than those of a few trials.
func known(s results.Summary) bool { return s.Interval || s.Exact }

// numberOf is the cell's median of a metric, with the warning sign where it is
// to be doubted.
func numberOf(c view.Cell, unit string) string {
	return c.Show(unit) + view.DoubtSign([]view.Cell{c}, unit)
}

// deliveryReading accounts for the events of the valid trials.
func deliveryReading(s view.Scenario) string {
	var d results.Deliveries
	var newest []view.Cell
	for _, c := range s.Cells {
		if slices.ContainsFunc(c.Trials, func(t *results.Trial) bool { return t.Deliveries.Superseded > 0 }) {
			newest = append(newest, c)
		}
		for _, t := range c.Trials {
			d.Expected += t.Deliveries.Expected
			d.Missed += t.Deliveries.Missed
			d.Duplicated += t.Deliveries.Duplicated
			d.Reordered += t.Deliveries.Reordered
			d.Superseded += t.Deliveries.Superseded
		}
	}
	all, newer := text.Number(float64(d.Expected))+" expected deliveries", ""
	if d.Superseded > 0 {
		newer = " On " + view.ByVariant(newest) + " the server keeps only the newest event: " + text.Number(float64(d.Superseded)) +
			" more deliveries were not expected, because the client got a newer event."
	}
	switch {
	case d.Expected == 0:
		return ""
	case d.Missed+d.Duplicated+d.Reordered == 0:
		return "All " + all + " arrived once and in order." + newer
	}
	return fmt.Sprintf("Of %s, %s did not arrive. %s came twice. %s came out of order.", all,
		text.Number(float64(d.Missed)), text.Number(float64(d.Duplicated)), text.Number(float64(d.Reordered))) + newer
}

func sorted(cells []view.Cell, unit string) []view.Cell {
	slices.SortStableFunc(cells, func(a, b view.Cell) int { return cmp.Compare(a.Center(unit), b.Center(unit)) })
	return cells
}
