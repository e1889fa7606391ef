package figure

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// percentiles are the ones that the latency figure marks and tabulates.
var percentiles = []struct {
	name string
	q    float64
}{{"least", 0}, {"50 %", 0.5}, {"90 %", 0.9}, {"99 %", 0.99}, {"99.9 %", 0.999}}

// latencyFigure draws event latency by percentile, all trials' deliveries pooled.
func latencyFigure(s view.Scenario) (Figure, bool, error) {
	f := Figure{
		Name: s.ID("latency"), Scenario: s.Scenario.Name,
		Title: "Event latency by percentile",
		Caption: "A latency counts from the moment the event was due " + arrival(s) + ". The figure pools the deliveries of all valid trials. " +
			"Lower is better. At 99 %, one delivery in a hundred came later. " +
			fmt.Sprintf("A line ends where fewer than %d deliveries lie beyond it.", view.Beyond),
		Table: text.Table{Columns: text.Heads("transport")},
	}
	p := chart.Panel{
		Title: "Event latency, due to arrived (log scale)",
		Rules: true, Tall: 282,
		X: chart.Axis{Title: "share of deliveries that came no later", Max: 3},
	}
	for _, q := range percentiles {
		p.X.Ticks = append(p.X.Ticks, plot.Tick{Value: nines(q.q), Label: q.name})
		f.Table.Columns = append(f.Table.Columns, text.Column{Title: q.name, Number: true})
	}
	last := []string{"greatest", "deliveries", "trials"}
	if s.HasWait() {
		last = []string{"greatest", "generator's wait, mean", "generator's wait, 99 %", "deliveries", "trials"}
		f.Caption += " The table also has the generator's own wait: from the arrival until the client had read the event. No latency contains it."
	}
	f.Table.Columns = append(f.Table.Columns, text.Heads("", last...)[1:]...)
	if s.Stalled() {
		p.Title += "; thin: uncorrected"
		f.Caption += " The thin lines show what a load generator reports that waits for each event before it sends the next. They miss the events that were due while the server was paused (coordinated omission)."
	}
	var said []string
	for _, c := range s.Cells {
		h := c.Merged(func(t *results.Trial) results.Histogram { return t.Latency })
		if h.Count() == 0 {
			continue
		}
		line := percentileLine(h)
		line.Name, line.Stroke, line.Warn = c.Name, c.Stroke(), c.Weight("p50-sec")
		line.Dots = len(line.Xs) == 1
		p.Series = append(p.Series, line)
		f.Table.Rows = append(f.Table.Rows, percentileRow(c, h, s.HasWait()))
		if u := c.Merged(func(t *results.Trial) results.Histogram { return t.Uncorrected }); u.Count() > 0 {
			thin := percentileLine(u)
			thin.Stroke, thin.Thin = line.Stroke, true
			p.Series = append(p.Series, thin)
			row := percentileRow(c, u, s.HasWait())
			row[0].Text += ", uncorrected"
			f.Table.Rows = append(f.Table.Rows, row)
		}
		said = append(said, fmt.Sprintf("%s: half within %s, 99 %% within %s", c.Name, text.Duration(h.Quantile(0.5)), text.Duration(h.Quantile(0.99))))
	}
	if len(p.Series) == 0 {
		return Figure{}, false, nil
	}
	p.Y = chart.LogOver(p.Series, "sec")
	return f.draw("Line chart of event latency against percentile.", said, p)
}

// nines maps a share to the percentile axis: 0.9 is 1, 0.99 is 2.
func nines(q float64) float64 { return -math.Log10(1 - q) }

// percentileLine is a histogram over the percentile axis, up to what its count
// supports. Every point is at least 1 µs, the histogram's resolution.
func percentileLine(h results.Histogram) chart.Series {
	var s chart.Series
	for i := 0; i <= 150; i++ {
		x := 3 * float64(i) / 150
		q := 1 - math.Pow(10, -x)
		if !view.Supported(h.Count(), q) {
			break
		}
		s.Xs = append(s.Xs, x)
		s.Ys = append(s.Ys, math.Max(h.Quantile(q), 1e-6))
	}
	return s
}

// percentileRow is percentileLine in figures, with the generator's wait beside
// them when the table has it.
func percentileRow(c view.Cell, h results.Histogram, wait bool) []text.Value {
	m, _ := results.MetricByUnit("p50-sec")
	row := []text.Value{c.Head()}
	for _, q := range percentiles {
		if view.Supported(h.Count(), q.q) {
			row = append(row, c.Measured(text.Duration(h.Quantile(q.q)), "", m))
		} else {
			row = append(row, text.Value{Text: "–"})
		}
	}
	row = append(row, c.Measured(text.Duration(h.Max()), "", m))
	if wait {
		row = append(row, waitValues(c.Wait())...)
	}
	return append(row, text.Value{Text: text.Number(float64(h.Count()))}, c.TrialCount())
}

// arrival is where the latencies of a scenario end, in words. Without the kernel's
// time stamps, from an older version or kernel, that is when the client had read
// the event.
func arrival(s view.Scenario) string {
	if s.HasWait() {
		return "until its last byte reached the clients' machine (the kernel's receive time stamp)"
	}
	return "until the client's read returned its last byte. This record has no receive time stamps of the kernel, so each latency contains the generator's own wait"
}

// waitValues are mean and 99th percentile of a wait.
func waitValues(h results.Histogram) []text.Value {
	mean, tail := text.Value{Text: "–"}, text.Value{Text: "–"}
	if h.Count() > 0 {
		mean.Text = text.Duration(h.Mean())
	}
	if view.Supported(h.Count(), 0.99) {
		tail.Text = text.Duration(h.Quantile(0.99))
	}
	return []text.Value{mean, tail}
}
