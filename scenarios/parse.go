package scenarios

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"pushbench/scenarios/strict"
)

// Load reads the scenario in the file at path. What is wrong with its content
// is a *strict.Error.
func Load(path string) (Scenario, error) {
	text, err := strict.Read(path)
	if err != nil {
		return Scenario{}, err
	}
	name := filepath.Base(path)
	return Parse(strings.TrimSuffix(strings.TrimSuffix(name, ".yaml"), ".yml"), path, text)
}

// Parse reads a scenario. Name is how reports call it and file how errors and
// the record call the text. The error is a *strict.Error that lists every problem.
//
// Note: the tree is walked here, not by yaml's decoder into a struct: that
// one reports unknown keys and types but has no place for values, so that a
// user would have to correct a file twice.
func Parse(name, file string, text []byte) (Scenario, error) {
	r := &reader{strict.New(file, "scenario")}
	if !nameForm.MatchString(name) {
		r.Problem(1, 1, fmt.Sprintf("a scenario cannot be named %q", name),
			"the name is the file's name without .yaml: letters, digits, dashes and dots")
	}
	root := r.Document(text, "the shortest scenario is one line, about:")
	if root == nil {
		return Scenario{}, r.Err()
	}
	s := r.scenario(root)
	if s.Send.Rate > 0 && r.At["events.rate"] == nil {
		s.Events.Rate = 0
	}
	if s.Fault.Kind != "" && s.Reconnect == nil {
		s.Reconnect = &Reconnect{After: asEventSource}
	}
	r.check(s)
	if err := r.Err(); err != nil {
		return Scenario{}, err
	}
	s.Name, s.File, s.Text = name, file, string(text)
	return s, nil
}

// A reader reads a scenario out of its YAML.
type reader struct{ *strict.Reader }

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$`)
