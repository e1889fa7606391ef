package scenarios

import (
	"fmt"
	"slices"
	"strings"
)

// An Error is everything that is wrong with one scenario file, in the order
// of the lines.
type Error struct {
	Problems []Problem // at least one
}

// A Problem is one thing that is wrong, where, and what would be right.
type Problem struct {
	File         string
	Line, Column int // from 1, in characters
	Message      string
	Hint         string // may be empty
}

// Error returns one line for each problem.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the problems, each an error of its own.
func (e *Error) Unwrap() []error {
	all := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		all[i] = p
	}
	return all
}

// Error is String.
func (p Problem) Error() string { return p.String() }

// String returns `file:line:column: message (hint)`.
func (p Problem) String() string {
	s := fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
	if p.Hint != "" {
		s += " (" + p.Hint + ")"
	}
	return s
}

// sorted returns ps as an error in the order of the text, or nil when there
// are none.
func sorted(ps []Problem) error {
	if len(ps) == 0 {
		return nil
	}
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return &Error{Problems: ps}
}

// nearest returns the word that s was probably meant to be, or "" when none
// is near: an edit distance of at most a third of the longer one, else the
// first that begins with s.
func nearest(s string, words []string) string {
	best, word := 1<<30, ""
	for _, w := range words {
		d := distance(strings.ToLower(s), w)
		if d < best && 3*d <= max(len(s), len(w)) {
			best, word = d, w
		}
	}
	if i := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, s) }); word == "" && len(s) > 1 && i >= 0 {
		word = words[i]
	}
	return word
}

// distance is the edit distance of Damerau and Levenshtein (optimal string
// alignment): insertions, deletions, replacements and swaps of neighbors.
func distance(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
