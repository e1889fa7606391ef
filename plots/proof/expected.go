package proof

import (
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// A Met is an expectation that was met wherever it is said to be.
type Met struct{ Text, Where string }

// Expectations returns a row for each expectation that was not met, and a line
// for each text that was.
func Expectations(r *results.Record) (broken text.Table, met []Met) {
	broken.Columns = []text.Column{{Title: "scenario"}, {Title: "expected"}, {Title: "of"}, {Title: "got", Number: true}, {Title: "wanted", Number: true}}
	var texts []string
	for _, e := range r.Expectations {
		if e.Held {
			texts = text.Fresh(texts, e.Text)
			continue
		}
		m, _ := results.MetricByUnit(e.Metric)
		got := text.Value{Text: text.Format(e.Got, m.Kind), Doubt: "not met", Alarming: true}
		if e.Reason != "" {
			got.Text, got.Note = "not checked", e.Reason
		}
		broken.Rows = append(broken.Rows, []text.Value{{Text: place(e)}, {Text: e.Text}, {Text: expectedOf(e) + view.TargetSuffix(r, e.Target)}, got, {Text: text.Format(e.Want, m.Kind)}})
	}
	for _, line := range texts {
		met = append(met, Met{line, whereMet(r, line)})
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

// expectedOf names what an expectation is about, without the target.
func expectedOf(e results.Expectation) string {
	if e.Variant == "" {
		return "all variants"
	}
	return view.VariantName(e.Transport, e.Settings)
}

// whereMet lists the variants on which an expectation was met, places with
// the same ones together.
func whereMet(r *results.Record, line string) string {
	var places []string
	names, targets, on := map[string][]string{}, map[string][]string{}, map[string][]string{}
	for _, e := range r.Expectations {
		if e.Held && e.Text == line {
			at := place(e)
			places = text.Fresh(places, at)
			names[at] = append(names[at], expectedOf(e))
			targets[at] = append(targets[at], strings.Trim(view.TargetSuffix(r, e.Target), " ()"))
		}
	}
	for _, at := range places {
		on[at] = view.Targeted(names[at], targets[at])
	}
	var parts []string
	for len(places) > 0 {
		variants := on[places[0]]
		same := func(p string) bool { return slices.Equal(on[p], variants) }
		alike := slices.DeleteFunc(slices.Clone(places), func(p string) bool { return !same(p) })
		places = slices.DeleteFunc(places, same)
		parts = append(parts, "in "+text.Join(alike)+" on "+text.Join(variants))
	}
	return strings.Join(parts, "; ")
}
