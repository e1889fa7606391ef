package strict

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

	"pushbench/results/near"
	"pushbench/servers/wire"
)

// A Reader takes values out of a tree of nodes and collects what is wrong. A value has a
// path, such as events.rate. What reads a value reports what is wrong with it, and
// returns false.
type Reader struct {
	At map[string]*yaml.Node // where the value of each path stands

	file, noun string
	problems   []Problem
	bad        map[string]bool // paths that have a problem already
}

// New returns a reader of the file with that name. Noun is what the file is, such as
// scenario.
func New(file, noun string) *Reader {
	return &Reader{file: file, noun: noun, At: map[string]*yaml.Node{}, bad: map[string]bool{}}
}

// Problem reports what is wrong at a place that has no path.
func (r *Reader) Problem(line, column int, message, hint string) {
	r.problems = append(r.problems, Problem{File: r.file, Line: line, Column: column, Message: message, Hint: hint})
}

// Wrong reports a problem with the value n of path.
func (r *Reader) Wrong(n *yaml.Node, path, message, hint string) {
	r.bad[path] = true
	r.Problem(n.Line, n.Column, message, hint)
}

// Good reports whether no value of paths is wrong.
func (r *Reader) Good(paths ...string) bool {
	return !slices.ContainsFunc(paths, func(p string) bool { return r.bad[p] })
}

// Sound reports whether neither the value of path nor one below it is wrong.
func (r *Reader) Sound(path string) bool {
	for bad := range r.bad {
		if bad == path || strings.HasPrefix(bad, path+".") {
			return false
		}
	}
	return true
}

// Node returns where the value stands at the first of paths that the file has, or the
// beginning of the file.
func (r *Reader) Node(paths ...string) *yaml.Node {
	for _, p := range paths {
		if n := r.At[p]; n != nil {
			return n
		}
	}
	return &yaml.Node{Line: 1, Column: 1}
}

// A Field is a key of a mapping and what reads its value.
type Field struct {
	name string
	read func(n *yaml.Node, path string)
}

// Name is the key.
func (f Field) Name() string { return f.name }

// Key is the field of that name.
func Key(name string, read func(n *yaml.Node, path string)) Field { return Field{name, read} }

// Set returns a function that stores a value in dst if it is ok.
func Set[T any](dst *T) func(T, bool) {
	return func(v T, ok bool) {
		if ok {
			*dst = v
		}
	}
}

// Mapping reads n's keys by fields; prefix is n's own path with a dot, or
// empty. Elsewhere returns where a key that is unknown here belongs.
func (r *Reader) Mapping(n *yaml.Node, prefix string, fields []Field, elsewhere func(key string) string) {
	if n.Kind != yaml.MappingNode {
		path := strings.TrimSuffix(prefix, ".")
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, Kind(n)), "a mapping with the keys "+names(fields))
		return
	}
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			r.Problem(key.Line, key.Column, fmt.Sprintf("a key is a word, not %s", Kind(key)), "")
			continue
		}
		if line, ok := first[key.Value]; ok {
			r.Problem(key.Line, key.Column, fmt.Sprintf("key %s is given twice", Quote(key.Value)), fmt.Sprintf("first on line %d", line))
			continue
		}
		first[key.Value] = key.Line
		j := slices.IndexFunc(fields, func(f Field) bool { return f.name == key.Value })
		if j < 0 {
			r.Problem(key.Line, key.Column, "unknown key "+Quote(key.Value), suggest(key.Value, fields, elsewhere))
			continue
		}
		r.At[prefix+key.Value] = value
		fields[j].read(value, prefix+key.Value)
	}
}

// Map calls read for each key of n that is a word, and its value. The keys are the user's own.
func (r *Reader) Map(n *yaml.Node, path, want string, read func(key string, n *yaml.Node, path string)) {
	if n.Kind != yaml.MappingNode {
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, Kind(n)), want)
		return
	}
	var fields []Field
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; key.Kind == yaml.ScalarNode {
			fields = append(fields, Key(key.Value, func(n *yaml.Node, path string) { read(key.Value, n, path) }))
		}
	}
	r.Mapping(n, path+".", fields, func(string) string { return "" })
}

func suggest(key string, fields []Field, elsewhere func(string) string) string {
	var words []string
	for _, f := range fields {
		words = append(words, f.name)
	}
	if w := near.Word(strings.ReplaceAll(key, "_", "-"), words); w != "" {
		return fmt.Sprintf("did you mean %q?", w)
	}
	return cmp.Or(elsewhere(key), "the keys here are "+names(fields))
}

func names(fields []Field) string {
	var words []string
	for _, f := range fields {
		words = append(words, f.name)
	}
	return strings.Join(words, ", ")
}

// Scalar returns n's text when n is one plain value; want says what would be
// right.
func (r *Reader) Scalar(n *yaml.Node, path, want string) (string, bool) {
	switch {
	case n.Kind != yaml.ScalarNode:
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, Kind(n)), want)
	case n.ShortTag() == "!!null":
		r.Wrong(n, path, path+" has no value", want)
	default:
		return n.Value, true
	}
	return "", false
}

// List calls read for each element of n, which has at least one.
func (r *Reader) List(n *yaml.Node, path, want string, read func(n *yaml.Node)) {
	switch {
	case n.Kind == yaml.SequenceNode && len(n.Content) == 0:
		r.Wrong(n, path, path+" is an empty list", want)
	case n.Kind != yaml.SequenceNode:
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, Kind(n)), want)
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

// Whole reads a whole number between least and most.
func (r *Reader) Whole(n *yaml.Node, path string, least, most int) (int, bool) {
	want := fmt.Sprintf("a whole number between %d and %d", least, most)
	text, ok := r.Scalar(n, path, want)
	if !ok {
		return 0, false
	}
	if !r.bare(n, path, text, want) {
		return 0, false
	}
	v, err := strconv.Atoi(text)
	if !wholeForm.MatchString(text) || err != nil || v < least || v > most {
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, shown(text)), want)
		return 0, false
	}
	return v, true
}

// Number reads a number between least and most.
func (r *Reader) Number(n *yaml.Node, path string, least, most float64) (float64, bool) {
	want := fmt.Sprintf("a number between %v and %v", least, strconv.FormatFloat(most, 'f', -1, 64))
	text, ok := r.Scalar(n, path, want)
	if !ok || !r.bare(n, path, text, want) {
		return 0, false
	}
	v, err := strconv.ParseFloat(text, 64)
	if !numberForm.MatchString(text) || err != nil || v < least || v > most {
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, shown(text)), want)
		return 0, false
	}
	return v, true
}

// bare refuses a number in quotes.
func (r *Reader) bare(n *yaml.Node, path, text, want string) bool {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		return true
	}
	hint := want
	if numberForm.MatchString(text) {
		hint = "remove the quotes"
	}
	r.Wrong(n, path, fmt.Sprintf("%s is text, %s", path, strconv.Quote(text)), hint)
	return false
}

// Duration reads a duration between least and most.
func (r *Reader) Duration(n *yaml.Node, path string, least, most time.Duration) (time.Duration, bool) {
	want := fmt.Sprintf("a duration between %s and %s", wire.Duration(least), wire.Duration(most))
	text, ok := r.Scalar(n, path, want)
	if !ok {
		return 0, false
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil && numberForm.MatchString(text):
		r.Wrong(n, path, fmt.Sprintf("%s is %s, without a unit", path, text), fmt.Sprintf("%ss for seconds, %sms for milliseconds", text, text))
	case err != nil:
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, shown(text)), want+", such as 500ms or 2s")
	case d < least || d > most:
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, text), want)
	default:
		return d, true
	}
	return 0, false
}

// Word reads one of words.
func (r *Reader) Word(n *yaml.Node, path string, words ...string) (string, bool) {
	want := "one of " + strings.Join(words, ", ")
	text, ok := r.Scalar(n, path, want)
	if !ok {
		return "", false
	}
	if !slices.Contains(words, text) {
		if w := near.Word(text, words); w != "" {
			want = fmt.Sprintf("did you mean %q?", w)
		}
		r.Wrong(n, path, fmt.Sprintf("%s is %s", path, shown(text)), want)
		return "", false
	}
	return text, true
}

// Bool reads true or false.
func (r *Reader) Bool(n *yaml.Node, path string) (v, ok bool) {
	text, ok := r.Word(n, path, "true", "false")
	return text == "true", ok
}

// Text reads one line of text of at most most characters.
func (r *Reader) Text(n *yaml.Node, path string, most int) (string, bool) {
	want := fmt.Sprintf("one line of at most %d characters", most)
	text, ok := r.Scalar(n, path, want)
	if !ok {
		return "", false
	}
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		r.Wrong(n, path, path+" is empty", want)
	case strings.ContainsAny(text, "\r\n") || utf8.RuneCountInString(text) > most:
		r.Wrong(n, path, path+" is too long", want)
	default:
		return text, true
	}
	return "", false
}

// Kind says what n is, with its article.
func Kind(n *yaml.Node) string {
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
	return Quote(text)
}

// Quote returns the beginning of text in quotes.
func Quote(text string) string {
	if c := []rune(text); len(c) > 40 {
		text = string(c[:40]) + "…"
	}
	return strconv.Quote(text)
}
