package plots

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"pushbench/results"
)

//go:embed report.html.tmpl
var pageText string

//go:embed report.css
var pageStyle string

// titledTable is a table with the name that a screen reader says.
type titledTable struct {
	Title string
	Table Table
}

var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"css":    func() template.CSS { return template.CSS(pageStyle) },
	"inline": func(svg []byte) template.HTML { return template.HTML(inline(svg)) }, // our own drawing, its texts escaped
	"titled": func(title string, t Table) titledTable { return titledTable{title, t} },
}).Parse(pageText))

// HTML writes the report as one page that needs no other file, no network and
// no script. It writes nothing when it fails.
func HTML(w io.Writer, r *results.Record, figs []Figure) error {
	var buf bytes.Buffer
	if err := page.Execute(&buf, newReport(r, figs)); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err := w.Write(buf.Bytes())
	return err
}
