package atlas

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"pushbench/plots/sheet"
	"pushbench/results"
)

//go:embed atlas.html.tmpl
var pageText string

//go:embed atlas.css
var pageStyle string

//go:embed atlas.js
var sortScript string

var page = sheet.Own{Name: "atlas", Text: pageText, Style: pageStyle, Script: sortScript, Funcs: template.FuncMap{
	"script":      func() template.JS { return template.JS(sortScript) },
	"add":         func(i int) int { return i + 1 },
	"doubtsTitle": func() string { return doubtsTitle },
	"whys":        func() string { return whys },
}}.Template()

// Span is how many columns the table has.
func (a atlas) Span() int { return 1 + len(a.Columns) }

// HTML writes the atlas as one page that needs no other file and no network, and is
// complete without its script, which only sorts the table. It writes nothing when it
// fails.
func HTML(w io.Writer, r *results.Record) error {
	a, err := newAtlas(r)
	if err != nil {
		return err
	}
	if err := sheet.Write(w, page, a); err != nil {
		return fmt.Errorf("atlas: %w", err)
	}
	return nil
}
