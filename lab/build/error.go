package build

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// An Error is why a revision cannot be had or built, with what its user can do.
type Error struct {
	Problem string // a sentence without its full stop
	Output  string // the end of what the go command or git wrote, in lines; may be empty
	Hint    string // what to do
}

// Error is the problem and what the command wrote. The hint is apart.
func (e *Error) Error() string {
	if e.Output == "" {
		return e.Problem
	}
	return e.Problem + ":\n" + e.Output
}

// Unwrap returns the lines of Error apart, of which an editor finds
// file:line:column at the beginning; nil when there is one only.
func (e *Error) Unwrap() (lines []error) {
	if e.Output == "" {
		return nil
	}
	for line := range strings.SplitSeq(e.Error(), "\n") {
		lines = append(lines, errors.New(line))
	}
	return lines
}

// An OldGo is a go command whose linker cannot order functions anew. A comparison
// can go on with one fixed layout, which tells less.
type OldGo struct {
	Version string // as the go command calls itself; empty: not known
}

// Error says which Go is needed.
func (e *OldGo) Error() string {
	if e.Version == "" {
		return "this go command cannot link with another layout: its linker has no -randlayout"
	}
	return e.Version + " cannot link with another layout: its linker has no -randlayout"
}

func hinted(hint, format string, args ...any) *Error {
	return &Error{Problem: fmt.Sprintf(format, args...), Hint: hint}
}

// missing reports whether err is that there is no such command.
func missing(err error) bool { return errors.Is(err, exec.ErrNotFound) }
