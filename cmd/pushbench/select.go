package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pushbench/scenarios"
	"pushbench/servers/wire"
)

// selectScenarios returns what the arguments name, built-in scenarios and
// files, in their order; without arguments, a suite. All problems of all files
// come as one error.
func selectScenarios(args []string, suite string) ([]scenarios.Scenario, error) {
	builtin, err := scenarios.Builtin()
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		return ofSuite(builtin, suite)
	}
	var (
		chosen []scenarios.Scenario
		wrong  []error
	)
	from := map[string]string{}
	for _, arg := range args {
		s, err := findScenario(arg, builtin)
		if err != nil {
			if len(args) == 1 {
				return nil, err
			}
			wrong = append(wrong, withHint(err))
			continue
		}
		if before, ok := from[s.Name]; ok {
			return nil, usage("each scenario of a run needs a name of its own: rename the file, or run it alone", "%s and %s are both called %q", before, arg, s.Name)
		}
		from[s.Name] = arg
		chosen = append(chosen, s)
	}
	if wrong != nil {
		return nil, errors.Join(wrong...)
	}
	return chosen, nil
}

// withHint is err in one line, where it is one of several.
func withHint(err error) error {
	var e *exitError
	if errors.As(err, &e) && e.hint != "" {
		return errors.New(err.Error() + " (" + e.hint + ")") // no exitError any more: it is one of several
	}
	return err
}

// suites are all there are.
var suites = []string{scenarios.SuiteDefault, scenarios.SuiteFull, scenarios.SuiteTruth, scenarios.SuiteReproduce, scenarios.SuiteGate, scenarios.SuiteAtlas, scenarios.SuiteScale}

func ofSuite(all []scenarios.Scenario, suite string) ([]scenarios.Scenario, error) {
	if slices.Contains(suites, suite) {
		return slices.DeleteFunc(all, func(s scenarios.Scenario) bool {
			return s.Suite != suite && (suite != scenarios.SuiteFull || s.Suite != scenarios.SuiteDefault)
		}), nil
	}
	hint := didYouMean(suite, suites, "--suite ")
	if hint == "" {
		hint = "it is one of " + strings.Join(suites, ", ")
	}
	return nil, usage(hint, "unknown suite %q", suite)
}

// findScenario takes what looks like a path for a file, all else for the name
// of a built-in scenario.
func findScenario(arg string, builtin []scenarios.Scenario) (scenarios.Scenario, error) {
	if ext := filepath.Ext(arg); ext == ".yaml" || ext == ".yml" || strings.ContainsRune(arg, filepath.Separator) {
		s, err := scenarios.Load(arg)
		if errors.Is(err, os.ErrNotExist) {
			return s, usage("pushbench list shows the built-in scenarios", "%s: no such file", arg)
		}
		return s, err
	}
	var names []string
	for _, s := range builtin {
		if s.Name == arg {
			return s, nil
		}
		names = append(names, s.Name)
	}
	hint := "pushbench list shows them; a file of your own ends with .yaml"
	if meant := didYouMean(arg, names, ""); meant != "" {
		hint = meant + " pushbench list shows all"
	}
	if _, err := os.Stat(arg + ".yaml"); err == nil {
		hint = "did you mean the file " + arg + ".yaml?"
	}
	return scenarios.Scenario{}, usage(hint, "unknown scenario %q", arg)
}

// scenarioNames returns the names of the built-in scenarios.
func scenarioNames() []string {
	builtin, err := scenarios.Builtin()
	if err != nil {
		return nil // completion and hints only: the command itself reports it
	}
	var names []string
	for _, s := range builtin {
		names = append(names, s.Name)
	}
	return names
}

// parseFilter reads --variant and makes sure that every value selects
// something, so that a slip does not look like an empty result.
func parseFilter(values []string, chosen []scenarios.Scenario) (scenarios.Filter, error) {
	if len(values) == 0 {
		return nil, nil
	}
	for _, value := range values {
		filter, err := scenarios.ParseFilter([]string{value})
		if err != nil {
			hint := "pushbench list --variants explains them"
			var unknown wire.UnknownTransport
			if errors.As(err, &unknown) {
				if meant := didYouMean(string(unknown), transportNames(), "--variant "); meant != "" {
					hint = meant
				}
			}
			return nil, usage(hint, "--variant: %w", err)
		}
		if !selects(filter, chosen) {
			return nil, usage("they have "+strings.Join(variantNames(chosen), ", ")+"; for another, copy a scenario with pushbench list SCENARIO and add it there", "--variant %s: none of the scenarios has it", value)
		}
	}
	return scenarios.ParseFilter(values)
}

// selects reports whether any variant of the scenarios passes the filter, points
// of a sweep over the poll interval included.
func selects(filter scenarios.Filter, chosen []scenarios.Scenario) bool {
	return slices.ContainsFunc(chosen, func(s scenarios.Scenario) bool { return s.Has(filter) })
}

// having returns the scenarios that have a variant which passes the filter,
// and the names of those that have none.
func having(filter scenarios.Filter, chosen []scenarios.Scenario) (with []scenarios.Scenario, without []string) {
	for _, s := range chosen {
		if selects(filter, []scenarios.Scenario{s}) {
			with = append(with, s)
		} else {
			without = append(without, s.Name)
		}
	}
	return with, without
}

// variantNames returns every variant that the scenarios run, once each.
func variantNames(chosen []scenarios.Scenario) []string {
	seen := map[wire.Variant]bool{}
	var names []string
	for _, s := range chosen {
		for _, v := range s.Variants {
			if !seen[v] {
				seen[v] = true
				names = append(names, v.String())
			}
		}
	}
	return names
}

func transportNames() []string {
	var names []string
	for _, t := range wire.Transports() {
		names = append(names, string(t))
	}
	return names
}
