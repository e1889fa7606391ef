package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// maxText is the size in bytes of the largest scenario file.
const maxText = 1 << 20

// Load reads the scenario in the file at path. What is wrong with its content
// is an *Error.
func Load(path string) (Scenario, error) {
	f, err := os.Open(path)
	if err != nil {
		return Scenario{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxText+1))
	if err != nil {
		return Scenario{}, err
	}
	name := filepath.Base(path)
	return Parse(strings.TrimSuffix(strings.TrimSuffix(name, ".yaml"), ".yml"), path, text)
}

// Parse reads a scenario. Name is how reports call it and file how errors and
// the record call the text. The error is an *Error that lists every problem.
//
// Note: the tree is walked here, not by yaml's decoder into a struct: that
// one reports unknown keys and types but has no place for values, so that a
// user would have to correct a file twice.
func Parse(name, file string, text []byte) (Scenario, error) {
	r := &reader{file: file, at: map[string]*yaml.Node{}, bad: map[string]bool{}}
	if !nameForm.MatchString(name) {
		r.problem(1, 1, fmt.Sprintf("a scenario cannot be named %q", name),
			"the name is the file's name without .yaml: letters, digits, dashes and dots")
	}
	root := r.document(text)
	if root == nil {
		return Scenario{}, sorted(r.problems)
	}
	s := r.scenario(root)
	r.check(s)
	if err := sorted(r.problems); err != nil {
		return Scenario{}, err
	}
	s.Name, s.File, s.Text = name, file, string(text)
	return s, nil
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$`)

// document returns the mapping that text consists of, or nil and a problem.
func (r *reader) document(text []byte) *yaml.Node {
	if len(text) > maxText {
		r.problem(1, 1, "the file is larger than 1 MiB", "a scenario is a page of text")
		return nil
	}
	if line, column, c := unreadable(text); line > 0 {
		r.problem(line, column, fmt.Sprintf("the file is not UTF-8 text: %s", c), "")
		return nil
	}
	var doc, more yaml.Node
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err == nil {
		err = loader.Load(&doc)
	}
	if err == io.EOF || err == nil && (len(doc.Content) == 0 || doc.Content[0].ShortTag() == "!!null") {
		r.problem(1, 1, "the file is empty", "the shortest scenario is one line, about:")
		return nil
	}
	if err != nil {
		r.syntax(err)
		return nil
	}
	if err := loader.Load(&more); err != io.EOF {
		if err != nil {
			r.syntax(err)
		} else {
			r.problem(more.Line, more.Column, "a second document begins here", "one file is one scenario")
		}
		return nil
	}
	root := doc.Content[0]
	if n, what := fancy(root); n != nil {
		r.problem(n.Line, n.Column, what+" are not used in a scenario", "write the value out")
		return nil
	}
	if root.Kind != yaml.MappingNode {
		r.problem(root.Line, root.Column, fmt.Sprintf("the file is %s", kind(root)), "a scenario is a mapping, lines of key: value")
		return nil
	}
	return root
}

// syntax reports an error of the YAML itself.
func (r *reader) syntax(err error) {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		r.problem(1, 1, err.Error(), "")
		return
	}
	hint := ""
	if e.ContextMsg != "" {
		hint = e.ContextMsg
		if e.ContextMark.Line > 0 && e.ContextMark.Line != e.Mark.Line {
			hint += fmt.Sprintf(" that begins on line %d", e.ContextMark.Line)
		}
	}
	r.problem(max(1, e.Mark.Line), max(1, e.Mark.Column), e.Message, hint)
}

// unreadable returns the place of the first thing in text that is not YAML
// text; line is 0 when there is none.
func unreadable(text []byte) (line, column int, what string) {
	line, column = 1, 1
	for len(text) > 0 {
		c, n := utf8.DecodeRune(text)
		switch {
		case c == utf8.RuneError && n == 1:
			return line, column, fmt.Sprintf("byte 0x%02x", text[0])
		case c < ' ' && c != '\t' && c != '\n' && c != '\r':
			return line, column, fmt.Sprintf("control character 0x%02x", c)
		case c == '\n':
			line, column = line+1, 0
		}
		text = text[n:]
		column++
	}
	return 0, 0, ""
}

// fancy returns the first node below n that uses what scenarios do without:
// a file with aliases can be small and mean gigabytes.
func fancy(n *yaml.Node) (*yaml.Node, string) {
	switch {
	case n.Kind == yaml.AliasNode:
		return n, "aliases (*name)"
	case n.Anchor != "":
		return n, "anchors (&name)"
	case n.Style&yaml.TaggedStyle != 0:
		return n, "tags (!name)"
	}
	for _, c := range n.Content {
		if got, what := fancy(c); got != nil {
			return got, what
		}
	}
	return nil, ""
}
