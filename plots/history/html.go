package history

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"pushbench/plots/sheet"
	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/history"
	"pushbench/results/safe"
)

// Names of the files that WriteAll writes.
const (
	PageName     = "history.html"
	MarkdownName = "history.md"
)

//go:embed history.html.tmpl
var pageText string

const style = `.moves { list-style: none; padding: 0; max-width: 62rem; }
.moves li { padding: .35rem 0; margin: 0; border-bottom: 1px solid var(--rule); }
.moves a { font-weight: 700; margin-right: .4em; }
`

var page = sheet.Own{Name: "history", Text: pageText, Style: style}.Template()

// HTML writes the history as one page that needs no other file, no network and no
// script. It writes nothing when it fails.
func HTML(w io.Writer, h *history.History) error {
	rep, err := newReport(h)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return sheet.Write(w, page, rep)
}

// Markdown writes the history in short. It has tables and no figure. It writes
// nothing when it fails.
func Markdown(w io.Writer, h *history.History) error {
	rep, err := newReport(h)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n", text.Plain(rep.Headline))
	if rep.Span != "" {
		fmt.Fprintf(&b, "\n%s\n", text.Plain(rep.Span))
	}
	for _, n := range rep.Notes {
		fmt.Fprintf(&b, "\n> %s\n", text.Plain(n))
	}
	if len(rep.Moved) > 0 {
		b.WriteString("\n## What changed\n\n")
	}
	for _, m := range rep.Moved {
		fmt.Fprintf(&b, "- **%s**: %s\n", m.Word, text.Plain(m.Text))
	}
	for _, c := range rep.Cells {
		for _, row := range c.Table.Rows {
			row[0].Link = "" // here are no figures
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s", text.Plain(text.Name(c.Name)), c.Table.Markdown())
	}
	_, err = io.WriteString(w, safe.Text(b.String()))
	return err
}

// WriteAll writes history.html and history.md into dir, which it makes when there
// is none. Each is written whole or not at all. An error names the file.
func WriteAll(dir string, h *history.History) error {
	var page, short bytes.Buffer
	if err := HTML(&page, h); err != nil {
		return err
	}
	if err := Markdown(&short, h); err != nil {
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
