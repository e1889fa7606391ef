package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"pushbench/lab"
	"pushbench/plots/page"
	"pushbench/results"
	"pushbench/results/capacity"
	"pushbench/results/safe"
	"pushbench/scenarios"
)

// A capacityOptions is what `pushbench capacity` is asked.
type capacityOptions struct {
	runOptions
	objectives []string
	of         string
	resolution float64
	most       int
	asJSON     bool
}

// What is asked where nothing is said.
const (
	usualConfirm    = 6   // trials: they give an interval
	usualResolution = 0.1 // from one load to the next
)

// newCapacity returns `pushbench capacity`; the record will hold line.
func newCapacity(line []string) *cobra.Command {
	o := capacityOptions{runOptions: runOptions{line: line}}
	cmd := &cobra.Command{
		Use:   "capacity SCENARIO | FILE.yaml",
		Short: "Find the most clients that each variant carries within an objective",
		Long: `Find the most clients, or events per second, that each variant of each target carries
within an objective. The search begins with the load of the scenario. It doubles the
load until trials break the objective, halves the gap, and then confirms both ends by
repeated trials. A load is carried when all of its trials hold. It is no longer carried
when more than half of them break. The result is an interval between the two.

An objective is a metric, an operator and a value in base units. A time may have a
unit: 100ms. A trial holds when it is valid and within all objectives, so no delivery
may be missing. The names of metrics are those of the record and of bench.txt.

For each variant the result says what ended the search: the CPU of the server, a proxy
or a backplane, the load generator, other programs, a CPU quota, descriptors, ports or
memory. If the load generator or other programs were the limit, or clients could not be
connected, there is no result about the server.

With --agents N, as many processes of this machine carry out the load together. The
ceiling of the load generator is not measured then: it was the limit when an agent was
late or the agents used nearly all of the CPU time.

Exit status: 0 every search has a result; 1 a search has none: the load generator or
other programs were the limit, clients could not be connected, an objective could not be
judged, or not even the least load is carried; 2 bad input, or nothing could run; 130 interrupted.`,
		Example: `  pushbench capacity live-feed --slo 'p99-sec <= 100ms'
  pushbench capacity live-feed --slo 'p99-sec <= 0.1' --slo 'age-sec <= 1' --variant sse
  pushbench capacity broadcast --of rate --slo 'p99-sec <= 50ms' --target nchan,builtin
  pushbench capacity my-load.yaml --slo 'p99-sec <= 1s' --most 20000 --resolution 0.05
  pushbench capacity broadcast --slo 'p99-sec <= 1s' --agents 4   # load from four processes
  pushbench capacity live-feed --slo 'p99-sec <= 0.1' --dry-run   # how long would it take?`,
		Args:              oneScenario,
		ValidArgsFunction: completeScenarios,
		RunE:              func(cmd *cobra.Command, args []string) error { return o.find(cmd, args) },
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.objectives, "slo", nil,
		"a trial must be within this `OBJECTIVE`, such as 'p99-sec <= 100ms'; may be repeated")
	f.StringVar(&o.of, "of", scenarios.SweepClients,
		"`WHAT` is raised: clients or rate, which is events per second over all topics")
	f.Float64Var(&o.resolution, "resolution", usualResolution, "from one load to the next it is this `SHARE` at most")
	f.IntVar(&o.most, "most", 0,
		"do not go beyond `N` clients or events per second (default: as far as a scenario and the machine allow)")
	o.flags(cmd)
	f.Lookup("trials").Usage = "confirm a load by `N` trials, all of which must hold (default 6)"
	o.targetFlag(cmd)
	f.StringVar(&o.publish, "publish", "",
		"the `REQUEST` that publishes to a --target that is an address, such as 'POST /publish'")
	o.crewing.countFlag(cmd)
	f.BoolVar(&o.asJSON, "json", false, "write the results as JSON")
	raised := []string{scenarios.SweepClients, scenarios.SweepRate}
	mustComplete(cmd, "of", cobra.FixedCompletions(raised, cobra.ShellCompDirectiveNoFileComp))
	mustComplete(cmd, "slo", completeObjectives)
	return cmd
}

// oneScenario takes the name of one scenario.
func oneScenario(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usage("pushbench list shows the scenarios", "%s takes one scenario, not %d", cmd.CommandPath(), len(args))
	}
	return nil
}

// completeObjectives offers the metrics.
func completeObjectives(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var offers []cobra.Completion
	for _, m := range results.Metrics() {
		offers = append(offers, cobra.CompletionWithDesc(m.Unit+" <= ", m.Title))
	}
	return offers, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// seek is the search that is asked for.
func (o capacityOptions) seek(cmd *cobra.Command) (s lab.Seek, err error) {
	s = lab.Seek{Of: o.of, Trials: usualConfirm, Resolution: o.resolution, Most: o.most}
	help := cmd.CommandPath() + " --help lists the flags"
	if cmd.Flags().Changed("trials") {
		s.Trials = o.trials
	}
	switch {
	case len(o.objectives) == 0:
		return s, usage("--slo 'p99-sec <= 100ms'", "capacity needs an objective")
	case o.of != scenarios.SweepClients && o.of != scenarios.SweepRate:
		return s, usage("--of clients, or --of rate", "--of must be clients or rate, not %q", o.of)
	case !(o.resolution >= 0.01 && o.resolution <= 1):
		return s, usage("0.1 is a tenth", "--resolution must be a number between 0.01 and 1, not %g", o.resolution)
	case cmd.Flags().Changed("most") && (o.most < 1 || o.most > results.MostLevel):
		return s, usage(help, "--most must be a whole number between 1 and %d, not %d", results.MostLevel, o.most)
	case s.Trials < 1 || s.Trials > scenarios.MaxTrials:
		return s, usage(help, "--trials must be a whole number between 1 and %d, not %d", scenarios.MaxTrials, s.Trials)
	}
	for _, text := range o.objectives {
		b, err := results.ParseBound(text)
		if err != nil {
			return s, usage("--slo 'p99-sec <= 100ms'", "--slo %s: %w", text, err)
		}
		s.Objectives = append(s.Objectives, b)
	}
	return s, nil
}

// find carries out the search and everything around it.
func (o capacityOptions) find(cmd *cobra.Command, args []string) error {
	if err := lab.Possible(); err != nil {
		return usage("pushbench report draws a record from another machine", "%w", err)
	}
	seek, err := o.seek(cmd)
	if err != nil {
		return err
	}
	if err := o.crewing.counted(cmd); err != nil {
		return err
	}
	if err := o.settle(cmd); err != nil {
		return err
	}
	targets, err := parseTargets(o.targets, o.publish)
	if err != nil {
		return err
	}
	chosen, filter, err := o.choose(args)
	if err != nil {
		return err
	}
	if err := judgeable(chosen[0], filter, seek.Objectives); err != nil {
		return err
	}
	runner := newRunner(o.runOptions, chosen, filter, targets)
	stdout, stderr := cmd.OutOrStdout(), cmd.ErrOrStderr()
	release, err := o.crewing.hire(cmd.Context(), runner, stderr, o.quiet, o.dry)
	if err != nil {
		return err
	}
	defer release()
	route, err := runner.Route(seek)
	if err != nil {
		return usage(cmd.CommandPath()+" --help tells how a search goes", "%s: %w", args[0], err)
	}
	if len(route.Climbs) == 0 {
		return nothingRuns(route.NotRun)
	}
	if o.dry {
		return writeRoute(stdout, runner, seek, route)
	}
	writeNotRun(stderr, route.NotRun)
	if names := describedNames(targets); names != nil && !o.quiet {
		say(stderr, "trying out %s before anything is measured", strings.Join(names, ", "))
	}
	return o.climb(cmd.Context(), runner, seek, route, stdout, stderr)
}

// judgeable refuses an objective that no trial of a variant can be judged by.
func judgeable(s scenarios.Scenario, filter scenarios.Filter, objectives []results.Bound) error {
	for _, b := range objectives {
		for _, c := range s.Matching(filter) {
			if why := c.Lacks(b.Metric); why != "" {
				return usage("--variant names those to be searched",
					"--slo %s: no trial of %s has %s: %s", b, c.Variant, b.Metric, why)
			}
		}
	}
	return nil
}

// climb runs the search, and shows what was found.
func (o capacityOptions) climb(ctx context.Context, r *lab.Runner, seek lab.Seek, route lab.Route,
	stdout, stderr io.Writer) error {
	heeded := heed(ctx)
	told := newClimbing(stderr, o.quiet, r, seek)
	unannounce := context.AfterFunc(ctx, told.interrupted)
	record, err := r.Seek(ctx, seek, told)
	heeded()
	unannounce()
	told.end()
	if errors.Is(err, lab.ErrTaken) {
		return usage("choose another --out, or remove it first", "%w", err)
	}
	if record == nil || len(record.Trials) == 0 {
		return untouched(ctx, err)
	}
	if err != nil && ctx.Err() == nil {
		say(stderr, "pushbench: the search ended early: %v", err)
	}
	writeNotRun(stderr, record.NotRun[min(len(route.NotRun), len(record.NotRun)):]) // the others were said before
	if err := pointLatest(runsDir, r.Dir); err != nil {
		say(stderr, "pushbench: no link to this run: %v", err)
	}
	shown := stdout
	if o.asJSON {
		shown = io.Discard
	}
	reported := present(record, r.Dir, r.Dir, page.Options{}, o.noReport, shown)
	if o.asJSON && reported == nil {
		reported = writeCapacity(stdout, r.Dir, record)
	}
	return together(reported, capacityOutcome(record, err, ctx.Err() != nil && record.Partial != ""))
}

// writeCapacity writes what was found as JSON.
func writeCapacity(w io.Writer, dir string, r *results.Record) error {
	out := json.NewEncoder(w)
	out.SetIndent("", " ")
	out.SetEscapeHTML(false)
	return out.Encode(struct {
		Dir      string            `json:"dir"`
		Scenario string            `json:"scenario"`
		Partial  string            `json:"partial,omitempty"`
		Search   *results.Capacity `json:"search"`
		Results  []capacity.Result `json:"results"`
	}{dir, r.Scenarios[0].Name, r.Partial, r.Capacity, capacity.Of(r)})
}

// capacityOutcome is the exit status of a search with at least one trial.
func capacityOutcome(r *results.Record, err error, interrupted bool) error {
	var none []error
	for _, one := range capacity.Of(r) {
		if !one.Outcome.Is() {
			name := one.Variant
			if one.Target != results.Builtin {
				name += " (" + one.Target + ")"
			}
			why := strings.TrimSuffix(string(one.Outcome)+", "+one.Why, ", ")
			none = append(none, fmt.Errorf("%s has no result: %s", name, why))
		}
	}
	switch {
	case interrupted:
		return &exitError{status: exitInterrupted,
			err: fmt.Errorf("interrupted after %d trial%s; the record says so", len(r.Trials), plural(len(r.Trials)))}
	case err != nil:
		e := &exitError{status: exitUsage}
		var place *exitError
		if errors.As(noRoom(err), &place) {
			e.hint = place.hint
		}
		return e
	case none != nil:
		return &exitError{status: exitFailed, err: errors.Join(none...)}
	}
	return nil
}

// writeRoute shows what a search would do.
func writeRoute(w io.Writer, r *lab.Runner, seek lab.Seek, route lab.Route) error {
	tab := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintf(tab, "VARIANT\tFIRST\tLEAST\tMOST\tTRIALS\n")
	for _, c := range route.Climbs {
		fmt.Fprintf(tab, "%s%s\t%d\t%d\t%d\t%d to %d\n", c.Variant, answeredBy(r, c.Target),
			c.Start, c.Least, c.Most, c.Fewest, c.Maximum)
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	said := map[string]bool{}
	for _, c := range route.Climbs {
		if c.End.Reason != "" && !said[c.End.Reason] {
			said[c.End.Reason] = true
			fmt.Fprintf(w, "\nNo more than %d: %s\n", c.Most, safe.Brief(c.End.Reason, 400))
		}
	}
	if len(route.NotRun) > 0 {
		fmt.Fprintln(w)
		writeNotRun(w, route.NotRun)
	}
	var slo []string
	for _, b := range seek.Objectives {
		slo = append(slo, b.String())
	}
	_, err := fmt.Fprintf(w, "\n%s within %s, %s to %s, seed %d, into %s\n",
		seek.Noun(), strings.Join(slo, " and "), span(route.Shortest), span(route.Longest), r.Seed, safe.Line(r.Dir))
	return err
}
