// Package safe writes text that somebody else made so that it cannot act.
//
// A record comes from any machine, and in it stands what servers answered.
// Shown as it is, an escape sequence would move the cursor of a terminal (ECMA-48),
// a line end would forge a line, and a bidirectional control would show text in
// an order that it has not (CVE-2021-42574). What cannot be seen is written as
// Go writes it in a string: \x1b, \u202e.
package safe

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line is s as one line. White space that ends a line or moves to a column
// becomes a space.
func Line(s string) string {
	return shown(s, func(r rune) bool {
		return r == '\n' || r == '\t' || r == '\v' || r == '\f' || r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029'
	}, " ")
}

// Text is s as a whole document: its line ends and tabs stay.
func Text(s string) string {
	return shown(strings.ReplaceAll(s, "\r\n", "\n"), func(r rune) bool { return false }, "")
}

// shown writes what cannot be seen so that it can. What is blank becomes the
// text given.
func shown(s string, blank func(rune) bool, as string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || blank(r) || hidden(r) }) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case blank(r):
			b.WriteString(as)
		case hidden(r):
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// hidden reports whether r controls something in place of being seen. The
// joiners within words and emoji do no harm.
func hidden(r rune) bool {
	switch r {
	case '\n', '\t', '\u200c', '\u200d':
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// Brief is Line for text of which the beginning says enough: at most n
// characters of it, and how long the whole is.
func Brief(s string, n int) string {
	begin, rest := split(s, n)
	if rest == 0 {
		return Line(s)
	}
	return fmt.Sprintf("%s… (%d bytes)", Line(begin), len(s))
}

// Quoted is the beginning of what a server sent, in quotes that it cannot
// leave: at most n characters of it, and how long the whole is.
func Quoted(s string, n int) string {
	begin, rest := split(s, n)
	if rest == 0 {
		return strconv.Quote(s)
	}
	return fmt.Sprintf("%s… (%d bytes)", strconv.Quote(begin), len(s))
}

// split cuts s behind n characters and returns how many bytes are left.
func split(s string, n int) (begin string, rest int) {
	for i := range s {
		if n == 0 {
			return s[:i], len(s) - i
		}
		n--
	}
	return s, 0
}
