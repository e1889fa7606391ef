package claims

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"pushbench/plots/sheet"
	"pushbench/results"
)

//go:embed claims.html.tmpl
var pageText string

//go:embed claims.css
var pageStyle string

var layout = sheet.Own{Name: "claims", Text: pageText, Style: pageStyle, Funcs: template.FuncMap{
	"legend": func() string { return legend },
}}.Template()

// HTML writes the claims as one page that needs no other file, no network and no script. It
// writes nothing when it fails.
func HTML(w io.Writer, r *results.Record) error {
	p, err := newPage(r)
	if err != nil {
		return err
	}
	if err := sheet.Write(w, layout, p); err != nil {
		return fmt.Errorf("claims: %w", err)
	}
	return nil
}
