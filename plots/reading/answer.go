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

// Sentences returns what the record says, in sentences: for each scenario the
// one that matters most, in the order of the record.
func Sentences(r *results.Record) []string {
	var out []string
	for _, a := range Answers(r) {
		out = append(out, a.Text)
	}
	return out
}

// An Answer is what matters most of a scenario.
type Answer struct{ Scenario, ID, Text string }

func Answers(r *results.Record) []Answer {
	var out []Answer
	for _, sc := range r.Scenarios {
		s := view.New(r, sc)
		if said := Readings(s); len(said) > 0 {
			out = append(out, Answer{sc.Name, s.Section(), said[0]})
		}
	}
	return out
}

// Readings returns what to read out of a scenario, the answer first. A
// sentence that touches doubtful numbers says so.
func Readings(s view.Scenario) []string {
	if s.Scenario.Sweep != "" {
		return sweepReadings(s)
	}
	var out []string
	add := func(sentence string) {
		if sentence != "" {
			out = append(out, sentence)
		}
	}
	add(stallReading(s))
	if s.RareEvents() && !s.TooBrief() {
		add(waitingReading(s))
	}
	if !s.NoEvents() && len(view.Contenders(s.With("p50-sec"))) > 0 {
		add(latencyReading(s))
		add(listing(s, "p99-sec", "One delivery in a hundred comes later than %s."))
		add(floorReading(s))
		add(listing(s, "wire-B/event", "On the wire an event becomes %s."))
	}
	if s.AboutConnections() {
		add(stormReading(s))
		add(openReading(s))
		add(listing(s, "server-mem-B/conn", "Holding one takes %s of the server's memory."))
	}
	add(deliveryReading(s))
	return out
}

// manyNames is more variants than a sentence can name.
const manyNames = 6

// plainest is the first variant of each transport, in the record's order, when
// there are too many for a sentence, which rest then points to.
func plainest(cells []view.Cell) (out []view.Cell, rest string) {
	if len(cells) < manyNames {
		return cells, ""
	}
	for _, c := range cells {
		if !slices.ContainsFunc(out, func(o view.Cell) bool { return o.Transport == c.Transport }) {
			out = append(out, c)
		}
	}
	return out, fmt.Sprintf(" The table has all %d variants.", len(cells))
}

// latencyReading compares lateness and bytes: the sentence that the report
// opens with.
func latencyReading(s view.Scenario) string {
	cells, rest := plainest(view.Contenders(s.With("p50-sec")))
	sorted(cells, "p50-sec")
	best := cells[0].Center("p50-sec")
	n := len(cells)
	for n > 1 && cells[n-1].Center("p50-sec") > best*1.5 {
		n--
	}
	fast, slow := cells[:n], cells[n:]
	line := fmt.Sprintf("At %s, the median delivery takes %s on %s", s.Short(), between(fast, "p50-sec"), names(fast))
	bytes, alike := bytesClauses(s, cells)
	for _, c := range slow {
		p50 := c.Center("p50-sec")
		if p50 > best*20 {
			line += "; " + c.Name + " is " + text.Duration(p50-best) + " behind"
		} else {
			line += "; " + c.Name + " needs " + text.Duration(p50)
		}
		if clause := bytes(c); clause != "" {
			line += " and " + clause
		}
	}
	for _, c := range fast {
		if clause := bytes(c); clause != "" {
			line += "; " + c.Name + " " + clause
		}
	}
	if alike != "" {
		line += "; " + alike
	}
	return line + "." + rest + view.DoubtSign(cells, "p50-sec", "wire-B/event")
}

// bytesClauses returns a function that says by how much a cell moves more
// bytes than the leanest, of which the first clause names the leanest, or else
// one clause for all when they move about the same. What moves hardly more
// than the leanest has no clause, and where waiting is what costs nothing has.
func bytesClauses(s view.Scenario, among []view.Cell) (of func(view.Cell) string, alike string) {
	const unit, much = "wire-B/event", 1.2
	cells := slices.DeleteFunc(slices.Clone(among), func(c view.Cell) bool { _, ok := c.Get(unit); return !ok })
	sorted(cells, unit)
	if len(cells) < 2 || s.RareEvents() {
		return func(view.Cell) string { return "" }, ""
	}
	lean := cells[0].Center(unit)
	switch most := cells[len(cells)-1].Center(unit) / lean; {
	case most <= 1.1:
		alike = "bytes are alike: " + between(cells, unit)
	case most < much:
		alike = "bytes per event are " + between(cells, unit)
	}
	named := false
	return func(c view.Cell) string {
		ratio := c.Center(unit) / lean
		if ratio < much {
			return ""
		}
		line := "moves " + text.Times(ratio) + " the bytes"
		if !named {
			line += " of " + cells[0].Name
		}
		named = true
		return line
	}, alike
}

// waitingReading tells what waiting for rare events costs.
func waitingReading(s view.Scenario) string {
	const unit = "wire-B/client-min"
	cells := sorted(view.Contenders(s.With(unit)), unit)
	if len(cells) == 0 {
		return ""
	}
	least := cells[0].Center(unit)
	var parts []string
	for i, c := range cells {
		line := c.Name + " " + c.Show(unit)
		if i > 0 && least > 0 {
			line += " (" + text.Times(c.Center(unit)/least) + ")"
		}
		parts = append(parts, line)
	}
	return fmt.Sprintf("At %s, waiting costs each client per minute: %s.", s.Short(), strings.Join(parts, ", ")) + view.DoubtSign(cells, unit)
}

// listing is a sentence with what each contender has of a metric, the least
// first; empty when none has it.
func listing(s view.Scenario, unit, sentence string) string {
	cells := sorted(view.Contenders(s.With(unit)), unit)
	if len(cells) == 0 {
		return ""
	}
	var parts []string
	for _, c := range cells {
		parts = append(parts, c.Show(unit)+" on "+c.Name)
	}
	return fmt.Sprintf(sentence, text.Join(parts)) + view.DoubtSign(cells, unit)
}

// floorReading tells how far the fastest is from what the machine can do.
func floorReading(s view.Scenario) string {
	cells := sorted(view.Contenders(s.With("p50-sec")), "p50-sec")
	for _, f := range s.With("p50-sec") {
		if !view.IsFloor(f.Transport) || f.Center("p50-sec") == 0 {
			continue
		}
		ratio := cells[0].Center("p50-sec") / f.Center("p50-sec")
		at := fmt.Sprintf("On raw TCP, the floor, the median delivery takes %s here: ", f.Show("p50-sec"))
		if ratio < 1.05 {
			return at + cells[0].Name + " is at it." + view.DoubtSign([]view.Cell{f, cells[0]}, "p50-sec")
		}
		return at + fmt.Sprintf("%s takes %s as long.", cells[0].Name, text.Times(ratio)) + view.DoubtSign([]view.Cell{f, cells[0]}, "p50-sec")
	}
	return ""
}

// deliveryReading accounts for the events of the valid trials.
func deliveryReading(s view.Scenario) string {
	var d results.Deliveries
	for _, c := range s.Cells {
		for _, t := range c.Trials {
			d.Expected += t.Deliveries.Expected
			d.Missed += t.Deliveries.Missed
			d.Duplicated += t.Deliveries.Duplicated
			d.Reordered += t.Deliveries.Reordered
		}
	}
	if d.Expected == 0 {
		return ""
	}
	if d.Missed+d.Duplicated+d.Reordered == 0 {
		return fmt.Sprintf("All %s expected deliveries arrived once and in order.", text.Number(float64(d.Expected)))
	}
	return fmt.Sprintf("Of %s expected deliveries %s missed, %s doubled and %s out of order.",
		text.Number(float64(d.Expected)), text.Number(float64(d.Missed)), text.Number(float64(d.Duplicated)), text.Number(float64(d.Reordered)))
}

func sorted(cells []view.Cell, unit string) []view.Cell {
	slices.SortStableFunc(cells, func(a, b view.Cell) int { return cmp.Compare(a.Center(unit), b.Center(unit)) })
	return cells
}

func names(cells []view.Cell) string {
	var parts []string
	for _, c := range cells {
		parts = append(parts, c.Name)
	}
	return text.Join(parts)
}

// between writes the range of a metric over cells that are sorted by it.
func between(cells []view.Cell, unit string) string {
	lo, hi := cells[0].Show(unit), cells[len(cells)-1].Show(unit)
	if lo == hi {
		return lo
	}
	return text.FromTo(lo, hi)
}
