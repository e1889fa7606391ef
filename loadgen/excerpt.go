package loadgen

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// maxExcerpt is how many bytes of a server's own words an error quotes.
const maxExcerpt = 120

// excerpt quotes the beginning of what a server said, so that neither its
// length nor what stands in it can spoil an error, a table or a terminal.
func excerpt(text []byte) string {
	text = bytes.TrimSpace(text)
	if len(text) <= maxExcerpt {
		return fmt.Sprintf("%q", text)
	}
	n := maxExcerpt
	for n > maxExcerpt-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	return fmt.Sprintf("%q...", text[:n])
}

// refused is the error for an answer that is none, with the reason that the
// server gives in its body.
func refused(status int, text []byte) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return fmt.Errorf("status %d", status)
	}
	return fmt.Errorf("status %d: %s", status, excerpt(text))
}
