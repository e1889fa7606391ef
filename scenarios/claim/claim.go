package claim

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"pushbench/results"
	"pushbench/scenarios"
	"pushbench/scenarios/strict"
)

// A Claim is a statement with the scenarios that its numbers come from. Make one with
// Parse, Load or Builtin, which check it; it is not changed afterwards and may be used
// concurrently.
type Claim struct {
	results.Statement
	Scenarios []scenarios.Scenario // those that Statement.Scenarios names, in that order
}

//go:embed *.yaml
var files embed.FS

// Builtin returns the embedded claims in the order of their numbers.
func Builtin() ([]Claim, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	var all []Claim
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		c, err := Parse(strings.TrimSuffix(path.Base(name), ".yaml"), scenarios.BuiltinFile, text)
		if err != nil {
			return nil, fmt.Errorf("built-in claim %s: %w", name, err)
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Claim) int { return a.Number - b.Number })
	return all, nil
}

// Load reads the claim in the file at path. What is wrong with its content is a
// *strict.Error.
func Load(path string) (Claim, error) {
	text, err := strict.Read(path)
	if err != nil {
		return Claim{}, err
	}
	name := filepath.Base(path)
	return Parse(strings.TrimSuffix(strings.TrimSuffix(name, ".yaml"), ".yml"), path, text)
}

// Scenarios returns those of all claims, each once: a built-in one may be named by several.
func Scenarios(claims []Claim) (all []scenarios.Scenario) {
	for _, c := range claims {
		for _, s := range c.Scenarios {
			if !slices.ContainsFunc(all, func(o scenarios.Scenario) bool { return o.Name == s.Name }) {
				all = append(all, s)
			}
		}
	}
	return all
}

// Kin names, by scenario, the claim that compares it, the first of several; nil: there are no claims.
func Kin(claims []Claim) (kin map[string]string) {
	for _, c := range claims {
		for _, s := range c.Scenarios {
			if kin == nil {
				kin = map[string]string{}
			}
			if kin[s.Name] == "" {
				kin[s.Name] = c.Name
			}
		}
	}
	return kin
}

// Statements returns what the record keeps of claims.
func Statements(claims []Claim) (all []results.Statement) {
	for _, c := range claims {
		all = append(all, c.Statement)
	}
	return all
}
