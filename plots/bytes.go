package plots

import (
	"fmt"
	"slices"

	"pushbench/plots/chart"
	"pushbench/plots/look"
	"pushbench/plots/table"
	"pushbench/plots/words"
	"pushbench/results"
)

// rare is the number of events per client and second below which bytes are
// told per client and minute: a transport's price is then that of waiting.
const rare = 1

// bytesFigure draws the ledger of the window as stacked bars, by direction.
func bytesFigure(s set) (Figure, bool, error) {
	per, divisor := "delivered event", func(t *results.Trial) float64 { return float64(t.Deliveries.InWindow) }
	if brief(s) {
		return Figure{}, false, nil
	}
	if waiting(s) {
		per = "client and minute"
		divisor = func(t *results.Trial) float64 { return t.ClientSec() / 60 }
	}
	rows, twin, said := ledgerRows(s, divisor)
	if len(rows) == 0 {
		return Figure{}, false, nil
	}
	f := Figure{
		Name: s.id("bytes"), Scenario: s.scenario.Name, Table: twin,
		Title: "Bytes on the wire per " + per,
		Caption: "Every byte that crossed the wire in the measured window, TCP/IP headers included, divided by what it was for: per " + per +
			". Both directions; handshakes are counted apart. The average over the valid trials.",
	}
	return f.draw("Stacked bar chart of bytes per "+per+".", said, ledgerCharts(rows, per)...)
}

// waiting reports whether a scenario's events are rare.
func waiting(s set) bool {
	t := s.any()
	return t != nil && t.Load.Rate/float64(max(1, t.Load.Topics)) < rare
}

// brief reports whether a scenario has no events and too short a window for
// what it says of a minute.
func brief(s set) bool {
	t := s.any()
	return t == nil || t.Load.Rate == 0 && t.Load.Window < 10
}

// ledgerRows returns the rows of the chart, their table and their sentences.
func ledgerRows(s set, divisor func(*results.Trial) float64) (rows []chart.Row, twin table.Table, said []string) {
	m, _ := results.MetricByUnit("wire-B/event")
	twin.Columns = table.Columns("transport", "all bytes")
	for _, k := range results.Kinds() {
		twin.Columns = append(twin.Columns, table.Column{Title: k.String(), Number: true})
	}
	twin.Columns = append(twin.Columns, table.Columns("", "to client", "to server", "overhead", "per payload byte", "trials")[1:]...)
	for _, c := range s.cells {
		in, out := averageLedger(c, divisor)
		toClient, toServer := total(in), total(out)
		all := toClient + toServer
		if all == 0 {
			continue
		}
		payload := in[results.Payload] + out[results.Payload]
		values := []table.Value{c.head(), c.measured(words.Bytes(all), "", m)}
		for k := range in {
			values = append(values, table.Value{Text: words.Bytes(in[k] + out[k])})
		}
		times := table.Value{Text: "–"}
		if payload > 0 {
			times.Text = words.Factor(all/payload) + "×"
		}
		twin.Rows = append(twin.Rows, append(values, table.Value{Text: words.Bytes(toClient)}, table.Value{Text: words.Bytes(toServer)}, table.Value{Text: words.Bytes(all - payload)}, times, c.trials()))
		sums := []string{words.Bytes(all)}
		if payload > 0 {
			sums = append(sums, times.Text+" payload")
		}
		rows = append(rows, chart.Row{
			Name: c.name, Look: look.Of(c.Transport).Look, Warn: c.weight("wire-B/event"),
			Bars: []chart.Bar{
				{Side: "to client", Parts: in, Text: words.Bytes(toClient)},
				{Side: "to server", Parts: out, Text: words.Bytes(toServer)},
			},
			Sums: sums,
		})
		said = append(said, fmt.Sprintf("%s: %s, of which %s payload", c.name, words.Bytes(all), words.Bytes(payload)))
	}
	return rows, twin, said
}

// averageLedger returns the bytes of each kind, per unit of divisor, averaged
// over the cell's valid trials.
func averageLedger(c cell, divisor func(*results.Trial) float64) (in, out []float64) {
	in, out = make([]float64, len(results.Bytes{})), make([]float64, len(results.Bytes{}))
	n := 0
	for _, t := range c.Trials {
		d := divisor(t)
		if d == 0 {
			continue
		}
		n++
		for k := range in {
			in[k] += float64(t.Steady.In[k]) / d
			out[k] += float64(t.Steady.Out[k]) / d
		}
	}
	for k := range in {
		in[k] /= float64(max(n, 1))
		out[k] /= float64(max(n, 1))
	}
	return in, out
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
