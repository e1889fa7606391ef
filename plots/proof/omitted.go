package proof

import (
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// An Omission is what was asked and not run for one reason.
type Omission struct{ Scenarios, Points, Variants, Reason string }

// Omitted lists what was asked and not run, each reason once for all the variants,
// points and scenarios that it concerns alike.
func Omitted(r *results.Record) (out []Omission) {
	type part struct{ scenario, points, variant, target, reason string }
	var parts []part
	for _, n := range r.NotRun {
		parts = append(parts, part{text.Name(n.Scenario), text.Name(n.Point), text.Name(n.Variant), n.Target, text.Told(n.Reason)})
	}
	parts = united(parts, func(p *part) *string { return &p.points })
	parts = united(parts, func(p *part) *string { return &p.scenario })
	var keys []Omission
	variants, targets := map[Omission][]string{}, map[Omission][]string{}
	for _, p := range parts {
		key := Omission{Scenarios: p.scenario, Points: p.points, Reason: p.reason}
		if variants[key] == nil {
			keys = append(keys, key)
		}
		variants[key] = append(variants[key], p.variant)
		targets[key] = append(targets[key], strings.Trim(view.TargetSuffix(r, p.target), " ()"))
	}
	for _, key := range keys {
		o := key
		o.Variants = strings.Join(view.Targeted(variants[key], targets[key]), ", ")
		out = append(out, o)
	}
	return out
}

// united makes one of the parts that differ in nothing but one field, which then lists
// what all of them have there.
func united[T comparable](parts []T, field func(*T) *string) (out []T) {
	var keys []T
	values := map[T][]string{}
	for _, p := range parts {
		value := *field(&p)
		*field(&p) = ""
		if !slices.Contains(keys, p) {
			keys = append(keys, p)
		}
		values[p] = text.Fresh(values[p], value)
	}
	for _, key := range keys {
		p := key
		*field(&p) = text.Join(values[key])
		out = append(out, p)
	}
	return out
}

// String is the omission as a part of a sentence: sse (nchan) in live-feed at 10: why.
func (o Omission) String() string {
	said := o.Variants + " in " + o.Scenarios
	if o.Variants == "" {
		said = o.Scenarios
	}
	if o.Points != "" {
		said += " at " + o.Points
	}
	return said + ": " + o.Reason
}

// NotRun tables what was asked and not run, with the reasons.
func NotRun(r *results.Record) text.Table {
	t := text.Table{Columns: []text.Column{{Title: "scenario"}, {Title: "point"}, {Title: "variant"}, {Title: "reason"}}}
	for _, o := range Omitted(r) {
		t.Rows = append(t.Rows, []text.Value{{Text: o.Scenarios}, {Text: o.Points}, {Text: o.Variants}, {Text: o.Reason}})
	}
	return t
}
