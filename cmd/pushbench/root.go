package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pushbench/results/near"
	"pushbench/results/safe"
)

// newRoot returns the whole command, about to execute args, every part of it
// writing to the two writers given.
func newRoot(args []string, stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "pushbench COMMAND",
		Short: "Which transport should carry my events, and what will it cost me?",
		Long: `Which transport should carry my events, and what will it cost me?

pushbench runs matching polling, long-polling, SSE and WebSocket servers under
one load generator, measures event latency, bytes on the wire and connection
cost, and draws the comparison.`,
		Example: `  pushbench run                       # the default suite: five minutes, one report
  pushbench run live-feed --trials 3  # one scenario, quickly
  pushbench list                      # what can be run, and how long it takes
  pushbench check --target express    # how does that server behave?
  pushbench atlas --dry-run           # every server that is installed, beside ours
  pushbench claims --list             # what people say, and what can be tested here
  pushbench compare before after      # is it slower or chattier than it was?
  pushbench estimate --clients 10000 --rate 2   # what your load would cost
  pushbench serve                     # the four servers, by hand and in a browser
  pushbench doctor                    # can this machine measure at all?`,
		Args:              cobra.ArbitraryArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(newHelp())
	line := append([]string{root.Name()}, args...)
	groups := []commands{
		{"Measure", []*cobra.Command{newRun(line), newCapacity(line), newAtlas(line), newClaims(line), newAgent()}},
		{"Before you measure", []*cobra.Command{newCheck(), newEstimate(), newList(), newDoctor(), newServe()}},
		{"Read", []*cobra.Command{newReport(), newHistory()}},
		{"Guard a server in CI", []*cobra.Command{newDuel(line), newCompare(line), newCalibrate(line), newInitCI()}},
		{"Check pushbench itself", []*cobra.Command{newTruth(line), newReproduce(line)}},
		{"Other", []*cobra.Command{newVersion(line), newCompletion()}},
	}
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { help(cmd, groups) })
	all := []*cobra.Command{root}
	for _, g := range groups {
		root.AddCommand(g.all...)
		all = append(all, g.all...)
	}
	for _, cmd := range all {
		cmd.Flags().SortFlags = false
		cmd.Flags().BoolP("help", "h", false, "show this")
	}
	return root
}

// unknownCommand says what was probably meant: a command, or the run of a
// scenario of that name.
func unknownCommand(root *cobra.Command, word string) error {
	hint := "pushbench --help lists the commands"
	if meant := didYouMean(word, commandNames(root), "pushbench "); meant != "" {
		hint = meant
	}
	if ext := filepath.Ext(word); ext == ".yaml" || ext == ".yml" || slices.Contains(scenarioNames(), word) {
		hint = "did you mean " + safe.Command("pushbench", "run", word) + "?"
	}
	return usage(hint, "unknown command %q", word)
}

func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError turns what pflag says into one line and a hint.
func flagError(cmd *cobra.Command, err error) error {
	all := "pushbench --help lists the commands"
	if cmd.HasParent() {
		all = cmd.CommandPath() + " --help lists the flags"
	}
	var (
		unknown *pflag.NotExistError
		missing *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if shorts := unknown.GetSpecifiedShortnames(); shorts != "" {
			return usage(shortHint(cmd, name, shorts, all), "unknown flag -%s%s", shorts, of(cmd))
		}
		return usage(unknownFlag(cmd, name, all), "unknown flag --%s%s", name, of(cmd))
	case errors.As(err, &missing):
		return usage(all, "flag --%s needs a value", missing.GetFlag().Name)
	case errors.As(err, &invalid):
		f := invalid.GetFlag()
		return usage(all, "--%s must be %s, not %q", f.Name, wants(f), invalid.GetValue())
	}
	return usage(all, "%w", err)
}

// unknownFlag suggests a flag of cmd, or the commands that have this flag.
func unknownFlag(cmd *cobra.Command, name, otherwise string) string {
	if meant := didYouMean(name, flagNames(cmd), "--"); meant != "" {
		return meant
	}
	var have []string
	for _, c := range cmd.Root().Commands() {
		if f := c.Flags().Lookup(name); f != nil && !f.Hidden && c != cmd {
			have = append(have, c.CommandPath())
		}
	}
	if have == nil {
		return otherwise
	}
	if run := cmd.Root().Name() + " run"; slices.Contains(have, run) {
		have = []string{run} // the others are runs of a kind
	}
	return fmt.Sprintf("--%s is a flag of %s", name, have[0])
}

// shortHint helps those who wrote a long flag with one dash.
func shortHint(cmd *cobra.Command, name, shorts, otherwise string) string {
	long, _, _ := strings.Cut(shorts, "=")
	if cmd.Flags().Lookup(long) != nil {
		return "did you mean --" + long + "?"
	}
	var begin []string
	for _, f := range flagNames(cmd) {
		if strings.HasPrefix(f, name) {
			begin = append(begin, "--"+f)
		}
	}
	if begin != nil {
		return "flags have two dashes: did you mean " + strings.Join(begin, " or ") + "?"
	}
	return otherwise
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	return names
}

func of(cmd *cobra.Command) string {
	if !cmd.HasParent() {
		return ""
	}
	return " of " + cmd.CommandPath()
}

// wants names what a flag's value has to look like.
func wants(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "int":
		return "a whole number"
	case "float64":
		return "a number"
	case "uint64":
		return fmt.Sprintf("a whole number from 0 to %d", uint64(math.MaxUint64))
	case "duration":
		return "a duration such as 500ms or 15s"
	case "bool":
		return "true or false"
	default:
		return "a " + f.Value.Type()
	}
}

// didYouMean asks whether one of the known words was meant, each shown after prefix;
// it is empty when none is near.
func didYouMean(word string, known []string, prefix string) string {
	words := near.Words(word, known)
	if len(words) == 0 {
		return ""
	}
	return "did you mean " + prefix + strings.Join(words, " or "+prefix) + "?"
}
