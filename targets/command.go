package targets

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/shlex"
	"go.yaml.in/yaml/v4"

	"pushbench/scenarios/strict"
)

// start reads a command, or a mapping with a command in it.
func (r *reader) start(n *yaml.Node, path string, p *Process) {
	p.Environment, p.Directory = nil, r.dir
	if n.Kind != yaml.MappingNode {
		p.Command = r.command(n, path)
		return
	}
	r.Mapping(n, path+".", []strict.Field{
		strict.Key("command", func(n *yaml.Node, path string) { p.Command = r.command(n, path) }),
		strict.Key("directory", func(n *yaml.Node, path string) {
			if text, ok := r.Text(n, path, 4096); ok {
				p.Directory = r.place(text)
			}
		}),
		strict.Key("environment", func(n *yaml.Node, path string) {
			r.Map(n, path, "lines of NAME: value", func(key string, n *yaml.Node, path string) {
				text, ok := r.Scalar(n, path, "a value, in quotes if it is empty")
				if !keyForm.MatchString(key) {
					r.Wrong(n, path, fmt.Sprintf("%s is not a name for an environment variable", strict.Quote(key)), "letters, digits and underscores")
				} else if ok {
					r.places(n, path, text)
					p.Environment = append(p.Environment, key+"="+text)
				}
			})
		}),
	}, func(string) string { return "" })
	if r.At[path+".command"] == nil {
		r.Wrong(n, path, path+" has no command", "command: node server.mjs {port}")
	}
}

var keyForm = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// place is the path of what a file names; empty: it cannot be known.
func (r *reader) place(text string) string {
	switch text = filepath.FromSlash(text); {
	case filepath.IsAbs(text):
		return text
	case r.dir == "":
		return ""
	}
	return filepath.Join(r.dir, text)
}

// command reads a command as a shell would, without a shell, or as a list of words. It
// is nil where something is wrong.
func (r *reader) command(n *yaml.Node, path string) (words []string) {
	const want = "a command such as node server.mjs {port}, or a list of its words"
	if n.Kind == yaml.SequenceNode {
		r.List(n, path, want, func(n *yaml.Node) {
			if text, ok := r.Scalar(n, path, quoted(n, want)); ok {
				words = append(words, text)
			}
		})
	} else if text, ok := r.Scalar(n, path, quoted(n, want)); ok {
		var err error
		if words, err = shlex.Split(text); err != nil {
			r.Wrong(n, path, fmt.Sprintf("%s cannot be split into words: %v", path, err), "close the quotes, or write a list of words")
			return nil
		}
		if len(words) == 0 {
			r.Wrong(n, path, path+" is empty", want)
		}
	}
	for i, w := range words {
		if strings.Contains(w, Own) {
			if (i > 0 || w != Own) || !strings.HasSuffix(path, "start") && !strings.HasSuffix(path, "start.command") && path != "version" {
				r.Wrong(n, path, fmt.Sprintf("%s has %s, which is pushbench itself", path, Own), "it can only be the first word of start: or version:")
			}
			continue
		}
		r.places(n, path, w)
	}
	return words
}

// quoted is what is wanted where n is text; a { without quotes has made a mapping of it.
func quoted(n *yaml.Node, want string) string {
	if n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle != 0 {
		return "YAML reads a { as a mapping: put the whole value in quotes"
	}
	return want
}

var placeForm = regexp.MustCompile(`\{[a-z]+\}`)

// places reports what looks like {port}, and is not.
func (r *reader) places(n *yaml.Node, path, text string) {
	if path == "version" || strings.HasPrefix(path, "install.") { // before anything is chosen
		if place := placeForm.FindString(text); place == placePort || place == placeServer {
			r.Wrong(n, path, fmt.Sprintf("%s has %s, which has no value here", path, place), "only start: and url: can have it")
		}
		return
	}
	known := []string{placePort}
	if strings.HasPrefix(path, "proxy.") {
		known = append(known, placeServer)
	}
	for _, at := range placeForm.FindAllStringIndex(text, -1) {
		place := text[at[0]:at[1]]
		if !slices.Contains(known, place) && (at[0] == 0 || text[at[0]-1] != '$') {
			r.Wrong(n, path, fmt.Sprintf("%s has %s, which has no value", path, place), "it can have "+strings.Join(known, " and "))
		}
	}
}
