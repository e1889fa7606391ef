package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pushbench/lab"
	"pushbench/lab/process"
	"pushbench/lab/target"
	"pushbench/plots/page"
	"pushbench/results"
	"pushbench/results/safe"
	"pushbench/scenarios"
	"pushbench/scenarios/claim"
)

// runsDir is where runs are kept, below the directory that pushbench is
// started in.
const runsDir = "results/runs"

type runOptions struct {
	line     []string
	suite    string
	trials   int
	variants []string
	targets  []string
	publish  string
	seed     uint64
	out      string
	dry      bool
	quiet    bool
	noReport bool
	audit    bool
	crewing  crewing

	// before, when set, prepares the runner before anything starts. Findings says that
	// only the trials of pushbench's own servers decide the exit status.
	before   func(ctx context.Context, r *lab.Runner) error
	findings bool

	// complete, when set, adds to the record of a run that came to its end. What
	// it cannot add it lists in NotRun, or says in Partial when ctx is done.
	complete func(ctx context.Context, server []string, record *results.Record)

	// claims, when there are some, are what the run is to decide: their scenarios are run.
	claims []claim.Claim
}

// newRun returns `pushbench run`; the record will hold line, the whole command
// line.
func newRun(line []string) *cobra.Command {
	o := runOptions{line: line}
	cmd := &cobra.Command{
		Use:   "run [SCENARIO | FILE.yaml]...",
		Short: "Measure, and write the report",
		Long: `Measure, and write the report. Without a scenario, the default suite runs.

Each trial has its own server process. The trials of all variants run in a
random order. The record is saved after every trial. Ctrl-C ends the run and
reports what was measured. A second Ctrl-C stops at once.

A target is the server that answers: pushbench's own servers (builtin), one of those
that "pushbench list --targets" shows, or yours. A target file says how to start your
server and how to speak with it. An address is a quick way to measure a server that
is already running: http and https mean SSE, ws and wss mean WebSocket. For another
transport, write longpoll+ or polling+ in front. Several targets, with commas between
them, are measured in turn. One report shows them side by side.

NAME=COMMAND is a server with the routes of pushbench's own. The command gets the
flags of "pushbench serve": --addr, --tcp, --heartbeat, --history, --topics, --memory,
--tls and --expose. When it is ready, it writes one line: {"http":"HOST:PORT"}, with
"tcp" and "cert" if it has them.

Exit status: 0 all trials succeeded and all expectations held; 1 a trial failed or
an expectation did not hold; 2 bad input, or nothing could run; 130 interrupted.`,
		Example: `  pushbench run                            # the default suite
  pushbench run --dry-run                  # what it would do, and for how long
  pushbench run live-feed quiet --trials 3 # two scenarios, quickly
  pushbench run burst --variant sse --variant websocket
  pushbench run my-load.yaml --out /tmp/my-load
  pushbench run live-feed --target nchan,builtin   # nginx beside our own servers
  pushbench run broadcast --target my-server.yaml
  pushbench run broadcast --target http://127.0.0.1:9000/events --publish 'POST /publish'
  pushbench run live-feed --target builtin --target 'old=./old/pushbench serve --ready'
  pushbench run broadcast --agents 4       # load from four processes
  pushbench run --suite full --trials 10   # for figures to publish`,
		ValidArgsFunction: completeScenarios,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("suite") && len(args) > 0 {
				return usage("use one of them", "--suite %s cannot be used with the names of scenarios", o.suite)
			}
			return o.measure(cmd, args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.suite, "suite", scenarios.SuiteDefault, "the `SUITE` that runs when no scenario is named: default, full, truth, reproduce, gate, atlas or scale")
	f.BoolVar(&o.audit, "audit", false, "run between network namespaces under a packet capture, and compare with it (root)")
	o.flags(cmd)
	o.targetFlag(cmd)
	o.crewing.flags(cmd)
	f.StringVar(&o.publish, "publish", "", "the `REQUEST` that publishes to a --target that is an address, such as 'POST /publish' (default: the server has events of its own)")
	mustComplete(cmd, "suite", cobra.FixedCompletions(suites, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// flags are those that every command has that measures and may leave out variants.
func (o *runOptions) flags(cmd *cobra.Command) {
	o.wholeFlags(cmd)
	cmd.Flags().StringSliceVar(&o.variants, "variant", nil, "run only this `VARIANT`, or all variants of a transport by its name; may be repeated")
	mustComplete(cmd, "variant", completeVariants)
}

// wholeFlags are those that every command has that measures.
func (o *runOptions) wholeFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.IntVar(&o.trials, "trials", 0, "repeat each variant `N` times (default: as the scenarios say); 6 give an interval, 10 one to publish")
	f.Uint64Var(&o.seed, "seed", 0, "`SEED` of the order of trials and of random arrivals (default: a new one, printed)")
	f.StringVar(&o.out, "out", "", "put the run into `DIR` (default: "+runsDir+"/ and the time)")
	f.BoolVar(&o.dry, "dry-run", false, "show what would be run, and for how long")
	f.BoolVar(&o.quiet, "quiet", false, "show no progress")
	f.BoolVar(&o.noReport, "no-report", false, "write run.json only")
}

// targetFlag is the flag of commands that measure any target.
func (o *runOptions) targetFlag(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&o.targets, "target", nil, "measure this `TARGET`: builtin, a name, FILE.yaml, an address or NAME=COMMAND; may be repeated (default: builtin)")
	mustComplete(cmd, "target", completeTargets)
}

// measure carries out the run and everything around it.
func (o runOptions) measure(cmd *cobra.Command, args []string) error {
	if err := lab.Possible(); err != nil {
		return usage("pushbench report draws a record from another machine", "%w", err)
	}
	if cmd.Flags().Changed("trials") && (o.trials < 1 || o.trials > scenarios.MaxTrials) {
		return usage(cmd.CommandPath()+" --help lists the flags", "--trials must be a whole number between 1 and %d, not %d", scenarios.MaxTrials, o.trials)
	}
	if err := o.settle(cmd); err != nil {
		return err
	}
	ctx, stdout, stderr := cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	targets, err := parseTargets(o.targets, o.publish)
	if err != nil {
		return err
	}
	if len(args) == 0 && o.suite == scenarios.SuiteDefault && !cmd.Flags().Changed("suite") && describedNames(targets) != nil {
		o.suite = scenarios.SuiteAtlas
		if !o.quiet {
			say(stderr, "No scenario is named: the suite atlas runs, because its scenarios can run on any server.")
		}
	}
	chosen, filter, err := o.choose(args)
	if err != nil {
		return err
	}
	chosen, out := having(filter, chosen)
	if len(out) > 0 && !o.quiet {
		say(stderr, "left out, because they have none of these variants: %s", strings.Join(out, ", "))
	}
	runner := newRunner(o, chosen, filter, targets)
	release, err := o.crewing.hire(ctx, runner, stderr, o.quiet, o.dry)
	if err != nil {
		return err
	}
	defer release()
	if one := o.oneTopic(chosen, targets); one != nil {
		return one
	}
	if o.dry {
		if err := writeObservers(stdout, o.claims); err != nil || len(chosen) == 0 && o.claims != nil {
			return err
		}
		return writePlan(stdout, runner)
	}
	not := runner.NotRun()
	if len(runner.Plan()) == 0 && !observes(o.claims) {
		return nothingRuns(not)
	}
	writeNotRun(stderr, not)
	heeded := heed(ctx)
	if o.before != nil {
		if err := o.before(ctx, runner); err != nil {
			heeded()
			return untouched(ctx, err)
		}
		targets = runner.Targets
	}
	if names := describedNames(targets); names != nil && !o.quiet {
		say(stderr, "trying out %s before anything is measured", strings.Join(names, ", "))
	}
	progress := newProgress(stderr, o.quiet, runner)
	refusals := &refusals{Progress: progress, runner: runner, w: stderr, before: not, said: len(not)}
	runner.Progress = refusals
	unannounce := context.AfterFunc(ctx, progress.interrupted)
	record, err := runner.Run(ctx)
	if err == nil && o.complete != nil {
		o.complete(ctx, ownServers, record)
		err = errors.Join(ctx.Err(), results.Save(runner.Dir, record))
	}
	heeded()
	unannounce()
	progress.end()
	if errors.Is(err, lab.ErrTaken) {
		return usage("choose another --out, or remove it first", "%w", err)
	}
	if record == nil || len(record.Trials) == 0 && len(record.Observations) == 0 {
		return untouched(ctx, err)
	}
	if err != nil && ctx.Err() == nil {
		say(stderr, "pushbench: the run ended early: %v", err)
	}
	writeNotRun(stderr, record.NotRun[min(refusals.said, len(record.NotRun)):]) // the others were said before
	if err := pointLatest(runsDir, runner.Dir); err != nil {
		say(stderr, "pushbench: no link to this run: %v", err)
	}
	reported := present(record, runner.Dir, runner.Dir, page.Options{}, o.noReport, stdout)
	judged := withoutAsked(record)
	if o.findings && ctx.Err() == nil {
		judged = ofOwn(record)
	}
	return together(reported, outcome(judged, err, ctx.Err() != nil && record.Partial != "", filter != nil))
}

// settle chooses a seed where none is given, and refuses a directory in which no run can be.
func (o *runOptions) settle(cmd *cobra.Command) error {
	if !cmd.Flags().Changed("seed") {
		o.seed = uint64(rand.Uint32())
	}
	if isLatest(runsDir, o.out) {
		return usage("choose another --out", "%s is the name of the link to the run that ended last", o.out)
	}
	return mustTakeFiles(o.out)
}

// untouched is the error of a run without a trial.
func untouched(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &exitError{status: exitInterrupted, err: errors.New("interrupted before the first trial was over: nothing to report")}
	}
	return noRoom(unready(err))
}

// refusals is a progress that first says what is not run because of how the targets
// answered when they were tried out.
type refusals struct {
	lab.Progress
	runner *lab.Runner
	w      io.Writer
	before []results.NotRun // said before
	said   int              // of the record's, up to now
}

func (r *refusals) Start(plan []lab.Planned, estimate time.Duration) {
	not := r.runner.NotRun()
	r.said = len(not)
	writeNotRun(r.w, slices.DeleteFunc(not, func(n results.NotRun) bool { return slices.Contains(r.before, n) }))
	r.Progress.Start(plan, estimate)
}

// oneTopic is the error of targets that have one topic, where all scenarios have several.
func (o runOptions) oneTopic(chosen []scenarios.Scenario, all []target.Target) error {
	var names, needs, asked []string
	for _, t := range all {
		if t.File == nil || t.Dialect().Topics() {
			return nil
		}
		names = append(names, t.Name)
	}
	for _, s := range chosen {
		if s.Topics <= 1 {
			return nil
		}
		needs = append(needs, s.Name)
	}
	for _, value := range o.targets {
		asked = append(asked, "--target", value)
	}
	if o.publish != "" {
		asked = append(asked, "--publish", o.publish)
	}
	return usage(safe.Command(append([]string{"pushbench", "run", "broadcast"}, asked...)...),
		"scenarios that need several topics (%s) cannot run on targets that have one (%s)", strings.Join(needs, ", "), strings.Join(names, ", "))
}

// choose returns what is asked for.
func (o runOptions) choose(args []string) ([]scenarios.Scenario, scenarios.Filter, error) {
	if o.claims != nil {
		chosen := claim.Scenarios(o.claims)
		filter, err := parseFilter(o.variants, chosen)
		return chosen, filter, err
	}
	chosen, err := selectScenarios(args, o.suite)
	if err != nil {
		return nil, nil, err
	}
	filter, err := parseFilter(o.variants, chosen)
	return chosen, filter, err
}

// ownServers is the command that starts them: this very program.
var ownServers = []string{process.Self, "serve", "--ready"}

// newRunner puts together what runs; nothing has started yet.
func newRunner(o runOptions, chosen []scenarios.Scenario, filter scenarios.Filter, targets []target.Target) *lab.Runner {
	dir := o.out
	if dir == "" {
		dir = filepath.Join(runsDir, time.Now().UTC().Format("20060102T150405Z"))
	}
	return &lab.Runner{
		Scenarios: chosen,
		Seed:      o.seed,
		Trials:    o.trials,
		Variants:  filter,
		Dir:       dir,
		Fresh:     o.out == "",
		Audit:     o.audit,
		Targets:   targets,
		Null:      nullServer(),
		Command:   o.line,
		Version:   version,
		Commit:    commit,

		Statements: claim.Statements(o.claims),
		Kin:        claim.Kin(o.claims),
	}
}

// nullServer is the command of the null server, against which the generator's own limit is measured.
func nullServer() []string { return []string{process.Self, "serve", "--ready", "--null"} }
