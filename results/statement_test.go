package results

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said is a record with a statement and an observation that can be.
func said(t *testing.T) *Record {
	r := small(t)
	r.Statements = []Statement{{Number: 1, Name: "a", Says: "It is so.", Scenarios: []string{r.Scenarios[0].Name}, Criterion: []Criterion{
		{That: "It is.", Kind: DifferenceOf, Metric: "p50-sec", Of: Subject{Variant: "sse"}, To: Subject{Variant: "sse", Scenario: r.Scenarios[0].Name}, Op: "<=", Want: -0.5},
	}}}
	r.Observations = []Observation{{Name: "o", Kind: "count", Values: []float64{6, 6}}, {Name: "p", Reason: "no browser"}}
	return r
}

// What people say is kept with the record, and a record without it has no word of it.
func TestStatementsAreKept(t *testing.T) {
	r := said(t)
	if err := r.Validate(); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse("run.json", data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Statements, again.Statements) + cmp.Diff(r.Observations, again.Observations); diff != "" {
		t.Error(diff)
	}
	if o := again.Observation("p"); o == nil || o.Reason != "no browser" || again.Observation("q") != nil {
		t.Errorf("%+v", o)
	}
	without, err := json.Marshal(small(t))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(without), "statements") || strings.Contains(string(without), "observations") {
		t.Error("a record without statements has a field for them")
	}
}

func TestStatementsThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		fact, want string
		change     func(r *Record)
	}{
		{"two of one name", `statements[1].name: "a" is the name of statements[0], too`, func(r *Record) { r.Statements = append(r.Statements, Statement{Name: "a"}) }},
		{"a scenario that is not there", `statements[0].scenarios[0]: "gone" is not among`, func(r *Record) { r.Statements[0].Scenarios = []string{"gone"} }},
		{"a criterion of no kind", `statements[0].criterion[0].kind: "guess" is no kind`, func(r *Record) { r.Statements[0].Criterion[0].Kind = "guess" }},
		{"a criterion of no role", `statements[0].criterion[0].role: "witness" is no role`, func(r *Record) { r.Statements[0].Criterion[0].Role = "witness" }},
		{"a bound beyond all measure", "statements[0].criterion[0].want: is 1e+30", func(r *Record) { r.Statements[0].Criterion[0].Want = 1e30 }},
		{"two observations of one name", `observations[1].name: "o" is the name`, func(r *Record) { r.Observations[1].Name = "o" }},
		{"an observation below zero", "observations[0].values[0]: is -1", func(r *Record) { r.Observations[0].Values[0] = -1 }},
	} {
		r := said(t)
		c.change(r)
		if err := r.Validate(); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.fact, err, c.want)
		}
	}
}
