package claims

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"pushbench/plots/chart"
	"pushbench/plots/figure"
	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/verdict"
)

// ratios draws the ratios of a statement with their intervals, each against the bound that
// was set beforehand; nil: there is none.
func ratios(v verdict.Verdict, id string) (*figure.Figure, error) {
	ch := chart.Forest{Title: "Ratios, each against what was asked for", Keys: [3]string{"ratio and 95 % interval", "up to the bound that was set beforehand", ""}}
	f := figure.Figure{
		Name: id + "-ratios", Scenario: fmt.Sprintf("claim %d", v.Number), Title: ch.Title,
		Caption: "Each line is the 95\u00a0% interval of the ratio of paired trials. A comparison comes true where the whole line is on the side of the bound that was asked for. Hollow: not decided.",
		Table:   text.Table{Columns: text.Heads("comparison", "ratio", "bound")},
	}
	lo, hi := math.Inf(1), 0.0
	var said []string
	for _, one := range v.Findings {
		if !one.Decides() || one.Criterion.Kind != results.RatioOf || one.Value.N == 0 || !(one.Criterion.Want > 0) {
			continue
		}
		name := sideName(one.Of) + " to " + sideName(one.To)
		where := tablePlace(v, one)
		what := metricOf(one.Criterion.Metric).Short
		if one.Criterion.ToMetric != "" {
			name = sideName(one.Of) + ", " + what + " to " + metricOf(one.Criterion.ToMetric).Short
		}
		value := valueOf(one)
		ch.Changes = append(ch.Changes, chart.Change{
			Name: name, Sub: what + " · " + where, Ink: ink(one.Answer), Hollow: one.Answer == verdict.Open,
			Mid: one.Value.Center, Lo: one.Value.Lo, Hi: one.Value.Hi, Bar: one.Criterion.Want, Text: value.Text, Note: value.Note,
		})
		lo = min(lo, one.Value.Lo, one.Criterion.Want)
		hi = max(hi, one.Value.Hi, one.Criterion.Want)
		bound := opSigns(one.Criterion.Op) + " " + exactly(one.Criterion.Want)
		f.Table.Rows = append(f.Table.Rows, []text.Value{{Text: name + ", " + what + ", " + where}, value, {Text: bound}})
		said = append(said, strings.TrimSpace(name+", "+where+": "+value.Text+" "+value.Note))
	}
	if len(ch.Changes) == 0 {
		return nil, nil
	}
	ch.X = chart.Log(lo, hi, "×")
	ch.X.Title = "ratio, logarithmic"
	f.Description = "Chart of ratios with their intervals on a logarithmic axis. " + strings.Join(said, "; ") + "."
	var err error
	f.SVG, err = chart.SVG(f.Name, f.Title+", "+f.Scenario, f.Description, ch)
	return &f, err
}

// opSigns is an operator as people write it.
func opSigns(op string) string {
	switch op {
	case ">=":
		return "≥"
	case "<=":
		return "≤"
	case "==":
		return "="
	}
	return text.Name(op)
}

// ink is the color of an answer.
func ink(a verdict.Answer) color.RGBA {
	switch a {
	case verdict.Yes:
		return chart.Down
	case verdict.No:
		return chart.Up
	}
	return chart.Open
}
