package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"pushbench/lab"
	"pushbench/lab/target"
	"pushbench/results/safe"
	"pushbench/scenarios"
	"pushbench/servers/wire"
	"pushbench/targets"
)

func newList() *cobra.Command {
	var variants, others bool
	cmd := &cobra.Command{
		Use:   "list [SCENARIO | TARGET]",
		Short: "List the scenarios and the targets, or print one",
		Long: `List the scenarios with their load and the time they take, or print the YAML
of one: copy it, change it, run it. With --targets, do the same for the servers that
can be measured besides pushbench's own.`,
		Example: `  pushbench list
  pushbench list live-feed > my-load.yaml
  pushbench run my-load.yaml
  pushbench list --variants            # transports and their settings
  pushbench list --targets             # servers of other people
  pushbench list --targets express > my-server.yaml`,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if others {
				return targets.Names(), cobra.ShellCompDirectiveDefault
			}
			return completeScenarios(cmd, args, typed)
		},
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			switch {
			case variants && others:
				return usage("pushbench list --help", "--variants and --targets list different things: use one of them")
			case variants && len(args) > 0:
				return usage("pushbench list --help", "--variants takes no argument, but got %q", args[0])
			case variants:
				return listVariants(out)
			case len(args) > 1 && others:
				return usage(safe.Command("pushbench", "list", "--targets", args[0]), "list prints one target at a time")
			case len(args) > 1:
				return usage(safe.Command("pushbench", "list", args[0]), "list prints one scenario at a time")
			case others && len(args) == 1:
				return printTarget(out, args[0])
			case others:
				return listTargets(out)
			case len(args) == 1:
				return printScenario(out, args[0])
			}
			return listScenarios(out)
		},
	}
	cmd.Flags().BoolVar(&variants, "variants", false, "list the transports and their settings")
	cmd.Flags().BoolVar(&others, "targets", false, "list the servers that come with pushbench as target files")
	return cmd
}

func printScenario(w io.Writer, name string) error {
	builtin, err := scenarios.Builtin()
	if err != nil {
		return err
	}
	s, err := findScenario(name, builtin)
	if err != nil {
		return err
	}
	return printText(w, s.Text)
}

// printText prints a file; one of somebody else must not act on a terminal.
func printText(w io.Writer, content string) error {
	if consoleOf(w).terminal {
		content = safe.Text(content)
	}
	_, err := io.WriteString(w, content)
	return err
}

func listScenarios(w io.Writer) error {
	builtin, err := scenarios.Builtin()
	if err != nil {
		return err
	}
	l := consoleOf(w)
	tab := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	titles := map[string]string{
		scenarios.SuiteDefault:   "The default suite",
		scenarios.SuiteFull:      "Only with --suite full",
		scenarios.SuiteTruth:     "pushbench truth",
		scenarios.SuiteReproduce: "pushbench reproduce",
		scenarios.SuiteGate:      "pushbench duel, of which three run side by side",
		scenarios.SuiteAtlas:     "pushbench atlas, for servers of any kind",
		scenarios.SuiteScale:     "make scale: with --suite scale --agents 11",
	}
	own := []target.Target{target.Builtin()}
	for _, suite := range suites {
		chosen := slices.DeleteFunc(slices.Clone(builtin), func(s scenarios.Scenario) bool { return s.Suite != suite })
		if len(chosen) == 0 {
			continue
		}
		total := lab.Runner{Scenarios: chosen, Targets: own, Null: nullServer()}
		fmt.Fprintf(w, "%s (%s)\n\n", l.bold(titles[suite]), span(lab.Estimate(total.Plan())))
		fmt.Fprintln(tab, "  SCENARIO\tCLIENTS\tEVENTS/S\tBYTES\tTRIALS\tTIME")
		for _, s := range chosen {
			plan := (&lab.Runner{Scenarios: []scenarios.Scenario{s}, Targets: own, Null: nullServer()}).Plan()
			time := span(lab.Estimate(plan))
			if len(plan) == 0 {
				time = "not here" // pushbench doctor says why
			}
			fmt.Fprintf(tab, "  %s\t%s\t%s\t%s\t%d\t%s\n", s.Name,
				swept(s, scenarios.SweepClients, float64(s.Clients)), swept(s, scenarios.SweepRate, s.Events.Rate),
				swept(s, scenarios.SweepPayload, float64(s.Events.Payload)), len(plan), time)
		}
		if err := tab.Flush(); err != nil {
			return err
		}
		fmt.Fprintln(w)
		writeAbouts(w, l, chosen)
	}
	fmt.Fprintln(w, wrap("EVENTS/S counts all topics together. BYTES are those of one event. TRIALS counts all variants and loads. "+
		"pushbench list SCENARIO prints one; pushbench run SCENARIO runs it.", min(l.width, plainWidth), 0))
	return nil
}

// writeAbouts writes the sentence of each scenario, in two columns.
func writeAbouts(w io.Writer, l console, chosen []scenarios.Scenario) {
	name := 0
	for _, s := range chosen {
		name = max(name, len(s.Name))
	}
	for _, s := range chosen {
		about := s.About
		if where := conditions(s); where != "" {
			about += " (" + where + ")"
		}
		fmt.Fprintf(w, "  %-*s  %s\n", name, s.Name, wrap(about, min(l.width, plainWidth)-name-5, name+4))
	}
	fmt.Fprintln(w)
}

// swept is a number of the load, or its range when the scenario sweeps it.
func swept(s scenarios.Scenario, key string, value float64) string {
	if s.Sweep.Key != key {
		return number(value)
	}
	return sweptRange(s)
}

// sweptRange is the least and the greatest value of a sweep: 10…5000.
func sweptRange(s scenarios.Scenario) string {
	return number(slices.Min(s.Sweep.Values)) + "…" + number(slices.Max(s.Sweep.Values))
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func listVariants(w io.Writer) error {
	l := consoleOf(w)
	fmt.Fprintln(w, wrap("A variant is a transport with its settings, as in polling/interval=2s/etag, sse/tls or websocket.", min(l.width, plainWidth), 0))
	for _, t := range wire.Transports() {
		fmt.Fprintf(w, "\n%s\n", l.bold(string(t)))
		some := false
		for _, s := range wire.Settings() {
			if !slices.Contains(s.Transports, t) {
				continue
			}
			some = true
			about := s.About
			if s.Default != "" {
				about += " (default " + s.Default + ")"
			}
			fmt.Fprintf(w, "  /%-23s %s\n", setting(s), wrap(about, min(l.width, plainWidth)-28, 27))
		}
		if !some {
			fmt.Fprintln(w, "  no settings: the floor, drawn as a line and never ranked")
		}
	}
	return nil
}

// setting is how a setting is written.
func setting(s wire.Setting) string {
	switch s.Kind {
	case "flag":
		return s.Name
	case "word":
		return s.Name + "=" + strings.Join(s.Words, "|")
	}
	return s.Name + "=" + strings.ToUpper(s.Kind)
}

// compareVariants orders variants by transport as everywhere else, then by
// poll interval, then by name.
func compareVariants(a, b wire.Variant) int {
	rank := func(v wire.Variant) int { return slices.Index(wire.Transports(), v.Transport) }
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Duration(wire.Interval), b.Duration(wire.Interval)), cmp.Compare(a.String(), b.String()))
}
