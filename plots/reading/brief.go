package reading

import (
	"fmt"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// A Brief is what a reader with one minute reads of a record.
type Brief struct {
	Question string
	Load     string     // of the scenario that answers
	Answer   []string   // its sentences; empty when no trial is valid
	Costs    text.Table // what each transport costs; without rows where no events arrived
	Note     string     // where the numbers of Costs are from
	Noted    []string   // rows of Costs of which a number has another origin, with that; their fields note it, too
	Advice   []Advice   // what to choose when
	NoAdvice string     // on what there is none for want of trials; may be empty
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
	b := Brief{Question: "Which transport should carry these events?"}
	var all []view.Scenario
	for _, s := range r.Scenarios {
		all = append(all, view.New(r, s))
	}
	lead, found := leading(all)
	for _, s := range all {
		answer := answers(s)
		switch {
		case len(answer) == 0:
		case found && s.Section() == lead.Section(), !found && b.Answer == nil:
			b.Load, b.Answer = loadOf(s), answer
		default:
			b.Others = append(b.Others, Point{s.Scenario.Name, s.Section(), answer[0]})
		}
	}
	if !found {
		return b
	}
	conn := view.Find(r, view.ConnectionScenario(r))
	b.Costs, b.Noted = costs(lead, conn)
	b.Note = note(lead, conn, b.Noted != nil)
	if len(r.Targets) < 2 {
		b.Advice, b.NoAdvice = advice(all, lead, conn)
		return b
	}
	for _, t := range r.Targets { // transports are compared where the same target answered
		if lead.Of(t.Name).Any() == nil {
			continue
		}
		var of []view.Scenario
		for _, s := range all {
			of = append(of, s.Of(t.Name))
		}
		var some []Advice
		some, b.NoAdvice = advice(of, lead.Of(t.Name), conn.Of(t.Name))
		for _, a := range some {
			a.When += view.TargetSuffix(r, t.Name)
			b.Advice = append(b.Advice, a)
		}
	}
	return b
}

// answers are the sentences that answer a scenario's question, those of several
// targets one after the other.
func answers(s view.Scenario) (all []string) {
	if len(s.Record.Targets) < 2 {
		all, _ = readings(s)
		return all
	}
	for _, t := range s.Record.Targets {
		some, _ := readings(s.Of(t.Name))
		for _, sentence := range some {
			all = append(all, named(sentence, view.TargetSuffix(s.Record, t.Name)))
		}
	}
	return all
}

// named puts the name of a target behind what a sentence is about: Median latency
// (old): SSE 1.4 ms.
func named(sentence, suffix string) string {
	about, rest, list := strings.Cut(sentence, ": ")
	if !list {
		return strings.TrimSpace(suffix) + " " + sentence
	}
	return about + suffix + ": " + rest
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
	return from + ". Each number is the median of its trials."
}
