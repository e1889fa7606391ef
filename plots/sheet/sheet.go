// Package sheet lays out pages that need no other file.
//
// A page reads whole without script, has no network address to load from, and is
// legible in light, in dark and in print. Markup is kept out of text by
// html/template, characters that cannot be seen by safe.Text.
package sheet

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results/safe"
)

// Style is what all pages look like: the colors of figures as variables, type,
// tables, figures.
//
//go:embed sheet.css
var Style string

//go:embed sheet.html.tmpl
var shared string

// Own is what one kind of page has of its own. Text is a template of the page that
// may use the shared ones: head, table, stacked, figure, link, value. Its Style goes
// before the shared one. Script is the only script that the page may run; empty:
// none.
type Own struct {
	Name, Text, Style, Script string
	Funcs                     template.FuncMap // beside the shared ones
}

// titled is a table with the name that a screen reader says.
type titled struct {
	Title string
	Table text.Table
}

// Template parses the page. It panics when the page or one of its functions is no
// template's, which is a mistake in the program.
func (o Own) Template() *template.Template {
	t := template.New(o.Name).Funcs(template.FuncMap{
		"policy": func() string { return Policy(o.Script) },
		"css":    func() template.CSS { return template.CSS(o.Style + Style) },
		"inline": func(svg []byte) template.HTML { return template.HTML(view.Inline(svg)) }, // our own drawing, its texts escaped
		"code":   Code,
		"name":   text.Name,
		"count":  text.Count,
		"brief":  bounded,
		"titled": func(title string, t text.Table) titled { return titled{title, t} },
	}).Funcs(o.Funcs)
	return template.Must(template.Must(t.Parse(shared)).Parse(o.Text))
}

// Write writes the page of data. It writes nothing when it fails.
func Write(w io.Writer, page *template.Template, data any) error {
	var buf bytes.Buffer
	if err := page.Execute(&buf, data); err != nil {
		return err
	}
	_, err := io.WriteString(w, safe.Text(buf.String()))
	return err
}

// Policy lets a page load nothing and run that one script, or none when it is empty
// (Content Security Policy Level 3, section 2.3.1).
func Policy(script string) string {
	policy := "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
	if script == "" {
		return policy
	}
	sum := sha256.Sum256([]byte(script))
	return policy + "; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// bounded shortens what would fill a table.
func bounded(text string) string { return safe.Brief(text, 2000) }

// Code returns text as HTML, with what stands between two backquotes as code.
func Code(text string) template.HTML {
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
