package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
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

// policy lets the page load nothing and run that one script (Content Security
// Policy Level 3, section 2.3.1).
func policy() string {
	sum := sha256.Sum256([]byte(loadScript))
	return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

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
	l := b.Usual
	y := &yourLoad{Load: l, Table: text.Table{Columns: text.Heads("transport", "bytes/month", "server cores", "server memory", "median latency", "99 % within")}}
	y.Lead = fmt.Sprintf("%s clients, each with %s event/s of %s that goes to all of them; polling asks every %s.",
		text.Number(float64(l.Clients)), text.Number(l.Rate), text.Bytes(float64(l.Payload)), text.Seconds(l.Interval))
	all := b.For(l)
	for _, e := range all {
		row := []text.Value{{Text: view.StyleOf(e.Transport).Name, Transport: e.Transport}}
		for i, n := range []estimate.Number{e.Bytes, e.Cores, e.Memory, e.P50, e.P99} {
			row = append(row, estimated(n, []string{"bytes", "count", "bytes", "sec", "sec"}[i]))
		}
		y.Table.Rows = append(y.Table.Rows, row)
	}
	y.Beyond = "All of it lies within what was measured."
	if beyond := estimate.Beyond(all); beyond != nil {
		y.Beyond = "~ Beyond what was measured: " + strings.Join(beyond, "; ") + "."
	}
	for _, f := range figs {
		if f.Name == figure.MapName {
			y.Figures = append(y.Figures, f)
		}
	}
	for i := range b.Transports {
		b.Transports[i].Reword(func(s string) string { return safe.Brief(s, 500) })
	}
	data, err := json.Marshal(b) // it escapes what could end the element
	y.Basis = template.JS(inASCII(string(data)))
	return y, err
}

// estimated is a number with its bounds or, beyond what was measured, its sign.
func estimated(n estimate.Number, kind string) text.Value {
	if n.Missing != "" {
		return text.Value{Text: "–", Note: n.Missing}
	}
	v := text.Value{Text: text.Format(n.Value, kind), Doubt: strings.Join(n.Doubts, " ")}
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
