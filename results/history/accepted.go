package history

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"pushbench/results"
)

// An Acceptance is a reviewed line that says why a change is kept. It is of the change at
// its commit, or of one in the same direction within three commits of it. It stands in
// accepted.yaml beside the history, in a list:
//
//   - commit: 3be4d067
//     metric: server-cpu-sec/event
//     cell: live-feed sse
//     by: Ada
//     why: each event is checked for its topic now
type Acceptance struct {
	Commit string // hash, or at least seven digits of its beginning
	Metric string // as in the history's lines
	Cell   string // as in the history's lines; empty: every cell
	By     string // who accepted it
	Why    string // a sentence
	Line   int    // of the file
}

const hintAccepted = "an entry has commit, metric, by, why and, unless it is of every cell, cell"

// ParseAccepted reads the contents of an accepted.yaml. File is its name for
// errors, which are *results.Error.
func ParseAccepted(file string, data []byte) ([]Acceptance, error) {
	fail := func(line, col int, format string, args ...any) ([]Acceptance, error) {
		return nil, &results.Error{File: file, Line: line, Col: col, Msg: fmt.Sprintf(format, args...),
			Hint: hintAccepted}
	}
	var doc, more yaml.Node
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err == nil {
		err = loader.Load(&doc)
	}
	if errors.Is(err, io.EOF) || err == nil && (len(doc.Content) == 0 || doc.Content[0].ShortTag() == "!!null") {
		return nil, nil
	}
	var syntax *yaml.LoadError
	if errors.As(err, &syntax) {
		return fail(max(1, syntax.Mark.Line), max(1, syntax.Mark.Column), "not YAML: %s", syntax.Message)
	}
	if err != nil {
		return fail(1, 1, "not YAML: %v", err)
	}
	list := doc.Content[0]
	if err := loader.Load(&more); !errors.Is(err, io.EOF) {
		return fail(list.Line, list.Column, "the file holds more than one document")
	}
	if list.Kind != yaml.SequenceNode {
		return fail(list.Line, list.Column, "the file is no list of entries")
	}
	var all []Acceptance
	for _, n := range list.Content {
		a, bad, msg := acceptance(n)
		if bad != nil {
			return fail(bad.Line, bad.Column, "%s", msg)
		}
		all = append(all, a)
	}
	return all, nil
}

var short = regexp.MustCompile(`^[0-9a-f]{7,64}$`)

// acceptance reads one entry; bad is the node that is wrong.
func acceptance(n *yaml.Node) (a Acceptance, bad *yaml.Node, msg string) {
	if n.Kind != yaml.MappingNode {
		return a, n, "an entry is no mapping"
	}
	a.Line = n.Line
	fields := []struct {
		name string
		to   *string
		may  bool
	}{{"commit", &a.Commit, false}, {"metric", &a.Metric, false}, {"cell", &a.Cell, true}, {"by", &a.By, false},
		{"why", &a.Why, false}}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if seen[key.Value] {
			return a, key, fmt.Sprintf("%q stands there twice", key.Value)
		}
		known := false
		for _, f := range fields {
			if f.name != key.Value {
				continue
			}
			if value.Kind != yaml.ScalarNode || strings.TrimSpace(value.Value) == "" {
				return a, value, f.name + " is no text"
			}
			*f.to, known, seen[f.name] = strings.TrimSpace(value.Value), true, true
			if f.name == "commit" && !short.MatchString(*f.to) {
				return a, value, fmt.Sprintf("commit is %q, which is no hash of seven digits or more", *f.to)
			}
		}
		if !known {
			return a, key, fmt.Sprintf("unknown field %q", key.Value)
		}
	}
	for _, f := range fields {
		if !f.may && !seen[f.name] {
			return a, n, "the entry has no " + f.name
		}
	}
	return a, nil, ""
}

// near is within how many commits of an accepted one its change counts as accepted: as
// more commits follow, a change point may move a little.
const near = 3

// accept marks the changes that were accepted, and notes what fits none.
func (h *History) accept(accepted []Acceptance) {
	for _, a := range accepted {
		fits := false
		for i := range h.Series {
			s := &h.Series[i]
			if a.Metric == s.Metric && (a.Cell == "" || a.Cell == s.Name()) {
				if c := h.accepts(a, s); c != nil {
					c.Accepted, c.Why, fits = a.By, a.Why, true
				}
			}
		}
		if !fits {
			h.Notes = append(h.Notes, fmt.Sprintf("Line %d of %s accepts a change of %s at %s, and there is none.",
				a.Line, AcceptedName, strings.TrimSpace(a.Cell+" "+a.Metric), Short(a.Commit)))
		}
	}
}

// accepts is the change of the series that the entry is about: the one at its commit,
// else the nearest within a few commits in the direction in which the number moved at
// the commit. A change of an exact number does not move: the entry is of its commit, or of
// one just before it that the series does not have. It is nil when there is none.
func (h *History) accepts(a Acceptance, s *Series) (best *Change) {
	commit := slices.IndexFunc(h.Commits, func(l Line) bool { return strings.HasPrefix(l.Commit, a.Commit) })
	if commit < 0 {
		return nil
	}
	at, _ := slices.BinarySearchFunc(s.Points, commit, func(p Point, commit int) int { return p.Commit - commit })
	moved := s.middle(at, at+leastSide) - s.middle(at-leastSide, at)
	distance := near + 1
	for i := range s.Changes {
		c := &s.Changes[i]
		d := max(s.Points[c.At].Commit-commit, commit-s.Points[c.At].Commit)
		fits := c.At == at // the first point from the commit on
		if !c.Exact {
			fits = fits || moved*(c.After-c.Before) > 0
		}
		if fits && d < distance {
			best, distance = c, d
		}
	}
	return best
}

// middle is the median of the points that there are in the range.
func (s *Series) middle(from, to int) float64 {
	var ys []float64
	for _, p := range s.Points[max(0, from):max(0, min(to, len(s.Points)))] {
		ys = append(ys, p.Y)
	}
	return median(ys)
}
