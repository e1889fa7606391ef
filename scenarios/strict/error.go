package strict

import (
	"fmt"
	"slices"
	"strings"
)

// An Error is everything that is wrong with one file, in the order
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

// Err returns all that is wrong in the order of the text, or nil when nothing is.
func (r *Reader) Err() error {
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return &Error{Problems: r.problems}
}
