package plots

import (
	"fmt"
	"slices"

	"pushbench/plots/words"
	"pushbench/results"
	"pushbench/results/model"
)

// predictions compares what was measured with the closed forms. Findings are
// the rows that are beyond their tolerance.
func predictions(s set) (all, findings Table) {
	all.Columns = columns("transport", "measured", "expected", "residual")
	all.Columns = slices.Insert(all.Columns, 1, Column{Title: "metric"})
	all.Columns = append(all.Columns, Column{Title: "by"})
	findings.Columns = all.Columns
	for _, c := range pointed(s.cells) {
		for _, m := range results.Metrics() {
			p, ok := model.ForCell(c.Cell, m.Unit)
			sum, has := c.Summarize(m)
			if !ok || !has {
				continue
			}
			row := []Value{
				c.head(), {Text: m.Short}, c.value(m),
				{Text: words.Format(p.Value, m.Kind)}, residual(sum.Center, p), {Text: p.Formula, Note: p.Source},
			}
			if all.Rows = append(all.Rows, row); !p.Holds(sum.Center) {
				findings.Rows = append(findings.Rows, row)
			}
		}
	}
	return all, findings
}

// Predicted says how many predictions came true.
func (s section) Predicted() string {
	n, all := len(s.Predictions.Rows)-len(s.Findings.Rows), words.Count(len(s.Predictions.Rows), "number")
	if len(s.Findings.Rows) == 0 {
		return fmt.Sprintf("No finding: of %s with a closed form, all are within its tolerance.", all)
	}
	return fmt.Sprintf("Of %[2]s with a closed form, %[1]d are within its tolerance. What is beyond it is a finding:", n, all)
}

// residual is how far a measured value is from the predicted one; beyond the
// prediction's tolerance it is in doubt.
func residual(got float64, p model.Prediction) Value {
	v := Value{Text: words.Number(got)}
	tolerance := words.Number(p.Tolerance)
	if p.Value != 0 {
		v.Text = fmt.Sprintf("%+.1f %%", (got/p.Value-1)*100)
		tolerance = fmt.Sprintf("%.1f %%", p.Tolerance*100)
	}
	if !p.Holds(got) {
		v.Note = "tolerance " + tolerance
		v.Doubt = "beyond the tolerance: unexplained"
	}
	return v
}
