package history

import (
	"fmt"
	"io"

	"pushbench/plots/text"
	"pushbench/results/history"
)

// TerminalOptions say what the terminal can show. The zero value is 80 columns
// without color.
type TerminalOptions struct {
	Color bool
	Width int // columns; 0: 80
}

// Terminal writes the history for a terminal, what matters most last, where it
// stays in sight: a table for each cell, the notes, what changed, the oldest
// first, then all in one sentence.
func Terminal(w io.Writer, h *history.History, o TerminalOptions) error {
	rep, err := newReport(h)
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	if o.Width <= 0 {
		o.Width = 80
	}
	s := &text.Screen{Width: max(o.Width, 40), Color: o.Color}
	accepted := false
	for _, c := range rep.Cells {
		s.Paragraph("", text.Name(c.Name), text.Strong)
		var rows []text.Row
		for _, r := range c.Table.Rows {
			last := r[4].Text
			if r[4].Sign != "" && r[4].Tone == "" {
				last += " ✓"
				accepted = true
			}
			rows = append(rows, text.Row{Name: r[0].Text, Fields: []text.Field{{Text: r[1].Text}, {Text: r[2].Text},
				{Text: r[3].Text}, {Text: last}}})
		}
		s.Table([]string{"last commit", "level", "commits", "last change"}, rows)
		s.Line("")
	}
	if accepted {
		s.Paragraph("✓ ", "This change is accepted.", "")
	}
	for _, n := range rep.Notes {
		s.Paragraph("– ", n, "")
	}
	for i := len(rep.Moved) - 1; i >= 0; i-- {
		m := rep.Moved[i]
		ink := ""
		if m.Tone == "alarming" {
			ink = text.Red
		}
		s.Paragraph(m.Word+": ", m.Text, ink)
	}
	if rep.Span != "" {
		s.Paragraph("", rep.Span, "")
	}
	s.Paragraph("", rep.Headline, text.Strong)
	_, err = w.Write(s.Bytes())
	return err
}
