package main

import (
	"slices"
	"strings"

	"github.com/google/shlex"
	"github.com/spf13/cobra"

	"pushbench/lab"
	"pushbench/lab/target"
	"pushbench/results"
)

// targetHint says how --target is written.
const targetHint = "builtin, or NAME=COMMAND for a server of your own, such as --target 'old=./old/pushbench serve --ready'"

// parseTargets reads --target: each value is builtin, or a name and the command that
// starts a server. Without a value it is builtin alone.
func parseTargets(values []string) ([]target.Target, error) {
	own := target.Builtin(ownServers...)
	if len(values) == 0 {
		return []target.Target{own}, nil
	}
	var all []target.Target
	for _, value := range values {
		name, command, named := strings.Cut(value, "=")
		t := own
		switch {
		case named:
			words, err := shlex.Split(command)
			if err != nil {
				return nil, usage(targetHint, "--target %s: the command cannot be read: %w", name, err)
			}
			if t, err = target.Named(name, words); err != nil {
				return nil, usage(targetHint, "--target: %w", err)
			}
		case name != results.Builtin:
			hint := targetHint
			if meant := didYouMean(name, []string{results.Builtin}, "--target "); meant != "" {
				hint = meant
			}
			return nil, usage(hint, "unknown target %q", name)
		}
		if slices.ContainsFunc(all, func(other target.Target) bool { return strings.EqualFold(other.Name, t.Name) }) {
			return nil, usage("give each target a name of its own", "--target %s is given twice", t.Name)
		}
		all = append(all, t)
	}
	return all, nil
}

// completeTargets offers what --target can be.
func completeTargets(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []cobra.Completion{cobra.CompletionWithDesc(results.Builtin, "pushbench's own servers")}, cobra.ShellCompDirectiveNoFileComp
}

// answeredBy names a target behind a variant, unless our own servers are the only one.
func answeredBy(r *lab.Runner, name string) string {
	if !slices.ContainsFunc(r.Targets, func(t target.Target) bool { return !t.Own() }) {
		return ""
	}
	return " (" + name + ")"
}
