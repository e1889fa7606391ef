package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"pushbench/results/scale"
)

func newDoctor() *cobra.Command {
	clients, record := 0, ""
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Tell what this machine can and cannot measure, and how to fix it",
		Long: `Tell what this machine can and cannot measure, and how to fix it.

  ok       as it should be
  warn     measuring works, but see what it means for the numbers
  missing  something optional is not there
  broken   no trial can succeed until this is fixed; the exit status is 1

With --clients N it tells instead what keeps the machine from holding N clients:
descriptors, ports, memory, conntrack, and the accept backlog. It names the wall that
comes first, and the command that moves it. Memory is by what one client took in a
record. The exit status is 1 if a wall comes before N.`,
		Example: `  pushbench doctor
  pushbench doctor && pushbench run     # measure only where it can work
  pushbench doctor --clients 200000     # what is in the way?
  pushbench doctor --clients 1000000 --record results/baseline`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("clients") && (clients < 1 || clients > mostClients) {
				return usage("pushbench doctor --help",
					"--clients must be a whole number between 1 and %d, not %d", mostClients, clients)
			}
			if cmd.Flags().Changed("record") && clients == 0 {
				return usage("pushbench doctor --clients 200000", "--record is for --clients")
			}
			f, err := gather(cmd.Context())
			if err != nil {
				return err
			}
			if clients > 0 {
				return lookAhead(cmd, f, clients, record)
			}
			findings := diagnose(f)
			writeFindings(cmd.OutOrStdout(), findings)
			for _, f := range findings {
				if f.State == broken {
					return &exitError{status: exitFailed}
				}
			}
			return nil
		},
	}
	cmd.Flags().IntVar(&clients, "clients", 0, "tell what keeps this machine from holding `N` clients at a time")
	cmd.Flags().StringVar(&record, "record", "", "with --clients: what a client takes is from the run in `DIR` "+
		"(default: the newest under "+runsDir+", else "+baselineDir+")")
	return cmd
}

// lookAhead tells what is in the way of n clients.
func lookAhead(cmd *cobra.Command, f facts, n int, record string) error {
	path, err := recordFor(cmd, record)
	if err != nil && cmd.Flags().Changed("record") {
		return err
	}
	var clients []scale.Client
	from := ""
	if err == nil {
		if clients, from, err = clientsOf(path); err != nil && cmd.Flags().Changed("record") {
			return err
		}
	}
	if err := writeWalls(cmd.OutOrStdout(), f, n, clients, from); err != nil {
		return err
	}
	if _, before := first(f.walls(n, clients), n); before {
		return &exitError{status: exitFailed}
	}
	return nil
}

// A state is what doctor thinks of one thing.
type state string

const (
	ok      state = "ok"
	warn    state = "warn"
	missing state = "missing"
	broken  state = "broken"
)

// A finding is one line of doctor.
type finding struct {
	State   state
	Name    string
	Of      string // which of several with that name; empty: there is one
	Value   string // what there is
	Meaning string // what it means for measuring
	Mend    string // how to make it better; empty when there is nothing to fix
}

// writeLines writes the findings.
func writeLines(w io.Writer, findings []finding) {
	const indent = 23
	l := consoleOf(w)
	paint := map[state]func(string) string{ok: l.green, warn: l.yellow, missing: l.dim, broken: l.red}
	width := min(l.width, plainWidth) - indent - 1
	for _, f := range findings {
		fmt.Fprintf(w, "%s %-13s %s\n", paint[f.State](fmt.Sprintf("%-8s", f.State)), f.Name, wrap(f.Value+": "+f.Meaning, width, indent))
		if f.Mend != "" {
			fmt.Fprintf(w, "%s%s\n", strings.Repeat(" ", indent), l.bold(wrap("to fix: "+f.Mend, width, indent)))
		}
	}
}

// writeFindings writes the findings, then how many there are of each kind.
func writeFindings(w io.Writer, findings []finding) {
	writeLines(w, findings)
	count := map[state]int{}
	for _, f := range findings {
		count[f.State]++
	}
	fmt.Fprintln(w)
	switch {
	case count[broken] > 0:
		fmt.Fprintf(w, "%d broken: nothing can be measured here until that is fixed.\n", count[broken])
	case count[warn] > 0:
		fmt.Fprintf(w, "This machine can measure; %d warning%s to read first.\n", count[warn], plural(count[warn]))
	default:
		fmt.Fprintln(w, "This machine can measure.")
	}
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}
