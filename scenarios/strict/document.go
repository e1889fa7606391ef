package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// MaxText is the size in bytes of the largest file.
const MaxText = 1 << 20

// Read returns the text of the file at path, and at most one byte more than MaxText of it.
func Read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxText+1))
}

// Document returns the mapping that text consists of, or nil and a problem. Shortest
// says what the shortest file is.
func (r *Reader) Document(text []byte, shortest string) *yaml.Node {
	if len(text) > MaxText {
		r.Problem(1, 1, "the file is larger than 1 MiB", "a "+r.noun+" is a page of text")
		return nil
	}
	if line, column, c := unreadable(text); line > 0 {
		r.Problem(line, column, fmt.Sprintf("the file is not UTF-8 text: %s", c), "")
		return nil
	}
	var doc, more yaml.Node
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err == nil {
		err = loader.Load(&doc)
	}
	if err == io.EOF || err == nil && (len(doc.Content) == 0 || doc.Content[0].ShortTag() == "!!null") {
		r.Problem(1, 1, "the file is empty", shortest)
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
			r.Problem(more.Line, more.Column, "a second document begins here", "one file is one "+r.noun)
		}
		return nil
	}
	root := doc.Content[0]
	if n, what := fancy(root); n != nil {
		r.Problem(n.Line, n.Column, what+" are not used in a "+r.noun, "write the value out")
		return nil
	}
	if root.Kind != yaml.MappingNode {
		r.Problem(root.Line, root.Column, fmt.Sprintf("the file is %s", Kind(root)), "a "+r.noun+" is a mapping, lines of key: value")
		return nil
	}
	return root
}

// syntax reports an error of the YAML itself.
func (r *Reader) syntax(err error) {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		r.Problem(1, 1, err.Error(), "")
		return
	}
	hint := ""
	if e.ContextMsg != "" {
		hint = e.ContextMsg
		if e.ContextMark.Line > 0 && e.ContextMark.Line != e.Mark.Line {
			hint += fmt.Sprintf(" that begins on line %d", e.ContextMark.Line)
		}
	}
	r.Problem(max(1, e.Mark.Line), max(1, e.Mark.Column), e.Message, hint)
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

// fancy returns the first node below n that uses what these files do without:
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
