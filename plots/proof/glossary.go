package proof

import (
	"fmt"
	"slices"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// An Entry explains one metric: what it is, and how a reader can check it.
type Entry struct {
	results.Metric
	ID        string
	Predicted int      // cells in which a closed form says what the metric should be
	Within    int      // those in which it is, within the tolerance
	Scenarios []string // where those cells are
}

// Glossary returns an entry for each metric, in the order of results.Metrics.
// all is what model.Compare says of the record.
func Glossary(all []results.Predicted) []Entry {
	var out []Entry
	for _, m := range results.Metrics() {
		e := Entry{Metric: m, ID: view.MetricID(m.Unit)}
		for _, p := range all {
			if p.Metric != m.Unit {
				continue
			}
			e.Predicted++
			if !p.Finding {
				e.Within++
			}
			if !slices.Contains(e.Scenarios, p.Scenario) {
				e.Scenarios = append(e.Scenarios, p.Scenario)
			}
		}
		out = append(out, e)
	}
	return out
}

// Came says how many of the entry's predictions came true; empty when it has
// none.
func (e Entry) Came() string {
	if e.Predicted == 0 {
		return ""
	}
	be := text.Be(e.Within, "is", "are")
	if e.Predicted == 1 {
		be = "is"
	}
	return fmt.Sprintf("In this run %d of %s with a closed form %s exact or within its tolerance", e.Within, text.Count(e.Predicted, "cell"), be)
}
