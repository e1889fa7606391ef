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
	Answer   []string   // its sentences; empty when no trial is valid
	Costs    text.Table // what each transport costs; without rows where no events arrived
	Note     string     // where the numbers of Costs are from
	Advice   []Advice   // what to choose when
	NoAdvice string     // why there is none though transports could be compared; else empty
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
	lead, found := leading(r)
	for _, sc := range r.Scenarios {
		s := view.New(r, sc)
		answer, _ := readings(s)
		switch {
		case len(answer) == 0:
		case found && s.Section() == lead.Section(), !found && b.Answer == nil:
			b.Load, b.Answer = loadOf(s), answer
		default:
			b.Others = append(b.Others, Point{sc.Name, s.Section(), answer[0]})
		}
	}
	if !found {
		return b
	}
	conn := view.Find(r, view.ConnectionScenario(r))
	b.Costs, b.Note = costs(lead, conn), note(lead, conn)
	b.Advice = advice(r, lead, conn)
	if len(b.Advice) > 0 && !slices.ContainsFunc(b.Advice, func(a Advice) bool { return a.sure != nothing }) {
		b.Advice, b.NoAdvice = nil, "This run gives no advice: fewer than three trials of a variant are too few to compare. Six trials give a 95\u00a0% interval."
	}
	return b
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

// note says where the numbers of the table of costs are from.
func note(load, conn view.Scenario) string {
	from := "All numbers are from " + load.Scenario.Name + "."
	if conn.Scenario.Name != "" && conn.Scenario.Name != load.Scenario.Name {
		from = fmt.Sprintf("Latency, bytes and CPU are from %s. Time to connect and memory are from %s.", load.Scenario.Name, conn.Scenario.Name)
	}
	return from + " Each number is the median of its trials."
}
