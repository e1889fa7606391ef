package figure

import (
	"fmt"
	"slices"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// ageFigure draws how old what a client holds is: its time average and the
// peak that one renewal in a hundred exceeds.
func ageFigure(s view.Scenario) (Figure, bool, error) {
	f := Figure{
		Name: s.ID("age"), Scenario: s.Scenario.Name,
		Title: "Staleness: the age of what a client holds",
		Caption: "A client's newest event has an age, which grows until the next event arrives. The dot is the average age over time and clients (median of the trials). " +
			"The bar ends at the age that one renewal in a hundred exceeds (all trials pooled). " +
			"Between rare events everything ages, so compare with the floor.",
		Table: text.Table{Columns: text.Heads("transport", "mean age", "median peak", "p99 peak", "greatest peak", "renewals", "trials")},
	}
	ch := chart.Rows{Title: "Age of the newest event that a client holds: mean ● and p99 peak |"}
	var said []string
	var lo, hi []float64
	for _, c := range s.With("age-sec") {
		peak := c.Merged(func(t *results.Trial) results.Histogram { return t.Age.Peak })
		m, _ := results.MetricByUnit("age-sec")
		sum, _ := c.Summarize(m)
		mid, end := sum.Center, max(sum.Center, peak.Quantile(0.99))
		lo, hi = append(lo, mid), append(hi, end)
		ch.Rows = append(ch.Rows, chart.Row{
			Name: c.Name, Stroke: c.Stroke(), Warn: c.Weight("age-sec"),
			Span: &chart.Span{Mid: mid, End: end, MidText: text.Duration(mid), EndText: text.Duration(end)},
		})
		f.Table.Rows = append(f.Table.Rows, []text.Value{
			c.Head(), c.Value(m), c.Measured(text.Duration(peak.Quantile(0.5)), "", m), c.Measured(text.Duration(peak.Quantile(0.99)), "", m),
			c.Measured(text.Duration(peak.Max()), "", m), {Text: text.Number(float64(peak.Count()))}, c.TrialCount(),
		})
		said = append(said, fmt.Sprintf("%s: mean %s, p99 peak %s", c.Name, text.Duration(mid), text.Duration(end)))
	}
	if len(ch.Rows) == 0 {
		return Figure{}, false, nil
	}
	ch.X = ageAxis(slices.Min(lo), slices.Max(hi))
	return f.draw("Range chart of the age of information.", said, ch)
}

// ageAxis is linear from zero while the ages are of one order, else
// logarithmic. Either leaves room for the numbers at both ends.
func ageAxis(lo, hi float64) chart.Axis {
	lo = max(lo, 1e-6)
	if hi/lo < 5 {
		a := chart.Linear(0, hi*1.15, "sec")
		a.Title = "age"
		return a
	}
	a := chart.Log(lo/2.2, hi*1.8, "sec")
	a.Title = "age (log scale)"
	return a
}
