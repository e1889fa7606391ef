package text

import (
	"bytes"
	"strings"

	"github.com/mattn/go-runewidth"

	"pushbench/results/safe"
)

// A Screen collects lines of at most Width columns. Width must be positive.
// Text that it is given cannot move the cursor, forge a line or fill the
// screen: whatever stands in a record, only inks act.
type Screen struct {
	Width int
	Color bool // whether inks are written
	buf   bytes.Buffer
}

// Escape sequences (ECMA-48 SGR) that serve as inks.
const (
	Red    = "\x1b[31m"
	Strong = "\x1b[1m"
	normal = "\x1b[0m"
)

// Bytes returns the lines so far.
func (s *Screen) Bytes() []byte { return s.buf.Bytes() }

// harmless is the one way of text onto a screen.
func harmless(text string) string { return safe.Brief(text, 2000) }

// Line writes text as a line of its own.
func (s *Screen) Line(text string) { s.end(harmless(text)) }

// end ends a line that is harmless, or painted. Spaces that nothing breaks at
// have done their work: what is copied or searched for has plain ones.
func (s *Screen) end(text string) {
	s.buf.WriteString(strings.TrimRight(strings.ReplaceAll(text, "\u00a0", " "), " ") + "\n")
}

// Paragraph writes text in ink, which may be empty, broken at spaces. Lines
// after the first are indented by the lead's width, at least by two columns: no
// part of a text can pass for a line of its own.
func (s *Screen) Paragraph(lead, text, ink string) {
	lead = harmless(lead)
	indent := strings.Repeat(" ", max(2, Width(lead)))
	out, empty := lead, true
	for word := range strings.SplitSeq(harmless(text), " ") {
		if !empty && Width(out)+1+Width(word) > s.Width {
			s.end(s.paint(out, ink))
			out, empty = indent, true
		}
		if !empty {
			out += " "
		}
		out += cut(word, s.Width-Width(indent))
		empty = false
	}
	s.end(s.paint(out, ink))
}

func (s *Screen) paint(text, ink string) string {
	if !s.Color || ink == "" {
		return text
	}
	return ink + text + normal
}

// terminal measures text as terminals outside East Asia do, whatever the locale
// says, so that a record gives the same lines everywhere.
var terminal = runewidth.Condition{StrictEmojiNeutral: true}

// Width is how many columns s takes.
func Width(s string) int { return terminal.StringWidth(s) }

// cut shortens s to n columns.
func cut(s string, n int) string { return terminal.Truncate(s, n, "…") }

// right aligns s to the right of n columns.
func right(s string, n int) string {
	s = cut(s, n-1)
	return strings.Repeat(" ", n-Width(s)) + s
}
