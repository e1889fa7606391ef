package safe

import (
	"fmt"
	"strings"
)

// Command writes a command line so that a POSIX shell reads these words again.
func Command(words ...string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = Word(w)
	}
	return strings.Join(quoted, " ")
}

// Word writes one word of a command line for a POSIX shell (XCU section 2.2):
// as it is when that is plain, else in single quotes. One with characters that
// cannot be seen goes through printf, which gives them back.
func Word(w string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@%+=:,./_-", r)
	}
	switch {
	case w != "" && strings.TrimLeftFunc(w, plain) == "":
		return w
	case Line(w) == w && !strings.ContainsRune(w, '\ufffd'):
		return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	// A substitution drops the line ends at its end: these stand behind it, the
	// only ones that cannot be shown otherwise.
	body := strings.TrimRight(w, "\n")
	var b strings.Builder
	for i := range len(body) {
		switch c := body[i]; {
		case c == '%':
			b.WriteString("%%")
		case plain(rune(c)) || c == ' ':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, `\%03o`, c)
		}
	}
	out := `"$(printf -- '` + b.String() + `')"`
	if ends := w[len(body):]; ends != "" {
		out += "'" + ends + "'"
	}
	return out
}
