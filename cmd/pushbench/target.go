package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/google/shlex"
	"github.com/spf13/cobra"

	"pushbench/lab"
	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/targets"
)

// targetHint says how --target is written.
const targetHint = "builtin, a name of pushbench list --targets, a FILE.yaml, an address such as http://127.0.0.1:9000/events, " +
	"or NAME=COMMAND"

// parseTargets reads --target: each value is one target or, with commas between them,
// several. An address publishes by the request publish. Without a value it is builtin alone.
func parseTargets(values []string, publish string) ([]target.Target, error) {
	if len(values) == 0 {
		values = []string{results.Builtin}
	}
	var all []target.Target
	addresses := 0
	for _, value := range values {
		for _, one := range splitTargets(value) {
			t, err := parseTarget(one, publish)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(all, func(other target.Target) bool { return strings.EqualFold(other.Name, t.Name) }) {
				return nil, usage("give each target a name of its own", "--target %s is given twice", t.Name)
			}
			if targets.IsURL(one) && !isCommand(one) {
				addresses++
			}
			all = append(all, t)
		}
	}
	if publish != "" && addresses == 0 {
		return nil, usage("--target http://127.0.0.1:9000/events --publish 'POST /publish'", "--publish is for a --target that is an address")
	}
	return all, nil
}

// splitTargets splits at commas. An address and a command may have commas of their own,
// so that they are the last of a list.
func splitTargets(value string) (all []string) {
	for {
		one, rest, more := strings.Cut(value, ",")
		if !more || isCommand(one) || targets.IsURL(one) {
			return append(all, value)
		}
		all, value = append(all, one), rest
	}
}

// isCommand reports whether a value is NAME=COMMAND; an address may have a = further on.
func isCommand(value string) bool {
	name, _, ok := strings.Cut(value, "=")
	return ok && !targets.IsURL(name)
}

// parseTarget reads one target.
func parseTarget(value, publish string) (t target.Target, err error) {
	switch {
	case isCommand(value):
		name, command, _ := strings.Cut(value, "=")
		words, err := shlex.Split(command)
		if err != nil {
			return t, usage(targetHint, "--target %s: the command cannot be read: %w", name, err)
		}
		if t, err = target.Named(name, words); err != nil {
			return t, usage(targetHint, "--target: %w", err)
		}
		return t, nil
	case value == results.Builtin:
		return target.Builtin(ownServers...), nil
	}
	f, err := findTarget(value, publish)
	if err != nil {
		return t, err
	}
	if err := f.Startable(); err != nil {
		return t, usage("or write a target file of your own: pushbench list --targets TARGET prints an example", "%w", err)
	}
	return target.Described(f)
}

// findTarget finds a target by its address, its file or its name.
func findTarget(value, publish string) (*targets.File, error) {
	if targets.IsURL(value) {
		f, err := targets.Quick(value, publish)
		if err != nil {
			return nil, usage("write a target file for a server that needs more than an address: pushbench list --targets shows examples", "--target: %w", err)
		}
		return f, nil
	}
	if targets.IsPath(value) {
		f, err := targets.Load(value)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usage("pushbench list --targets shows the targets that come with pushbench", "%s: no such file", value)
		}
		return f, err
	}
	if slices.Contains(targets.Names(), value) {
		return targets.Lookup(value)
	}
	hint := targetHint
	if meant := didYouMean(value, append([]string{results.Builtin}, targets.Names()...), "--target "); meant != "" {
		hint = meant + " pushbench list --targets shows all"
	}
	if _, err := os.Stat(value + ".yaml"); err == nil {
		hint = "did you mean the file " + value + ".yaml?"
	}
	return nil, usage(hint, "unknown target %q", value)
}

// describedNames are those of targets that files or addresses describe.
func describedNames(all []target.Target) (names []string) {
	for _, t := range all {
		if t.File != nil {
			names = append(names, t.Name)
		}
	}
	return names
}

// unready gives an error of a target that cannot be used its hint, and an interruption its
// status.
func unready(err error) error {
	if errors.Is(err, context.Canceled) {
		return &exitError{status: exitInterrupted, err: errors.New("interrupted")}
	}
	var u *target.Unready
	if errors.As(err, &u) {
		return usage(u.Hint, "%w", err)
	}
	return err
}

// completeTargets offers what --target can be, also behind a comma.
func completeTargets(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	used := strings.Split(before, ",")
	all, err := targets.Builtin()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	offers := []cobra.Completion{}
	offer := func(name, about string) {
		if !slices.Contains(used, name) {
			offers = append(offers, cobra.CompletionWithDesc(before+name, about))
		}
	}
	offer(results.Builtin, "pushbench's own servers")
	for _, f := range all {
		offer(f.Name, f.About)
	}
	return offers, cobra.ShellCompDirectiveDefault // files, too
}

// answeredBy names a target behind a variant, unless our own servers are the only one.
func answeredBy(r *lab.Runner, name string) string {
	if !slices.ContainsFunc(r.Targets, func(t target.Target) bool { return !t.Own() }) {
		return ""
	}
	return " (" + name + ")"
}
