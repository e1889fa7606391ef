package proof

import (
	"fmt"
	"slices"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// A Comparison sets the measured numbers of a scenario beside their closed
// forms.
type Comparison struct {
	All      text.Table // every number that has a closed form
	Findings text.Table // those beyond their tolerance
	Others   bool       // targets were measured that have no closed form
}

// Predictions compares the numbers of one scenario. all is what model.Compare
// says of the record; measured returns the first field of a row and the
// measured value as other tables have them.
func Predictions(all []results.Predicted, scenario string, measured func(results.Predicted, results.Metric) (head, value text.Value)) Comparison {
	heads := text.Heads("transport", "measured", "expected", "residual")
	heads = append(slices.Insert(heads, 1, text.Column{Title: "metric"}), text.Column{Title: "by"})
	c := Comparison{All: text.Table{Columns: heads}, Findings: text.Table{Columns: heads}}
	for _, p := range all {
		m, ok := results.MetricByUnit(p.Metric)
		if p.Scenario != scenario || !ok {
			continue
		}
		head, value := measured(p, m)
		row := []text.Value{
			head, {Text: m.Short, Link: view.MetricID(m.Unit)}, value,
			{Text: text.Format(p.Expected, m.Kind)}, residual(p), {Text: p.Formula, Note: p.Source},
		}
		if c.All.Rows = append(c.All.Rows, row); p.Finding {
			c.Findings.Rows = append(c.Findings.Rows, row)
		}
	}
	return c
}

// String says how many predictions came true.
func (c Comparison) String() string {
	n, all := len(c.All.Rows)-len(c.Findings.Rows), text.Count(len(c.All.Rows), "number")
	ours := ""
	if c.Others {
		ours = "The closed forms are those of pushbench's own servers: nothing is predicted of the other targets. "
	}
	if len(c.Findings.Rows) == 0 {
		return fmt.Sprintf(ours+"No finding: all %s with a closed form are exact or within their tolerance.", all)
	}
	return fmt.Sprintf(ours+"%d of %s with a closed form are exact or within their tolerance. The others are findings:", n, all)
}

// residual is how far a measured value is from the predicted one; beyond the
// prediction's tolerance it is in doubt. Where there is no tolerance it is the
// same in each trial, or in doubt.
func residual(p results.Predicted) text.Value {
	v := text.Value{Text: text.Number(p.Measured)}
	tolerance := text.Number(p.Tolerance)
	if p.Expected != 0 {
		v.Text = fmt.Sprintf("%+.1f %%", (p.Measured/p.Expected-1)*100)
		tolerance = fmt.Sprintf("%.1f %%", p.Tolerance*100)
	}
	switch {
	case p.Finding && p.Tolerance == 0:
		v.Note, v.Doubt = "predicted exactly", "not the same in each trial: unexplained"
	case p.Finding:
		v.Note, v.Doubt = "tolerance "+tolerance, "beyond the tolerance: unexplained"
	case p.Tolerance == 0:
		v.Text, v.Note = "none", "exact"
	}
	return v
}
