package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

func newDoctor() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Tell what this machine can and cannot measure, and how to fix it",
		Long: `Tell what this machine can and cannot measure, and how to fix it.

  ok       as it should be
  warn     measuring works, but see what it means for the numbers
  missing  something optional is not there
  broken   no trial can succeed until this is fixed; the exit status is 1`,
		Example: `  pushbench doctor
  pushbench doctor && pushbench run   # measure only where it can work`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := gather(cmd.Context())
			if err != nil {
				return err
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
	Value   string // what there is
	Meaning string // what it means for measuring
	Mend    string // how to make it better; empty when there is nothing to fix
}

// writeFindings writes the findings, then how many there are of each kind.
func writeFindings(w io.Writer, findings []finding) {
	const indent = 23
	l := consoleOf(w)
	paint := map[state]func(string) string{ok: l.green, warn: l.yellow, missing: l.dim, broken: l.red}
	count := map[state]int{}
	width := min(l.width, plainWidth) - indent - 1
	for _, f := range findings {
		count[f.State]++
		fmt.Fprintf(w, "%s %-13s %s\n", paint[f.State](fmt.Sprintf("%-8s", f.State)), f.Name, wrap(f.Value+": "+f.Meaning, width, indent))
		if f.Mend != "" {
			fmt.Fprintf(w, "%s%s\n", strings.Repeat(" ", indent), l.bold(wrap("to fix: "+f.Mend, width, indent)))
		}
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
