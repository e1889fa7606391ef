package loadgen

import (
	"fmt"
	"strings"

	"pushbench/results/safe"
)

// maxExcerpt is how many characters of a server's own words an error quotes.
const maxExcerpt = 120

// excerpt quotes the beginning of what a server said.
func excerpt(text []byte) string { return safe.Quoted(strings.TrimSpace(string(text)), maxExcerpt) }

// refused is the error for an answer that is none, with the reason that the
// server gives in its body.
func refused(status int, text []byte) error {
	if strings.TrimSpace(string(text)) == "" {
		return fmt.Errorf("status %d", status)
	}
	return fmt.Errorf("status %d: %s", status, excerpt(text))
}
