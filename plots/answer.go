package plots

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/look"
	"pushbench/plots/words"
	"pushbench/results"
)

// Answers returns what the record says, in sentences: for each scenario the
// one that matters most, in the order of the record.
func Answers(r *results.Record) []string {
	var out []string
	for _, a := range answers(r) {
		out = append(out, a.Text)
	}
	return out
}

// An answer is what matters most of a scenario.
type answer struct{ Scenario, ID, Text string }

func answers(r *results.Record) []answer {
	var out []answer
	for _, sc := range r.Scenarios {
		s := newSet(r, sc)
		if said := readings(s); len(said) > 0 {
			out = append(out, answer{sc.Name, s.section(), said[0]})
		}
	}
	return out
}

// readings returns what to read out of a scenario, the answer first. A
// sentence that touches doubtful numbers says so.
func readings(s set) []string {
	if s.scenario.Sweep != "" {
		return sweepReadings(s)
	}
	var out []string
	add := func(sentence string) {
		if sentence != "" {
			out = append(out, sentence)
		}
	}
	add(stallReading(s))
	if waiting(s) && !brief(s) {
		add(waitingReading(s))
	}
	if !silent(s) && len(contenders(s.with("p50-sec"))) > 0 {
		add(latencyReading(s))
		add(listing(s, "p99-sec", "One delivery in a hundred comes later than %s."))
		add(floorReading(s))
		add(listing(s, "wire-B/event", "On the wire an event becomes %s."))
	}
	if aboutConnections(s) {
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
func plainest(cells []cell) (out []cell, rest string) {
	if len(cells) < manyNames {
		return cells, ""
	}
	for _, c := range cells {
		if !slices.ContainsFunc(out, func(o cell) bool { return o.Transport == c.Transport }) {
			out = append(out, c)
		}
	}
	return out, fmt.Sprintf(" The table has all %d variants.", len(cells))
}

// latencyReading compares lateness and bytes: the sentence that the report
// opens with.
func latencyReading(s set) string {
	cells, rest := plainest(contenders(s.with("p50-sec")))
	sorted(cells, "p50-sec")
	best := cells[0].center("p50-sec")
	n := len(cells)
	for n > 1 && cells[n-1].center("p50-sec") > best*1.5 {
		n--
	}
	fast, slow := cells[:n], cells[n:]
	text := fmt.Sprintf("At %s, the median delivery takes %s on %s", s.short(), between(fast, "p50-sec"), names(fast))
	bytes, alike := bytesClauses(s, cells)
	for _, c := range slow {
		p50 := c.center("p50-sec")
		if p50 > best*20 {
			text += "; " + c.name + " is " + words.Duration(p50-best) + " behind"
		} else {
			text += "; " + c.name + " needs " + words.Duration(p50)
		}
		if clause := bytes(c); clause != "" {
			text += " and " + clause
		}
	}
	for _, c := range fast {
		if clause := bytes(c); clause != "" {
			text += "; " + c.name + " " + clause
		}
	}
	if alike != "" {
		text += "; " + alike
	}
	return text + "." + rest + sign(cells, "p50-sec", "wire-B/event")
}

// bytesClauses returns a function that says by how much a cell moves more
// bytes than the leanest, of which the first clause names the leanest, or else
// one clause for all when they move about the same. What moves hardly more
// than the leanest has no clause, and where waiting is what costs nothing has.
func bytesClauses(s set, among []cell) (of func(cell) string, alike string) {
	const unit, much = "wire-B/event", 1.2
	cells := slices.DeleteFunc(slices.Clone(among), func(c cell) bool { _, ok := c.get(unit); return !ok })
	sorted(cells, unit)
	if len(cells) < 2 || waiting(s) {
		return func(cell) string { return "" }, ""
	}
	lean := cells[0].center(unit)
	switch most := cells[len(cells)-1].center(unit) / lean; {
	case most <= 1.1:
		alike = "bytes are alike: " + between(cells, unit)
	case most < much:
		alike = "bytes per event are " + between(cells, unit)
	}
	named := false
	return func(c cell) string {
		ratio := c.center(unit) / lean
		if ratio < much {
			return ""
		}
		text := "moves " + words.Times(ratio) + " the bytes"
		if !named {
			text += " of " + cells[0].name
		}
		named = true
		return text
	}, alike
}

// waitingReading tells what waiting for rare events costs.
func waitingReading(s set) string {
	const unit = "wire-B/client-min"
	cells := sorted(contenders(s.with(unit)), unit)
	if len(cells) == 0 {
		return ""
	}
	least := cells[0].center(unit)
	var parts []string
	for i, c := range cells {
		text := c.name + " " + c.show(unit)
		if i > 0 && least > 0 {
			text += " (" + words.Times(c.center(unit)/least) + ")"
		}
		parts = append(parts, text)
	}
	return fmt.Sprintf("At %s, waiting costs each client per minute: %s.", s.short(), strings.Join(parts, ", ")) + sign(cells, unit)
}

// listing is a sentence with what each contender has of a metric, the least
// first; empty when none has it.
func listing(s set, unit, sentence string) string {
	cells := sorted(contenders(s.with(unit)), unit)
	if len(cells) == 0 {
		return ""
	}
	var parts []string
	for _, c := range cells {
		parts = append(parts, c.show(unit)+" on "+c.name)
	}
	return fmt.Sprintf(sentence, words.Join(parts)) + sign(cells, unit)
}

// floorReading tells how far the fastest is from what the machine can do.
func floorReading(s set) string {
	cells := sorted(contenders(s.with("p50-sec")), "p50-sec")
	for _, f := range s.with("p50-sec") {
		if !look.Floor(f.Transport) || f.center("p50-sec") == 0 {
			continue
		}
		ratio := cells[0].center("p50-sec") / f.center("p50-sec")
		at := fmt.Sprintf("On raw TCP, the floor, the median delivery takes %s here: ", f.show("p50-sec"))
		if ratio < 1.05 {
			return at + cells[0].name + " is at it." + sign([]cell{f, cells[0]}, "p50-sec")
		}
		return at + fmt.Sprintf("%s takes %s as long.", cells[0].name, words.Times(ratio)) + sign([]cell{f, cells[0]}, "p50-sec")
	}
	return ""
}

// deliveryReading accounts for the events of the valid trials.
func deliveryReading(s set) string {
	var d results.Deliveries
	for _, c := range s.cells {
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
		return fmt.Sprintf("All %s expected deliveries arrived once and in order.", words.Number(float64(d.Expected)))
	}
	return fmt.Sprintf("Of %s expected deliveries %s missed, %s doubled and %s out of order.",
		words.Number(float64(d.Expected)), words.Number(float64(d.Missed)), words.Number(float64(d.Duplicated)), words.Number(float64(d.Reordered)))
}

// short says what a set's load is, for within a sentence.
func (s set) short() string {
	t := s.any()
	switch {
	case t == nil:
	case t.Load.Rate > 0:
		return words.Clients(t.Load, s.scenario.Sweep)
	case s.scenario.Sweep != "clients":
		return words.Count(t.Load.Clients, "client")
	}
	return ""
}

func sorted(cells []cell, unit string) []cell {
	slices.SortStableFunc(cells, func(a, b cell) int { return cmp.Compare(a.center(unit), b.center(unit)) })
	return cells
}

func names(cells []cell) string {
	var parts []string
	for _, c := range cells {
		parts = append(parts, c.name)
	}
	return words.Join(parts)
}

// between writes the range of a metric over cells that are sorted by it.
func between(cells []cell, unit string) string {
	lo, hi := cells[0].show(unit), cells[len(cells)-1].show(unit)
	if lo == hi {
		return lo
	}
	return words.FromTo(lo, hi)
}
