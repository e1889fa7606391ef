package proof

import (
	"slices"
	"strings"

	"pushbench/plots/look"
	"pushbench/plots/table"
	"pushbench/plots/words"
	"pushbench/results"
)

// A Held is an expectation that was met wherever it is said to be.
type Held struct{ Text, Where string }

// Expectations returns a row for each expectation that was not met, and a line
// for each text that was.
func Expectations(r *results.Record) (broken table.Table, met []Held) {
	broken.Columns = []table.Column{{Title: "scenario"}, {Title: "expected"}, {Title: "of"}, {Title: "got", Number: true}, {Title: "wanted", Number: true}}
	var texts []string
	for _, e := range r.Expectations {
		if e.Held {
			texts = words.Fresh(texts, e.Text)
			continue
		}
		m, _ := results.MetricByUnit(e.Metric)
		got := table.Value{Text: words.Format(e.Got, m.Kind), Doubt: "not met", Alarming: true}
		if e.Reason != "" {
			got.Text, got.Note = "not judged", e.Reason
		}
		broken.Rows = append(broken.Rows, []table.Value{{Text: place(e)}, {Text: e.Text}, {Text: expectedOf(e)}, got, {Text: words.Format(e.Want, m.Kind)}})
	}
	for _, text := range texts {
		met = append(met, Held{text, whereHeld(r, text)})
	}
	return broken, met
}

// place is the scenario of an expectation, and the point where it has one.
func place(e results.Expectation) string {
	if e.Point != "" {
		return e.Scenario + " at " + e.Point
	}
	return e.Scenario
}

// expectedOf names what an expectation is about.
func expectedOf(e results.Expectation) string {
	if e.Variant == "" {
		return "all variants"
	}
	return look.Variant(e.Transport, e.Settings)
}

// whereHeld lists the variants on which an expectation was met, places with
// the same ones together.
func whereHeld(r *results.Record, text string) string {
	var places []string
	on := map[string][]string{}
	for _, e := range r.Expectations {
		if e.Held && e.Text == text {
			places = words.Fresh(places, place(e))
			on[place(e)] = words.Fresh(on[place(e)], expectedOf(e))
		}
	}
	var parts []string
	for len(places) > 0 {
		variants := on[places[0]]
		same := func(p string) bool { return slices.Equal(on[p], variants) }
		alike := slices.DeleteFunc(slices.Clone(places), func(p string) bool { return !same(p) })
		places = slices.DeleteFunc(places, same)
		parts = append(parts, "in "+words.Join(alike)+" on "+words.Join(variants))
	}
	return strings.Join(parts, "; ")
}
