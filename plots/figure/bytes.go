package figure

import (
	"fmt"
	"slices"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// Bytes draws the ledger of the window as stacked bars, by direction. ok is false when
// there is nothing to draw.
func Bytes(s view.Scenario) (f Figure, ok bool, err error) {
	per, divisor := "delivered event", func(t *results.Trial) float64 { return float64(t.Deliveries.InWindow) }
	if s.TooBrief() {
		return Figure{}, false, nil
	}
	if s.RareEvents() {
		per = "client and minute"
		divisor = func(t *results.Trial) float64 { return t.ClientSec() / 60 }
	}
	rows, twin, said := ledgerRows(s, divisor)
	if len(rows) == 0 {
		return Figure{}, false, nil
	}
	f = Figure{
		Name: s.ID("bytes"), Scenario: s.Scenario.Name, Table: twin,
		Title: "Bytes on the wire per " + per,
		Caption: "All bytes on the wire in the measured window, per " + per +
			". TCP/IP headers are included, handshakes are not. Each bar is the average of the valid trials.",
	}
	return f.draw("Stacked bar chart of bytes per "+per+".", said, ledgerCharts(rows, per)...)
}

// ledgerRows returns the rows of the chart, their table and their sentences.
func ledgerRows(s view.Scenario, divisor func(*results.Trial) float64) (rows []chart.Row, twin text.Table, said []string) {
	m, _ := results.MetricByUnit("wire-B/event")
	twin.Columns = text.Heads("transport", "all bytes")
	kinds := shownKinds(s)
	for _, k := range kinds {
		twin.Columns = append(twin.Columns, text.Column{Title: k.String(), Number: true})
	}
	twin.Columns = append(twin.Columns, text.Heads("", "to client", "to server", "overhead", "per payload byte", "trials")[1:]...)
	for _, c := range s.Cells {
		in, out, payload := averageLedger(c, divisor)
		toClient, toServer := total(in), total(out)
		all := toClient + toServer
		if all == 0 {
			continue
		}
		values := []text.Value{c.Head(), c.Measured(text.Bytes(all), "", m)}
		for _, k := range kinds {
			values = append(values, text.Value{Text: text.Bytes(in[k] + out[k])})
		}
		times := text.Value{Text: "–"}
		if payload > 0 {
			times.Text = text.Factor(all/payload) + "×"
		}
		twin.Rows = append(twin.Rows, append(values, text.Value{Text: text.Bytes(toClient)}, text.Value{Text: text.Bytes(toServer)}, text.Value{Text: text.Bytes(all - payload)}, times, c.TrialCount()))
		sums := []string{text.Bytes(all)}
		if payload > 0 {
			sums = append(sums, times.Text+" payload")
		}
		rows = append(rows, chart.Row{
			Name: c.Name, Stroke: c.Stroke(), Warn: c.Weight("wire-B/event"),
			Bars: []chart.Bar{
				{Side: "to client", Parts: in, Text: text.Bytes(toClient)},
				{Side: "to server", Parts: out, Text: text.Bytes(toServer)},
			},
			Sums: sums,
		})
		of := "of which %s payload"
		if in[results.Compressed]+out[results.Compressed] > 0 {
			of = "with %s of payload, compressed"
		}
		said = append(said, fmt.Sprintf("%s: %s, "+of, c.Name, text.Bytes(all), text.Bytes(payload)))
	}
	return rows, twin, said
}

// shownKinds are the kinds of bytes that the scenario's figure has: all but the
// rare ones of which there are none.
func shownKinds(s view.Scenario) []results.Kind {
	return slices.DeleteFunc(results.Kinds(), func(k results.Kind) bool {
		return k.Rare() && !slices.ContainsFunc(s.Cells, func(c view.Cell) bool {
			return slices.ContainsFunc(c.Trials, func(t *results.Trial) bool { return t.Steady.In[k]+t.Steady.Out[k] != 0 })
		})
	})
}

// averageLedger returns the bytes of each kind and those of payload before it was
// compressed, per unit of divisor, averaged over the cell's valid trials.
func averageLedger(c view.Cell, divisor func(*results.Trial) float64) (in, out []float64, payload float64) {
	in, out = make([]float64, len(results.Bytes{})), make([]float64, len(results.Bytes{}))
	n := 0
	for _, t := range c.Trials {
		d := divisor(t)
		if d == 0 {
			continue
		}
		n++
		payload += float64(t.Steady.Payload()) / d
		for k := range in {
			in[k] += float64(t.Steady.In[k]) / d
			out[k] += float64(t.Steady.Out[k]) / d
		}
	}
	for k := range in {
		in[k] /= float64(max(n, 1))
		out[k] /= float64(max(n, 1))
	}
	return in, out, payload / float64(max(n, 1))
}

// ledgerCharts returns one chart to scale and, when that leaves some bars too
// short to be read, a second one in which the long bars are broken.
func ledgerCharts(rows []chart.Row, per string) []chart.Drawing {
	whole := chart.Rows{Title: "Bytes on the wire per " + per, Rows: rows}
	for i, k := range results.Kinds() {
		whole.Kinds, whole.Colors = append(whole.Kinds, k.String()), append(whole.Colors, i)
	}
	var longest []float64
	for _, r := range rows {
		longest = append(longest, max(total(r.Bars[0].Parts), total(r.Bars[1].Parts)))
	}
	slices.Sort(longest)
	top := longest[len(longest)-1]
	whole.X = chart.Linear(0, top, "bytes")
	whole.X.Title = "bytes per " + per + ", each direction"
	charts := []chart.Drawing{whole}
	if edge := magnified(longest); edge < top/3 {
		near := whole
		near.X, near.Cut = chart.Linear(0, edge, "bytes"), true
		near.X.Title = whole.X.Title
		near.Title = fmt.Sprintf("The same, magnified %.0f times (longer bars are broken)", whole.X.Max/near.X.Max)
		charts = append(charts, near)
	}
	return charts
}

// magnified returns the length to magnify to: the longest bar before the
// greatest step between sorted bars.
func magnified(sorted []float64) float64 {
	edge, step := sorted[len(sorted)-1], 3.0
	for i := 1; i < len(sorted); i++ {
		if sorted[i-1] > 0 && sorted[i]/sorted[i-1] > step {
			edge, step = sorted[i-1], sorted[i]/sorted[i-1]
		}
	}
	return edge
}

func total(parts []float64) (sum float64) {
	for _, v := range parts {
		sum += v
	}
	return sum
}
