package page

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
	"unicode/utf16"

	"pushbench/plots/figure"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/estimate"
	"pushbench/results/safe"
)

// loadScript is the page's only script. It is the same text in every page: what
// is of the record is data beside it.
//
//go:embed load.js
var loadScript string

// A yourLoad is the section about a load that was not measured: an example,
// and what a form needs to answer for another one.
type yourLoad struct {
	Load    estimate.Load
	Lead    string
	Table   text.Table
	Beyond  string
	Figures []figure.Figure
	Basis   template.JS // estimate.Basis as JSON in ASCII
}

// newYourLoad is nil for a record that has nothing to estimate from.
func newYourLoad(r *results.Record, figs []figure.Figure) (*yourLoad, error) {
	b := estimate.From(r)
	if b.Transports == nil {
		return nil, nil
	}
	b.Reword(func(s string) string { return safe.Brief(s, 500) })
	l := b.Usual
	y := &yourLoad{Load: l, Table: text.Table{Columns: text.Heads("transport", "bytes/month", "server cores", "server memory", "median latency", "99 % within")}}
	y.Lead = fmt.Sprintf("%s clients, each with %s event/s of %s that goes to all of them; polling asks every %s.",
		text.Number(float64(l.Clients)), text.Number(l.Rate), text.Bytes(float64(l.Payload)), text.Seconds(l.Interval))
	if b.Target != results.Builtin || len(r.Targets) > 1 {
		y.Lead += " The target is " + text.Name(b.Target) + "."
	}
	all := b.For(l)
	name := func(transport string) string { return view.StyleOf(transport).Name }
	for _, e := range all {
		row := []text.Value{{Text: name(e.Transport), Transport: e.Transport}}
		for i, n := range []estimate.Number{e.Bytes, e.Cores, e.Memory, e.P50, e.P99} {
			row = append(row, estimated(n, []string{"bytes", "count", "bytes", "sec", "sec"}[i]))
		}
		y.Table.Rows = append(y.Table.Rows, row)
	}
	y.Beyond = "All of it lies within what was measured."
	if beyond := estimate.Remarks(all, estimate.Beyond, name); beyond != nil {
		y.Beyond = "~ Beyond what was measured: " + strings.Join(beyond, "; ") + "."
	}
	if missing := estimate.Remarks(all, estimate.Missing, name); missing != nil {
		y.Beyond += " Not known: " + strings.Join(missing, "; ") + "."
	}
	y.Beyond += " " + b.Packets
	for _, f := range figs {
		if f.Name == figure.MapName {
			y.Figures = append(y.Figures, f)
		}
	}
	data, err := json.Marshal(b) // it escapes what could end the element
	y.Basis = template.JS(inASCII(string(data)))
	return y, err
}

// estimated is a number with its bounds or, beyond what was measured, its sign.
func estimated(n estimate.Number, kind string) text.Value {
	if n.Missing != "" {
		return text.Value{Text: "–"}
	}
	v := text.Value{Text: text.Format(estimate.Rounded(n.Value), kind), Doubt: strings.Join(n.Doubts, " ")}
	if n.Beyond != nil {
		v.Text = "~" + v.Text
	} else if lo, hi := text.Format(n.Lo, kind), text.Format(n.Hi, kind); lo != hi {
		v.Note = lo + "–" + hi
	}
	return v
}

// inASCII writes what is beyond ASCII in a text of JSON as \uXXXX.
func inASCII(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x7f {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
