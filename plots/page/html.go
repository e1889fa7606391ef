package page

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"pushbench/plots/figure"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/safe"
)

//go:embed report.html.tmpl
var pageText string

//go:embed report.css
var pageStyle string

// titledTable is a table with the name that a screen reader says.
type titledTable struct {
	Title string
	Table text.Table
}

var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"policy":    policy,
	"script":    func() template.JS { return template.JS(loadScript) },
	"css":       func() template.CSS { return template.CSS(pageStyle) },
	"inline":    func(svg []byte) template.HTML { return template.HTML(view.Inline(svg)) }, // our own drawing, its texts escaped
	"code":      code,
	"intervals": func() string { return intervals },
	"name":      text.Name,
	"count":     text.Count,
	"brief":     bounded,
	"titled":    func(title string, t text.Table) titledTable { return titledTable{title, t} },
}).Parse(pageText))

// HTML writes the report as one page that needs no other file and no network. It
// reads whole without script: the one that it has only answers the form, and its
// policy lets no other one run. It writes nothing when it fails. Markup is kept
// out of text by html/template, characters that cannot be seen by safe.Text.
func HTML(w io.Writer, r *results.Record, figs []figure.Figure) error {
	rep, err := withYourLoad(r, figs)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := page.Execute(&buf, rep); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = io.WriteString(w, safe.Text(buf.String()))
	return err
}

// bounded shortens what would fill a table.
func bounded(text string) string { return safe.Brief(text, 2000) }

// code returns text as HTML, with what stands between two backquotes as code.
func code(text string) template.HTML {
	parts := strings.Split(template.HTMLEscapeString(bounded(text)), "`")
	out := parts[0]
	for i := 1; i < len(parts); i++ {
		switch {
		case i%2 == 0:
			out += parts[i]
		case i == len(parts)-1: // one that nothing closes
			out += "`" + parts[i]
		default:
			out += "<code>" + parts[i] + "</code>"
		}
	}
	return template.HTML(out)
}
