package reading

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// A Brief is what a reader with one minute reads of a record.
type Brief struct {
	Question string
	Load     string     // of the scenario that answers
	Who      []string   // a line for each target; none where pushbench's own servers alone answered
	Answer   []string   // its sentences; empty when no trial is valid
	Costs    text.Table // what each transport costs; without rows where no events arrived
	Note     string     // where the numbers of Costs are from
	Gaps     []string   // why fields of Costs are empty, where they do not note it themselves
	Noted    []string   // rows of Costs of which a number has another origin, with that; their fields note it, too
	Advice   []Advice   // what to choose when
	NoAdvice string     // on what there is none, and why; may be empty
	Others   []Point    // what the other scenarios answer
}

// A Point is what one scenario answers.
type Point struct {
	Scenario string
	Section  string // its id
	Text     string
}

// NewBrief reads a record.
func NewBrief(r *results.Record) Brief {
	b := Brief{Question: "Which transport should carry these events?", Who: view.Who(r)}
	var all []view.Scenario
	for _, s := range r.Scenarios {
		all = append(all, view.New(r, s))
	}
	lead, found := leading(all)
	for _, s := range all {
		answer, first := answers(s)
		switch {
		case len(answer) == 0:
		case found && s.Section() == lead.Section(), !found && b.Answer == nil:
			b.Load, b.Answer = loadOf(s), answer
		default:
			b.Others = append(b.Others, Point{s.Scenario.Name, s.Section(), strings.Join(first, " ")})
		}
	}
	if !found {
		return b
	}
	if one := view.Contenders(lead.Cells); len(one) == 1 {
		b.Question = "What do these events cost over " + one[0].Name + "?"
	}
	conn := view.Find(r, view.ConnectionScenario(r))
	b.Costs, b.Noted, b.Gaps = costs(lead, conn)
	b.Note = note(lead, conn, b.Noted != nil)
	b.Advice, b.NoAdvice = adviceOfEach(r, all, lead, conn)
	return b
}

// adviceOfEach compares transports where the same target answered. missing says on
// what there is no advice, and why.
func adviceOfEach(r *results.Record, all []view.Scenario, lead, conn view.Scenario) (out []Advice, missing string) {
	if len(r.Targets) < 2 {
		out, few := advice(all, lead, conn)
		return out, noAdvice([]string{text.Join(few)})
	}
	var needs, alone, silent []string
	without := map[string][]string{} // targets, by the needs without advice
	for _, t := range r.Targets {
		own := lead.Of(t.Name)
		switch len(view.Contenders(own.With("p50-sec"))) {
		case 0:
			silent = append(silent, text.Name(t.Name))
			continue
		case 1:
			alone = append(alone, text.Name(t.Name))
			continue
		}
		var of []view.Scenario
		for _, s := range all {
			of = append(of, s.Of(t.Name))
		}
		some, few := advice(of, own, conn.Of(t.Name))
		for _, a := range some {
			a.When += view.TargetSuffix(r, t.Name)
			out = append(out, a)
		}
		if few != nil {
			needs = text.Fresh(needs, text.Join(few))
			without[text.Join(few)] = append(without[text.Join(few)], text.Name(t.Name))
		}
	}
	for i, need := range needs {
		if of := without[need]; len(of)+len(alone)+len(silent) < len(r.Targets) {
			needs[i] += " (" + text.Join(of) + ")"
		}
	}
	missing = noAdvice(needs)
	if alone != nil {
		missing += fmt.Sprintf(" There is nothing to choose between on %s: a single transport has numbers in %s.", text.Join(alone), lead.Scenario.Name)
	}
	if silent != nil {
		missing += fmt.Sprintf(" %s %s no number in %s.", text.Join(silent), text.Be(len(silent), "has", "have"), lead.Scenario.Name)
	}
	return out, strings.TrimSpace(missing)
}

// noAdvice says on what there is none for want of trials; empty for none.
func noAdvice(needs []string) string {
	if on := strings.Join(needs, "; on "); on != "" {
		return "This run gives no advice on " + on + ". That takes three trials of each variant, and six for a 95\u00a0% interval."
	}
	return ""
}

// answers are the sentences that answer a scenario's question, those of several
// targets one after the other, and the first one of each.
func answers(s view.Scenario) (all, first []string) {
	if len(s.Record.Targets) < 2 {
		all, _ = readings(s)
		return all, all[:min(1, len(all))]
	}
	for _, t := range s.Record.Targets {
		some, _ := readings(s.Of(t.Name))
		for i, sentence := range some {
			all = append(all, named(sentence, text.Name(t.Name)))
			if i == 0 {
				first = append(first, all[len(all)-1])
			}
		}
	}
	return all, first
}

// named puts the name of a target behind what a sentence is about: Median latency
// (old): SSE 1.4 ms.
func named(sentence, target string) string {
	about, rest, list := strings.Cut(sentence, ": ")
	if !list {
		return target + ": " + sentence
	}
	if before, inside, ok := strings.Cut(about, " ("); ok { // what is in brackets already stays in them
		return before + " (" + target + ", " + inside + ": " + rest
	}
	return about + " (" + target + "): " + rest
}

// loadOf says in a sentence what the clients of a scenario get.
func loadOf(s view.Scenario) string {
	t := s.Any()
	parts := []string{text.Clients(t.Load, s.Scenario.Sweep)}
	if s.Scenario.Sweep != "payload" && t.Load.Rate > 0 {
		parts = append(parts, text.Format(float64(t.Load.Payload), "bytes")+" per event")
	}
	return fmt.Sprintf("The load: %s, %s.", strings.Join(parts, ", "), s.Path())
}

// note says where the numbers of the table of costs are from, and whether fields
// of it note another origin.
func note(load, conn view.Scenario, noted bool) string {
	from := "All numbers are from " + load.Scenario.Name
	if conn.Scenario.Name != "" && conn.Scenario.Name != load.Scenario.Name {
		from = fmt.Sprintf("Latency, bytes and CPU are from %s. Time to connect and memory are from %s", load.Scenario.Name, conn.Scenario.Name)
	}
	if noted {
		from += " except where noted"
	}
	from += "."
	if view.AnyForeign(load.Record) {
		from += " The memory of a connection is what the server and the kernel hold for it, seen from outside, for all targets alike."
	}
	var failed []view.Cell
	for _, c := range view.Contenders(load.Cells) {
		if len(c.Trials) == 0 {
			failed = append(failed, c)
		}
	}
	if failed != nil {
		from += " Not in the table for want of a valid trial: " + view.ByVariant(failed) + "."
	}
	both := slices.Concat(view.Contenders(load.Cells), view.Contenders(conn.Cells))
	if !slices.ContainsFunc(both, func(c view.Cell) bool { return len(c.Trials) > 1 }) {
		return from + " Each number is from one trial."
	}
	return from + " Each number is the median of its trials."
}
