package screen

import (
	"bytes"
	"strings"

	"github.com/mattn/go-runewidth"
)

// A Screen collects lines of at most Width columns. Width must be positive.
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

// Line ends a line. Spaces that nothing breaks at have done their work: what
// is copied or searched for has plain ones.
func (s *Screen) Line(text string) {
	s.buf.WriteString(strings.TrimRight(strings.ReplaceAll(text, "\u00a0", " "), " ") + "\n")
}

// Paragraph writes text in ink, which may be empty, broken at spaces. Lines
// after the first are indented by the lead's width.
func (s *Screen) Paragraph(lead, text, ink string) {
	indent := strings.Repeat(" ", Columns(lead))
	out, empty := lead, true
	for word := range strings.SplitSeq(text, " ") {
		if !empty && Columns(out)+1+Columns(word) > s.Width {
			s.Line(s.paint(out, ink))
			out, empty = indent, true
		}
		if !empty {
			out += " "
		}
		out += cut(word, s.Width-Columns(indent))
		empty = false
	}
	s.Line(s.paint(out, ink))
}

func (s *Screen) paint(text, ink string) string {
	if !s.Color || ink == "" {
		return text
	}
	return ink + text + normal
}

// width measures text as terminals outside East Asia do, whatever the locale
// says, so that a record gives the same lines everywhere.
var width = runewidth.Condition{StrictEmojiNeutral: true}

// Columns is how many columns s takes.
func Columns(s string) int { return width.StringWidth(s) }

// cut shortens s to n columns.
func cut(s string, n int) string { return width.Truncate(s, n, "…") }

// right aligns s to the right of n columns.
func right(s string, n int) string {
	s = cut(s, n-1)
	return strings.Repeat(" ", n-Columns(s)) + s
}
