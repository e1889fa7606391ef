package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commands are those that belong together.
type commands struct {
	title string
	all   []*cobra.Command
}

// help prints what a command is for, then how it is used by example, then its
// flags: in the order in which a newcomer asks. The groups are the commands of
// the root, the most used first.
func help(cmd *cobra.Command, groups []commands) {
	out := cmd.OutOrStdout()
	l := consoleOf(out)
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	fmt.Fprintf(out, "%s\n\n%s\n  %s\n", about, l.bold("Usage"), strings.TrimSuffix(cmd.UseLine(), " [flags]")+" [flags]")
	if !cmd.HasParent() {
		fmt.Fprintf(out, "  %s COMMAND --help\n", cmd.Name())
		for _, g := range groups {
			fmt.Fprintf(out, "\n%s\n", l.bold(g.title))
			for _, c := range g.all {
				fmt.Fprintf(out, "  %-11s %s\n", c.Name(), c.Short)
			}
		}
	}
	if cmd.Example != "" {
		fmt.Fprintf(out, "\n%s\n%s\n", l.bold("Examples"), comments(cmd.Example, l))
	}
	if flags := flagHelp(cmd.Flags(), l.width); flags != "" && cmd.HasParent() {
		fmt.Fprintf(out, "\n%s\n%s", l.bold("Flags"), flags)
	}
}

// comments dims what follows a # in examples.
func comments(example string, l console) string {
	lines := strings.Split(example, "\n")
	for i, line := range lines {
		if at := strings.Index(line, "# "); at >= 0 {
			lines[i] = line[:at] + l.dim(line[at:])
		}
	}
	return strings.Join(lines, "\n")
}

// flagHelp lists the flags in two columns that fit into width.
func flagHelp(flags *pflag.FlagSet, width int) string {
	var b strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		kind, about := pflag.UnquoteUsage(f)
		left := "  --" + f.Name
		if f.Shorthand != "" {
			left = "  -" + f.Shorthand + ", --" + f.Name
		}
		if kind != "" {
			left += " " + kind
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" && f.DefValue != "[]" && !strings.Contains(about, "default") {
			about += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(&b, "%-20s %s\n", left, wrap(about, width-21, 21))
	})
	return b.String()
}

// newHelp returns `pushbench help COMMAND`.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:    "help [COMMAND]",
		Short:  "Show the help of a command",
		Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			about, _, err := cmd.Root().Find(args)
			if err != nil || len(args) > 0 && about == cmd.Root() {
				return unknownCommand(cmd.Root(), args[0])
			}
			return about.Help()
		},
	}
}
