package claim

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"pushbench/results"
	"pushbench/results/near"
	"pushbench/scenarios"
	"pushbench/scenarios/strict"
)

// byKind is the word of explain for the ledger by kind.
const byKind = "bytes"

// Longest texts, in characters.
const (
	longestSaying = 160
	longestText   = 600
)

// mostClaims is the largest number of a statement.
const mostClaims = 999

// nameForm is that of names of claims and of their scenarios: both together are the name of one
// in the record.
var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,30}$`)

// lineEnd is what YAML counts as one.
var lineEnd = regexp.MustCompile("\r\n|[\n\r\u0085\u2028\u2029]")

// Parse reads a claim. Name is how reports call it and file how errors call the text. The
// error is a *strict.Error that lists every problem, also those of the scenarios in it.
func Parse(name, file string, text []byte) (Claim, error) {
	r := &reader{Reader: strict.New(file, "claim"), name: name, file: file, lines: lineEnd.Split(string(text), -1), short: map[string]string{}}
	if !nameForm.MatchString(name) {
		r.Problem(1, 1, fmt.Sprintf("a claim cannot be named %q", name), "the name is the file's name without .yaml: small letters, digits and dashes")
	}
	root := r.Document(text, "a claim has at least number, says, why, and criterion or cannot")
	if root == nil {
		return Claim{}, r.Err()
	}
	r.claim(root)
	r.check(root)
	if err := r.Err(); err != nil {
		return Claim{}, err
	}
	r.c.Name, r.c.File, r.c.Text = name, file, string(text)
	return r.c, nil
}

// A reader reads a claim out of its YAML.
type reader struct {
	*strict.Reader
	c          Claim
	name, file string
	lines      []string          // of the text
	short      map[string]string // names of scenarios in the record, by those in the file
	nodes      []*yaml.Node      // of the criteria
}

// claim reads every field of root. The one list of what a file may say is here.
func (r *reader) claim(root *yaml.Node) {
	s := &r.c.Statement
	var criterion *yaml.Node // read last: it names the scenarios
	text := func(dst *string, most int) func(n *yaml.Node, path string) {
		return func(n *yaml.Node, path string) { strict.Set(dst)(r.Text(n, path, most)) }
	}
	r.Mapping(root, "", []strict.Field{
		strict.Key("number", func(n *yaml.Node, path string) { strict.Set(&s.Number)(r.Whole(n, path, 1, mostClaims)) }),
		strict.Key("says", text(&s.Says, longestSaying)),
		strict.Key("why", text(&s.Why, longestText)),
		strict.Key("scenarios", func(n *yaml.Node, path string) { r.scenarios(n, path) }),
		strict.Key("observe", func(n *yaml.Node, path string) { s.Observe = r.words(n, path) }),
		strict.Key("criterion", func(n *yaml.Node, _ string) { criterion = n }),
		strict.Key("explain", func(n *yaml.Node, path string) { s.Explain = r.explain(n, path) }),
		strict.Key("elsewhere", text(&s.Elsewhere, longestText)),
		strict.Key("cannot", text(&s.Cannot, longestText)),
		strict.Key("long", text(&s.Long, longestText)),
	}, func(key string) string {
		switch key {
		case "name":
			return "the name is that of the file"
		case "ratio", "difference", "bound", "works", "fails", "observation", "that":
			return "it belongs below criterion:"
		case "about":
			return "a claim has says: and why:"
		}
		return ""
	})
	if criterion != nil {
		r.criteria(criterion, "criterion")
	}
	for _, key := range []struct{ name, hint string }{
		{"number", "its place in the list of claims"},
		{"says", "the statement in one sentence, as people make it"},
		{"why", "what is behind it, in one to three sentences"},
	} {
		if r.At[key.name] == nil {
			r.Problem(root.Line, root.Column, key.name+" is missing", key.hint)
		}
	}
}

// scenarios reads the scenarios by their names in the file.
func (r *reader) scenarios(n *yaml.Node, path string) {
	r.Map(n, path, "a mapping from names to scenarios, such as feed: live-feed", r.scenario)
}

// scenario reads one of them: the name of a built-in one, or a scenario on lines of its own.
func (r *reader) scenario(short string, n *yaml.Node, path string) {
	if !nameForm.MatchString(short) {
		r.Wrong(n, path, fmt.Sprintf("a scenario of a claim cannot be named %s", strict.Quote(short)), "small letters, digits and dashes")
		return
	}
	var s scenarios.Scenario
	var err error
	if n.Kind == yaml.ScalarNode {
		text, ok := r.Scalar(n, path, "the name of a built-in scenario, or a scenario")
		if !ok {
			return
		}
		if s, err = builtin(text); err != nil {
			r.Wrong(n, path, fmt.Sprintf("there is no built-in scenario %s", strict.Quote(text)), err.Error())
			return
		}
	} else {
		if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle != 0 {
			r.Wrong(n, path, fmt.Sprintf("%s is not a scenario on lines of its own", path), "indented below its name, as in a file of its own; or the name of a built-in one")
			return
		}
		s, err = scenarios.Parse(r.name+"."+short, r.file, []byte(r.below(n)))
		var wrong *strict.Error
		if errors.As(err, &wrong) {
			for _, p := range wrong.Problems {
				r.Wrong(&yaml.Node{Line: p.Line + n.Line - 1, Column: p.Column + n.Column - 1}, path, p.Message, p.Hint)
			}
		}
		if err != nil {
			return
		}
	}
	r.short[short] = s.Name
	r.c.Scenarios = append(r.c.Scenarios, s)
	r.c.Statement.Scenarios = append(r.c.Statement.Scenarios, s.Name)
}

// builtins are read once.
var builtins = sync.OnceValues(scenarios.Builtin)

// builtin is the built-in scenario of that name. The error is a hint.
func builtin(name string) (scenarios.Scenario, error) {
	all, err := builtins()
	if err != nil {
		return scenarios.Scenario{}, err
	}
	var names []string
	for _, s := range all {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	if w := near.Word(name, names); w != "" {
		return scenarios.Scenario{}, fmt.Errorf("did you mean %q?", w)
	}
	return scenarios.Scenario{}, errors.New("pushbench list shows them")
}

// below returns the lines of a mapping in block style as a text of their own: the scenario
// that the record keeps. Lines that are further to the left end it, but for comments and
// empty ones within.
func (r *reader) below(n *yaml.Node) string {
	indent, end := n.Column-1, n.Line-1
	if n.Line > len(r.lines) {
		return ""
	}
	for i := n.Line - 1; i < len(r.lines); i++ {
		line := r.lines[i]
		text := strings.TrimLeft(line, " ")
		switch {
		case text == "" || text[0] == '#':
			continue
		case len(line)-len(text) < indent && i > n.Line-1:
			return r.dedented(n.Line-1, end, indent)
		}
		end = i + 1
	}
	return r.dedented(n.Line-1, end, indent)
}

func (r *reader) dedented(from, to, indent int) string {
	var b strings.Builder
	for _, line := range r.lines[from:to] {
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		b.WriteString(line[min(indent, spaces):] + "\n")
	}
	return b.String()
}

// words reads a list of names.
func (r *reader) words(n *yaml.Node, path string) (all []string) {
	r.List(n, path, "a list of names of experiments", func(n *yaml.Node) {
		text, ok := r.Scalar(n, path, "the name of an experiment")
		switch {
		case !ok:
		case !nameForm.MatchString(text):
			r.Wrong(n, path, fmt.Sprintf("%s is no name of an experiment", strict.Quote(text)), "small letters, digits and dashes")
		case slices.Contains(all, text):
			r.Wrong(n, path, fmt.Sprintf("%s is listed twice", text), "")
		default:
			all = append(all, text)
		}
	})
	return all
}

// explain reads what explains the verdict.
func (r *reader) explain(n *yaml.Node, path string) (all []string) {
	r.List(n, path, "a list of metrics, and bytes for the ledger by kind", func(n *yaml.Node) {
		text, ok := r.Scalar(n, path, "a metric, or bytes")
		if !ok {
			return
		}
		if _, err := results.FindMetric(text); err != nil && text != byKind {
			r.Wrong(n, path, err.Error(), "")
			return
		}
		if slices.Contains(all, text) {
			r.Wrong(n, path, fmt.Sprintf("%s is listed twice", text), "")
			return
		}
		all = append(all, text)
	})
	return all
}
