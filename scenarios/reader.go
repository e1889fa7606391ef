package scenarios

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"pushbench/servers/wire"
)

// A reader takes values out of a tree of nodes and collects what is wrong.
type reader struct {
	file     string
	problems []Problem
	at       map[string]*yaml.Node // by path: events.rate
	bad      map[string]bool       // paths that have a problem already
}

func (r *reader) problem(line, column int, message, hint string) {
	r.problems = append(r.problems, Problem{File: r.file, Line: line, Column: column, Message: message, Hint: hint})
}

// wrong reports a problem with the value n of path.
func (r *reader) wrong(n *yaml.Node, path, message, hint string) {
	r.bad[path] = true
	r.problem(n.Line, n.Column, message, hint)
}

// A field is a key of a mapping and what reads its value.
type field struct {
	name string
	read func(n *yaml.Node, path string)
}

// mapping reads n's keys by fields; prefix is n's own path with a dot, or
// empty. Elsewhere returns where a key that is unknown here belongs.
func (r *reader) mapping(n *yaml.Node, prefix string, fields []field, elsewhere func(key string) string) {
	if n.Kind != yaml.MappingNode {
		path := strings.TrimSuffix(prefix, ".")
		r.wrong(n, path, fmt.Sprintf("%s is %s", path, kind(n)), "a mapping with the keys "+names(fields))
		return
	}
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.problem(key.Line, key.Column, fmt.Sprintf("a key is a word, not %s", kind(key)), "")
			continue
		}
		if line, ok := first[key.Value]; ok {
			r.problem(key.Line, key.Column, fmt.Sprintf("key %s is given twice", quote(key.Value)), fmt.Sprintf("first on line %d", line))
			continue
		}
		first[key.Value] = key.Line
		j := slices.IndexFunc(fields, func(f field) bool { return f.name == key.Value })
		if j < 0 {
			r.problem(key.Line, key.Column, "unknown key "+quote(key.Value), suggest(key.Value, fields, elsewhere))
			continue
		}
		r.at[prefix+key.Value] = value
		fields[j].read(value, prefix+key.Value)
	}
}

func suggest(key string, fields []field, elsewhere func(string) string) string {
	var words []string
	for _, f := range fields {
		words = append(words, f.name)
	}
	if w := nearest(strings.ReplaceAll(key, "_", "-"), words); w != "" {
		return fmt.Sprintf("did you mean %q?", w)
	}
	return cmp.Or(elsewhere(key), "the keys here are "+names(fields))
}

func names(fields []field) string {
	var words []string
	for _, f := range fields {
		words = append(words, f.name)
	}
	return strings.Join(words, ", ")
}

// scalar returns n's text when n is one plain value; want says what would be
// right.
func (r *reader) scalar(n *yaml.Node, path, want string) (string, bool) {
	switch {
	case n.Kind != yaml.ScalarNode:
		r.wrong(n, path, fmt.Sprintf("%s is %s", path, kind(n)), want)
	case n.ShortTag() == "!!null":
		r.wrong(n, path, path+" has no value", want)
	default:
		return n.Value, true
	}
	return "", false
}

// list calls read for each element of n, which has at least one.
func (r *reader) list(n *yaml.Node, path, want string, read func(n *yaml.Node)) {
	switch {
	case n.Kind == yaml.SequenceNode && len(n.Content) == 0:
		r.wrong(n, path, path+" is an empty list", want)
	case n.Kind != yaml.SequenceNode:
		r.wrong(n, path, fmt.Sprintf("%s is %s", path, kind(n)), want)
	default:
		for _, c := range n.Content {
			read(c)
		}
	}
}

var (
	wholeForm  = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	numberForm = regexp.MustCompile(`^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
)

// whole reads a whole number between least and most.
func (r *reader) whole(n *yaml.Node, path string, least, most int) (int, bool) {
	want := fmt.Sprintf("a whole number between %d and %d", least, most)
	text, ok := r.scalar(n, path, want)
	if !ok {
		return 0, false
	}
	if !r.bare(n, path, text, want) {
		return 0, false
	}
	v, err := strconv.Atoi(text)
	if !wholeForm.MatchString(text) || err != nil || v < least || v > most {
		r.wrong(n, path, fmt.Sprintf("%s is %s", path, shown(text)), want)
		return 0, false
	}
	return v, true
}

// number reads a number between least and most.
func (r *reader) number(n *yaml.Node, path string, least, most float64) (float64, bool) {
	want := fmt.Sprintf("a number between %v and %v", least, strconv.FormatFloat(most, 'f', -1, 64))
	text, ok := r.scalar(n, path, want)
	if !ok || !r.bare(n, path, text, want) {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	if !numberForm.MatchString(text) || err != nil || v < least || v > most {
		r.wrong(n, path, fmt.Sprintf("%s is %s", path, shown(text)), want)
		return 0, false
	}
	return v, true
}

// bare refuses a number in quotes.
func (r *reader) bare(n *yaml.Node, path, text, want string) bool {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		return true
	}
	hint := want
	if numberForm.MatchString(text) {
		hint = "remove the quotes"
	}
	r.wrong(n, path, fmt.Sprintf("%s is text, %s", path, strconv.Quote(text)), hint)
	return false
}

// duration reads a duration between least and most.
func (r *reader) duration(n *yaml.Node, path string, least, most time.Duration) (time.Duration, bool) {
	want := fmt.Sprintf("a duration between %s and %s", wire.Duration(least), wire.Duration(most))
	text, ok := r.scalar(n, path, want)
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil && numberForm.MatchString(text):
		r.wrong(n, path, fmt.Sprintf("%s is %s, without a unit", path, text), fmt.Sprintf("%ss for seconds, %sms for milliseconds", text, text))
	case err != nil:
		r.wrong(n, path, fmt.Sprintf("%s is %s", path, shown(text)), want+", such as 500ms or 2s")
	case d < least || d > most:
		r.wrong(n, path, fmt.Sprintf("%s is %s", path, text), want)
	default:
		return d, true
	}
	return 0, false
}

// word reads one of words.
func (r *reader) word(n *yaml.Node, path string, words ...string) (string, bool) {
	want := "one of " + strings.Join(words, ", ")
	text, ok := r.scalar(n, path, want)
	if !ok {
		return "", false
	}
	if !slices.Contains(words, text) {
		if w := nearest(text, words); w != "" {
			want = fmt.Sprintf("did you mean %q?", w)
		}
		r.wrong(n, path, fmt.Sprintf("%s is %s", path, shown(text)), want)
		return "", false
	}
	return text, true
}

// text reads one line of text of at most most characters.
func (r *reader) text(n *yaml.Node, path string, most int) (string, bool) {
	want := fmt.Sprintf("one line of at most %d characters", most)
	text, ok := r.scalar(n, path, want)
	if !ok {
		return "", false
	}
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		r.wrong(n, path, path+" is empty", want)
	case strings.ContainsAny(text, "\r\n") || utf8.RuneCountInString(text) > most:
		r.wrong(n, path, path+" is too long", want)
	default:
		return text, true
	}
	return "", false
}

// kind says what n is, with its article.
func kind(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.ShortTag() == "!!null":
		return "nothing"
	}
	return shown(n.Value)
}

// shown returns a number as it stands and any other text in quotes.
func shown(text string) string {
	if numberForm.MatchString(text) && len(text) < 40 {
		return text
	}
	return quote(text)
}

// quote returns the beginning of text in quotes.
func quote(text string) string {
	if c := []rune(text); len(c) > 40 {
		text = string(c[:40]) + "…"
	}
	return strconv.Quote(text)
}
