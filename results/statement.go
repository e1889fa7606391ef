package results

import (
	"fmt"
	"slices"
)

// A Statement is something that people say about the transports, with what has to come
// out for it to hold. All of it was written down before the run. Package verdict decides
// whether it holds, from the record alone.
type Statement struct {
	Number    int         `json:"number"`              // in the list of statements, from 1
	Name      string      `json:"name"`                // unique in the record
	File      string      `json:"file"`                // where the text came from; "built-in" for the embedded ones
	Text      string      `json:"text"`                // the YAML as it was run
	Says      string      `json:"says"`                // one sentence, as people make it
	Why       string      `json:"why"`                 // what is behind it
	Scenarios []string    `json:"scenarios,omitempty"` // names: where its numbers come from
	Observe   []string    `json:"observe,omitempty"`   // names of experiments: where its observations come from
	Criterion []Criterion `json:"criterion,omitempty"` // those without a role all have to come true; empty: nothing here can measure it
	Explain   []string    `json:"explain,omitempty"`   // what explains the verdict: units of metrics, and bytes for the ledger by kind
	Elsewhere string      `json:"elsewhere,omitempty"` // where the verdict may be another
	Cannot    string      `json:"cannot,omitempty"`    // why it cannot be measured here; empty: it can
	Long      string      `json:"long,omitempty"`      // why it takes more than a minute; empty: it does not
}

// A Criterion is one comparison. It is made at every scenario and point that both sides
// have, and comes true or not at each of them.
type Criterion struct {
	That        string  `json:"that"`                  // a sentence that is true or not
	Role        string  `json:"role,omitempty"`        // control or context; empty: it decides the verdict
	Kind        string  `json:"kind"`                  // ratio, difference, bound, works, fails or observation
	Metric      string  `json:"metric,omitempty"`      // unit, or "a + b" of two that are added; empty: works, fails, observation
	ToMetric    string  `json:"to_metric,omitempty"`   // unit, where To is measured by another metric than Of
	Of          Subject `json:"of,omitzero"`           // what is judged
	To          Subject `json:"to,omitzero"`           // of a ratio: what it is divided by; of a difference: what is taken off
	Observation string  `json:"observation,omitempty"` // its name
	Op          string  `json:"op,omitempty"`          // <= < == != >= >
	Want        float64 `json:"want"`                  // of the ratio, the difference, the metric or the observation, in base units
}

// The kinds of criteria.
const (
	RatioOf       = "ratio"       // Of divided by To
	DifferenceOf  = "difference"  // Of less To
	BoundOf       = "bound"       // Of alone
	WorksAt       = "works"       // no trial of Of has failed
	FailsAt       = "fails"       // every trial of Of has failed
	ObservationOf = "observation" // what was measured apart from trials
)

// The roles of criteria that do not decide a verdict by themselves.
const (
	AsControl = "control" // shows that the setup can tell: without it the verdict means nothing
	AsContext = "context" // answers a question beside the statement
)

// A Subject is the cells that a criterion is about.
type Subject struct {
	Variant  string `json:"variant"`            // name
	Scenario string `json:"scenario,omitempty"` // name; empty: each of the statement's
	Point    string `json:"point,omitempty"`    // of the sweep; empty: each
}

// An Observation is a number that was measured apart from the record's trials.
type Observation struct {
	Name   string    `json:"name"`             // unique in the record
	About  string    `json:"about"`            // a sentence: what was done, and with which program
	Kind   string    `json:"kind"`             // how to show it: sec, bytes, count, share
	Values []float64 `json:"values,omitempty"` // in the base unit of the kind, one for each repetition
	Reason string    `json:"reason,omitempty"` // why it could not be measured, or was not repeated as often as planned
}

// Observation returns what was observed under that name; nil: nothing was.
func (r *Record) Observation(name string) *Observation {
	for i := range r.Observations {
		if r.Observations[i].Name == name {
			return &r.Observations[i]
		}
	}
	return nil
}

// said finds what is wrong with the statements and the observations: a name that is there
// twice, a scenario that the record does not have, a criterion of no kind.
func (r *Record) said() *problem {
	for i, s := range r.Statements {
		at := fmt.Sprintf("statements[%d]", i)
		if first := slices.IndexFunc(r.Statements, func(o Statement) bool { return o.Name == s.Name }); first < i {
			return &problem{at + ".name", fmt.Sprintf("%q is the name of statements[%d], too", s.Name, first)}
		}
		for j, name := range s.Scenarios {
			if !slices.ContainsFunc(r.Scenarios, func(o Scenario) bool { return o.Name == name }) {
				return &problem{fmt.Sprintf("%s.scenarios[%d]", at, j), fmt.Sprintf("%q is not among the record's scenarios", name)}
			}
		}
		for j, c := range s.Criterion {
			if !slices.Contains([]string{RatioOf, DifferenceOf, BoundOf, WorksAt, FailsAt, ObservationOf}, c.Kind) {
				return &problem{fmt.Sprintf("%s.criterion[%d].kind", at, j), fmt.Sprintf("%q is no kind of a criterion", c.Kind)}
			}
			if !slices.Contains([]string{"", AsControl, AsContext}, c.Role) {
				return &problem{fmt.Sprintf("%s.criterion[%d].role", at, j), fmt.Sprintf("%q is no role of a criterion", c.Role)}
			}
		}
	}
	for i, o := range r.Observations {
		if first := slices.IndexFunc(r.Observations, func(other Observation) bool { return other.Name == o.Name }); first < i {
			return &problem{fmt.Sprintf("observations[%d].name", i), fmt.Sprintf("%q is the name of observations[%d], too", o.Name, first)}
		}
	}
	return nil
}
