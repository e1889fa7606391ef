package claim

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"pushbench/results"
	"pushbench/results/verdict"
	"pushbench/scenarios"
)

// check reports what is impossible about the claim as a whole. A rule is silent when what
// it looks at has a problem of its own.
func (r *reader) check(root *yaml.Node) {
	s := r.c.Statement
	switch {
	case s.Cannot != "":
		for _, key := range []string{"scenarios", "observe", "criterion", "explain", "long"} {
			if n := r.At[key]; n != nil {
				r.Wrong(n, key, "a claim that cannot be measured has no "+key+":", "remove it, or cannot:")
			}
		}
		return
	case r.At["criterion"] == nil && r.At["cannot"] == nil:
		r.Problem(root.Line, root.Column, "criterion is missing", "what has to come out for the claim to hold; or cannot: and the reason")
		return
	}
	if !r.Sound("scenarios") || !r.Sound("observe") {
		return
	}
	used := map[string]bool{}
	observed := false
	for i, c := range s.Criterion {
		if !r.Sound(fmt.Sprintf("criterion[%d]", i)) {
			continue
		}
		if c.Kind == results.ObservationOf {
			observed = true
			continue
		}
		r.comparison(r.nodes[i], c, used)
	}
	for i := range s.Criterion {
		if !r.Sound(fmt.Sprintf("criterion[%d]", i)) {
			return // what it is about is not known
		}
	}
	if len(s.Criterion) > 0 && !slices.ContainsFunc(s.Criterion, func(c results.Criterion) bool { return c.Role == "" }) {
		r.Wrong(r.At["criterion"], "criterion", "no criterion decides the verdict", "one of them without as:")
	}
	if observed && len(s.Observe) == 0 {
		r.Wrong(r.At["criterion"], "criterion", "no experiment is named that would observe it", "observe: and the name of the experiment")
	}
	if !observed && len(s.Observe) > 0 {
		r.Wrong(r.At["observe"], "observe", "no criterion has an observation", "remove observe:")
	}
	for short, name := range r.short {
		if !used[name] {
			r.Wrong(r.At["scenarios."+short], "scenarios."+short, fmt.Sprintf("no criterion is about the scenario %s", short), "remove it")
		}
	}
}

// comparison makes sure that a criterion is about something that is measured often enough,
// and marks the scenarios that it uses.
func (r *reader) comparison(n *yaml.Node, c results.Criterion, used map[string]bool) {
	found := r.having(c.Of, c.Metric)
	if len(found) == 0 {
		r.missing(n, c.Of, c.Metric)
		return
	}
	pair := c.To.Variant != ""
	if pair {
		metric := c.Metric
		if c.ToMetric != "" {
			metric = c.ToMetric
		}
		others := r.having(c.To, metric)
		if len(others) == 0 {
			r.missing(n, c.To, metric)
			return
		}
		if c.Of.Scenario == c.To.Scenario {
			both := slices.DeleteFunc(slices.Clone(found), func(s scenarios.Scenario) bool {
				return !slices.ContainsFunc(others, func(o scenarios.Scenario) bool { return o.Name == s.Name })
			})
			if len(both) != len(found) {
				r.Wrong(n, "criterion", fmt.Sprintf("%s and %s are not in the same scenarios", c.Of.Variant, c.To.Variant), "choose one by in:, or write `sse in far`")
				return
			}
		}
		found = append(found, others...)
	}
	for _, s := range found {
		used[s.Name] = true
		if m, _ := results.MetricByUnit(c.Metric); c.Metric != "" && m.Assume != "exact" && s.Trials < verdict.Enough {
			r.Wrong(n, "criterion", fmt.Sprintf("the scenario %s has %d trials, and an interval takes %d", s.Name, s.Trials, verdict.Enough), "trials: 6 or more")
		}
	}
}

// having are the scenarios of a subject that have its variant, at its point, with a
// transport that can have the metric.
func (r *reader) having(of results.Subject, metric string) (all []scenarios.Scenario) {
	m, _ := results.MetricByUnit(metric)
	for _, s := range r.c.Scenarios {
		if of.Scenario != "" && of.Scenario != s.Name {
			continue
		}
		if slices.ContainsFunc(s.Cells(), func(c scenarios.Cell) bool {
			return c.Variant.String() == of.Variant && (of.Point == "" || c.Point == of.Point || c.Point == "") &&
				(metric == "" || m.WhyNever(string(c.Variant.Transport)) == "")
		}) {
			all = append(all, s)
		}
	}
	return all
}

// missing says that nothing measures what a criterion is about.
func (r *reader) missing(n *yaml.Node, of results.Subject, metric string) {
	var names []string
	for _, s := range r.c.Scenarios {
		for _, c := range s.Cells() {
			if name := c.Variant.String(); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	what := of.Variant
	if of.Scenario != "" {
		what += " in " + of.Scenario
	}
	if of.Point != "" {
		what += " at " + of.Point
	}
	if slices.Contains(names, of.Variant) && metric != "" {
		what += " with " + metric
	}
	hint := "the scenarios have " + strings.Join(names, ", ")
	if names == nil {
		hint = "the claim has no scenario"
	}
	r.Wrong(n, "criterion", "no scenario of the claim measures "+what, hint)
}
