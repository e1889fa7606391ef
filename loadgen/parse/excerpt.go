package parse

import (
	"strings"

	"pushbench/results/safe"
)

// MaxExcerpt is how many characters of a server's own words an error quotes.
const MaxExcerpt = 120

// Excerpt quotes the beginning of what a server said.
func Excerpt(text []byte) string { return safe.Quoted(strings.TrimSpace(string(text)), MaxExcerpt) }
