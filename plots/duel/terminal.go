package duel

import (
	"io"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/gate"
)

// Options say what the terminal can show. The zero value is 80 columns without
// color.
type Options struct {
	Color bool
	Width int    // columns; 0: 80
	Dir   string // where WriteAll has put the files; empty: nowhere
}

// Terminal writes the comparison for a terminal: the headline, what else changed or
// could not be told, the table of it, a line for each cell that did not change, and
// the command that repeats it.
func Terminal(w io.Writer, c *gate.Comparison, o Options) error {
	if o.Width <= 0 {
		o.Width = 80
	}
	s := newStory(c)
	t := &text.Screen{Width: max(o.Width, 40), Color: o.Color}
	t.Paragraph("", s.Headline, inkOf(s.Verdict))
	for _, line := range slices.Concat(s.Others, s.Untold) {
		t.Paragraph("• ", line, "")
	}
	if all := slices.Concat(s.Changed, s.Open); len(all) > 0 {
		t.Line("")
		t.Table(terminalRows(all))
	}
	list(t, "✓ ", sameLines(s))
	list(t, "– not compared: ", s.Missing)
	list(t, "⚠ ", s.Alerts)
	t.Line("")
	t.Paragraph("", s.How, "")
	if n := len(s.Shown); n > 0 {
		t.Paragraph("", text.Count(n, "other number")+" "+text.Be(n, "is", "are")+" shown in compare.html and "+text.Be(n, "does", "do")+" not decide.", "")
	}
	if s.Command != "" {
		t.Line("")
		t.Line("This command repeats it:")
		for line := range strings.SplitSeq(wrapped(s.Command, t.Width-2), "\n") {
			t.Line("  " + line)
		}
	}
	if o.Dir != "" {
		t.Line("")
		t.Paragraph("", "compare.html, compare.md, compare.json and junit.xml are in "+o.Dir+".", "")
	}
	_, err := w.Write(t.Bytes())
	return err
}

// list writes lines behind a sign, an empty line before them.
func list(t *text.Screen, sign string, lines []string) {
	if len(lines) > 0 {
		t.Line("")
	}
	for _, line := range lines {
		t.Paragraph(sign, line, "")
	}
}

// sameLines has a line for each cell with numbers that did not change.
func sameLines(s story) (lines []string) {
	for _, c := range s.Same {
		lines = append(lines, c.Line())
	}
	return lines
}

func inkOf(v gate.Verdict) string {
	if v == gate.Worse || v == gate.Void {
		return text.Red
	}
	return text.Strong
}

// terminalRows are the findings below the names of their cells.
func terminalRows(all []gate.Finding) (heads []string, rows []text.Row) {
	heads = []string{"base", "head", "change", "95\u00a0% interval", "bar"}
	last := ""
	for _, f := range all {
		if cell := f.Cell(); cell != last || rows == nil {
			last = cell
			rows = append(rows, text.Row{Name: cellName(f), Ink: view.StyleOf(f.Transport).Ink})
		}
		base, head := values(f)
		row := text.Row{Name: strings.TrimSpace(looks[f.Verdict].sign + " " + short(f)), Fields: []text.Field{{Text: base}, {Text: head}}}
		if f.Verdict == gate.Worse {
			row.Ink = text.Red
		}
		if f.Exact {
			row.Fields = append(row.Fields, text.Field{Text: difference(f)}, text.Field{Text: "exact"}, text.Field{Text: "–"})
		} else {
			row.Fields = append(row.Fields, text.Field{Text: signed(f.Change)}, text.Field{Text: bounds(span(f))}, text.Field{Text: bar(f).Text})
		}
		rows = append(rows, row)
	}
	return heads, rows
}

// short is a name of the finding's number that fits a terminal, where it has one.
func short(f gate.Finding) string {
	full := name(f)
	if m, ok := results.MetricByUnit(f.Metric); ok && text.Width(full) > 30 {
		return m.Short
	}
	return full
}

// wrapped breaks a command line of a POSIX shell between words where it is longer
// than width, so that the shell still reads it as one. Words in quotes stay whole.
func wrapped(command string, width int) string {
	var out strings.Builder
	at := 0
	for _, word := range shellWords(command) {
		switch n := text.Width(word); {
		case at == 0:
			at = n
		case at+1+n+2 > width && word != "":
			out.WriteString(" \\\n  ")
			at = 2 + n
		default:
			out.WriteByte(' ')
			at += 1 + n
		}
		out.WriteString(word)
		if i := strings.LastIndexByte(word, '\n'); i >= 0 {
			at = text.Width(word[i+1:])
		}
	}
	return out.String()
}

// shellWords splits a command line at spaces that no quotes hold (XCU section 2.2).
func shellWords(command string) []string {
	words := []string{""}
	single, double, escaped := false, false, false
	for _, r := range command {
		last := len(words) - 1
		switch {
		case escaped:
			escaped = false
		case r == '\\' && !single:
			escaped = true
		case r == '\'' && !double:
			single = !single
		case r == '"' && !single:
			double = !double
		case r == ' ' && !single && !double:
			words = append(words, "")
			continue
		}
		words[last] += string(r)
	}
	return words
}
