package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"pushbench/plots/claims"
	"pushbench/results"
	"pushbench/results/verdict"
	"pushbench/scenarios/claim"
)

// newClaims returns `pushbench claims`; the record will hold line.
func newClaims(line []string) *cobra.Command {
	o := runOptions{line: line}
	list := false
	cmd := &cobra.Command{
		Use:   "claims [NAME | NUMBER | FILE.yaml]...",
		Short: "Put to the test what people say about the transports",
		Long: `Put to the test what people say about the transports. Each claim is a statement with
what has to come out for it to hold, written down beforehand. Controls show that the
setup can tell, and side questions do not decide. Without an argument all claims are
tested in one run, in rounds that each have them in a random order. The page shows each
verdict with its numbers and their intervals: holds, does not hold, depends (and on
what), not decided, or not tested (and why).

Claims about networks run between network namespaces. They need root. What cannot be
run here is listed with its reason.

Exit status: 0 the claims were tested, whatever came out; 1 a trial failed that was to
succeed; 2 bad input, or nothing could run; 130 interrupted.`,
		Example: `  pushbench claims --list       # what they say, what they need, how long they take
  pushbench claims 8            # one of them, in less than a minute
  pushbench claims sse-small polling-waste
  sudo pushbench claims --out results/claims
  pushbench claims my-claim.yaml --dry-run`,
		ValidArgsFunction: completeClaims,
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen, err := selectClaims(args)
			if err != nil {
				return err
			}
			if list {
				return listClaims(cmd.OutOrStdout(), chosen)
			}
			if _, unknown := observersOf(chosen); unknown != nil {
				return usage("a claim of your own can name those of the built-in claims", "there is no experiment %s", unknown[0])
			}
			o.claims = chosen
			if len(claim.Scenarios(chosen)) == 0 && !observes(chosen) {
				return presentUnmeasured(cmd.OutOrStdout(), chosen)
			}
			o.before = observe(cmd.ErrOrStderr(), chosen, &o)
			return o.measure(cmd, nil)
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "list the claims, and run nothing")
	o.wholeFlags(cmd)
	return cmd
}

// selectClaims returns what the arguments name, in their order; without arguments, all.
func selectClaims(args []string) ([]claim.Claim, error) {
	builtin, err := claim.Builtin()
	if err != nil || len(args) == 0 {
		return builtin, err
	}
	var chosen []claim.Claim
	var wrong []error
	for _, arg := range args {
		c, err := findClaim(arg, builtin)
		switch {
		case err != nil && len(args) == 1:
			return nil, err
		case err != nil:
			wrong = append(wrong, withHint(err))
		case slices.ContainsFunc(chosen, func(o claim.Claim) bool { return o.Name == c.Name }):
			return nil, usage("name each claim once", "the claim %s is given twice", c.Name)
		default:
			chosen = append(chosen, c)
		}
	}
	return chosen, errors.Join(wrong...)
}

// findClaim takes what looks like a path for a file, a whole number for that of a claim,
// and all else for a name.
func findClaim(arg string, builtin []claim.Claim) (claim.Claim, error) {
	if ext := filepath.Ext(arg); ext == ".yaml" || ext == ".yml" {
		c, err := claim.Load(arg)
		if errors.Is(err, os.ErrNotExist) {
			return c, usage("pushbench claims --list shows the built-in claims", "%s: no such file", arg)
		}
		return c, err
	}
	number, err := strconv.Atoi(arg)
	var names []string
	for _, c := range builtin {
		if c.Name == arg || err == nil && c.Number == number {
			return c, nil
		}
		names = append(names, c.Name)
	}
	hint := didYouMean(arg, names, "")
	if hint == "" {
		hint = "pushbench claims --list shows them"
	}
	return claim.Claim{}, usage(hint, "unknown claim %q", arg)
}

// completeClaims offers the built-in claims with what they say, and the YAML files.
func completeClaims(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	builtin, err := claim.Builtin()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var offers []cobra.Completion
	for _, c := range builtin {
		if !slices.Contains(args, c.Name) {
			offers = append(offers, cobra.CompletionWithDesc(c.Name, fmt.Sprintf("%d: %s", c.Number, c.Says)))
		}
	}
	return offers, cobra.ShellCompDirectiveDefault
}

// presentUnmeasured shows claims that nothing can measure: there is no run, and no record.
func presentUnmeasured(w io.Writer, chosen []claim.Claim) error {
	l := consoleOf(w)
	return claims.Terminal(w, &results.Record{Statements: claim.Statements(chosen)}, claims.TerminalOptions{Color: l.color, Width: min(l.width, plainWidth)})
}

// withoutAsked is the record without the failed trials that a criterion asks about: that
// they fail is what came out.
func withoutAsked(r *results.Record) *results.Record {
	asked := verdict.Asked(verdict.Of(r))
	own := *r
	own.Trials = slices.DeleteFunc(slices.Clone(r.Trials), func(t *results.Trial) bool { return asked[t] })
	return &own
}
