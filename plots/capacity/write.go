package capacity

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"pushbench/plots/sheet"
	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/safe"
)

// Names of the files that WriteAll writes.
const (
	PageName     = "capacity.html"
	MarkdownName = "capacity.md"
)

//go:embed capacity.html.tmpl
var pageText string

var layout = sheet.Own{Name: "capacity", Text: pageText}.Template()

// WriteAll writes capacity.html and capacity.md into dir, which it makes when there is none.
// Each is written whole or not at all. An error names the file.
func WriteAll(dir string, r *results.Record) error {
	var page, short bytes.Buffer
	if err := errors.Join(HTML(&page, r), Markdown(&short, r)); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if err := results.WriteFile(filepath.Join(dir, MarkdownName), short.Bytes()); err != nil {
		return err
	}
	return results.WriteFile(filepath.Join(dir, PageName), page.Bytes())
}

// HTML writes the search as one page that needs no other file, no network and no script. It
// writes nothing when it fails.
func HTML(w io.Writer, r *results.Record) error {
	if err := sheet.Write(w, layout, newPage(r)); err != nil {
		return fmt.Errorf("capacity: %w", err)
	}
	return nil
}

// Markdown writes what the page says in short.
func Markdown(w io.Writer, r *results.Record) error {
	p := newPage(r)
	var b bytes.Buffer
	where := r.Provenance
	fmt.Fprintf(&b, "# %s\n\n%s\n\nMeasured on %s in %s on %s, %s, over %s. %s, seed %d.\n",
		text.Plain(p.Title), text.Plain(p.Load), p.Began, p.Took, text.Plain(text.Name(where.CPU)),
		text.Count(where.Cores, "core"), text.Plain(text.Told(where.Path)), text.Count(len(r.Trials), "trial"), r.Seed)
	if p.Partial != "" {
		fmt.Fprintf(&b, "\n> **⚠ Partial: %s.**\n", text.Plain(text.Told(p.Partial)))
	}
	fmt.Fprintf(&b, "\n%s\n%s\n\n", p.Table.Markdown(), text.Plain(p.Legend))
	for _, s := range p.Sentences {
		fmt.Fprintf(&b, "- **%s**: %s\n", text.Plain(s.Name), text.Plain(text.Told(s.Text)))
	}
	if len(p.NotRun.Rows) > 0 {
		fmt.Fprintf(&b, "\n## Not run\n\n%s", p.NotRun.Markdown())
	}
	_, err := io.WriteString(w, safe.Text(b.String()))
	return err
}

// TerminalOptions say where a text appears.
type TerminalOptions struct {
	Color bool
	Width int // columns
}

// Terminal writes what was found.
func Terminal(w io.Writer, r *results.Record, o TerminalOptions) error {
	p := newPage(r)
	s := &text.Screen{Width: max(40, o.Width), Color: o.Color}
	s.Paragraph("", p.Title, text.Strong)
	s.Paragraph("", p.Load, "")
	s.Line("")
	var rows []text.Row
	for _, row := range p.Table.Rows {
		out := text.Row{Name: row[0].Text}
		for _, v := range row[1:] {
			f := text.Field{Text: v.Text}
			if v.Doubt != "" {
				f.Sign = "⚠"
			}
			out.Fields = append(out.Fields, f)
		}
		rows = append(rows, out)
	}
	var heads []string
	for _, c := range p.Table.Columns[1:] {
		heads = append(heads, c.Title)
	}
	s.Table(heads, rows)
	s.Line("")
	for _, one := range p.Sentences {
		ink := ""
		if one.Alarming {
			ink = text.Red
		}
		s.Paragraph("• ", one.Name+": "+text.Told(one.Text), ink)
	}
	s.Paragraph("", p.Legend, "")
	if p.Partial != "" {
		s.Paragraph("⚠ ", "Partial: "+text.Told(p.Partial)+".", text.Red)
	}
	_, err := w.Write(s.Bytes())
	return err
}
