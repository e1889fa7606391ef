package duel

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"pushbench/plots/sheet"
	"pushbench/plots/text"
	"pushbench/results/gate"
)

//go:embed compare.html.tmpl
var pageText string

//go:embed compare.css
var pageStyle string

var page = sheet.Own{Name: "compare", Text: pageText, Style: pageStyle, Funcs: template.FuncMap{
	"sign":    func(v gate.Verdict) string { return looks[v].sign },
	"tone":    func(v gate.Verdict) string { return looks[v].tone },
	"numbers": numbers,
	"are":     func(n int) string { return text.Be(n, "is", "are") },
	"do":      func(n int) string { return text.Be(n, "does", "do") },
}}.Template()

// HTML writes the comparison as one page that needs no other file and no network,
// and has no script. It writes nothing when it fails.
func HTML(w io.Writer, c *gate.Comparison) error {
	data := struct {
		story
		Figure    *figure
		Unchanged int
	}{story: newStory(c)}
	data.Unchanged = count(data.Same)
	var err error
	if data.Figure, err = forest(c); err != nil {
		return fmt.Errorf("comparison: %w", err)
	}
	if err := sheet.Write(w, page, data); err != nil {
		return fmt.Errorf("comparison: %w", err)
	}
	return nil
}
