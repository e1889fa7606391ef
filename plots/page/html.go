package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"pushbench/plots/figure"
	"pushbench/plots/sheet"
	"pushbench/results"
)

//go:embed report.html.tmpl
var pageText string

//go:embed report.css
var pageStyle string

var page = sheet.Own{Name: "report", Text: pageText, Style: pageStyle, Script: loadScript, Funcs: template.FuncMap{
	"script":    func() template.JS { return template.JS(loadScript) },
	"intervals": func() string { return intervals },
}}.Template()

// HTML writes the report as one page that needs no other file and no network. The
// one script that it has only answers the form. It writes nothing when it fails.
func HTML(w io.Writer, r *results.Record, figs []figure.Figure) error {
	return writePage(w, r, figs, Options{})
}

func writePage(w io.Writer, r *results.Record, figs []figure.Figure, o Options) error {
	rep, err := withYourLoad(r, figs)
	if err != nil {
		return err
	}
	rep.History = o.History
	if err := sheet.Write(w, page, rep); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}
