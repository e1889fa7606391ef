package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pushbench/lab"
	"pushbench/lab/build"
	"pushbench/lab/duel"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/results/power"
	"pushbench/results/rank"
	"pushbench/results/safe"
	"pushbench/scenarios"
)

// duelsDir is where comparisons are kept, below the directory that pushbench is
// started in.
const duelsDir = "results/duels"

type duelOptions struct {
	verdictFlags
	line      []string
	target    string
	scenarios []string
	variants  []string
	blocks    int
	budget    time.Duration
	noConfirm bool
	generator string
	seed      uint64
	dry       bool
	quiet     bool
}

// newDuel returns `pushbench duel`; the record will hold line, the whole command
// line.
func newDuel(line []string) *cobra.Command {
	return newDuelOf(&duelOptions{line: line})
}

// newDuelOf returns the command that reads its flags into o.
func newDuelOf(o *duelOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "duel [BASE [HEAD]]",
		Short: "Measure two servers side by side: is the second one worse?",
		Long: `Measure two servers side by side, and say whether the second one is worse.

In each block three servers run at the same time: the base, the base once more, and
the head. Each event of theirs comes in turn. The base once more shows by how much
identical servers differ here and now. A revision is linked anew for each server of
each block, with another order of its functions. What has changed is measured a
second time before it is called a change.

BASE and HEAD are one of these:
  git:REF     a revision of this repository: git:main, git:v1.2, git:HEAD~3
  .           its files as they are
  builtin     the servers of this very program
  ./pushbench a pushbench program
  FILE.yaml   a target file: how a server of your own is started and spoken to
  'COMMAND'   a command that starts a server (see pushbench run --help)
Words behind the first three are flags of pushbench serve. Without BASE, it is the
commit at which this branch left the default branch. Without HEAD, it is the files
as they are.

With --target FILE, BASE and HEAD are revisions of your own repository. FILE in each
revision says how to start its server. Each revision is copied to a directory of its
own, and built there once by the commands below install: run: in the file. Such
servers are not linked anew, so CPU and latency count as changed only above 10 %.

` + acceptHelp + verdictStatuses,
		Example: `  pushbench duel                                # this branch against where it began
  pushbench duel git:v1.2                       # the files as they are against v1.2
  pushbench duel ./old/pushbench ./new/pushbench
  pushbench duel . '. --inject cpu=1us'         # what does the gate see of one more µs?
  pushbench duel --target server.yaml           # the same for a server of your own
  pushbench duel --target server.yaml git:v1.2 git:HEAD
  pushbench duel old.yaml new.yaml              # two servers of your own
  pushbench duel --scenario live-feed --variant sse git:main git:HEAD`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args) },
	}
	f := cmd.Flags()
	f.StringVar(&o.target, "target", "", "compare two revisions of your own server, which the target `FILE` in each revision describes")
	f.StringArrayVar(&o.scenarios, "scenario", nil, "compare under this `SCENARIO`, or FILE.yaml; may be repeated (default: those of the suite gate)")
	f.StringSliceVar(&o.variants, "variant", nil, "compare only this `VARIANT`, or all of this transport; may be repeated")
	f.IntVar(&o.blocks, "blocks", 0, fmt.Sprintf("measure at most `N` blocks (default: the trials of the scenario, %d of gate); 6 give an interval, %d can tell a change of time under gate", power.BlocksPerRun, tellingBlocks()))
	f.DurationVar(&o.budget, "time", 10*time.Minute, "begin no block that would end after this `TIME`; the second measurement has half of it, and what is left")
	f.BoolVar(&o.noConfirm, "no-confirm", false, "do not measure a second time what has changed")
	f.StringVar(&o.generator, "generator", results.GeneratorOne, "whose load generator measures: `one`, this program's, for all; or each side's own, one after another, so that the generators are compared, too")
	f.Uint64Var(&o.seed, "seed", 0, "`SEED` of orders, links and arrivals (default: a new one, printed)")
	f.BoolVar(&o.dry, "dry-run", false, "show what would be measured, and for how long")
	f.BoolVar(&o.quiet, "quiet", false, "show no progress")
	o.flags(cmd, duelsDir+"/ and the time")
	mustComplete(cmd, "variant", completeVariants)
	mustComplete(cmd, "scenario", completeScenarios)
	mustComplete(cmd, "generator", cobra.FixedCompletions([]string{results.GeneratorOne, results.GeneratorEach}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (o duelOptions) run(cmd *cobra.Command, args []string) error {
	if err := lab.Possible(); err != nil {
		return usage("pushbench compare compares records from another machine", "%w", err)
	}
	if err := o.valid(cmd); err != nil {
		return err
	}
	chosen, err := o.chosen()
	if err != nil {
		return err
	}
	filter, err := parseFilter(o.variants, chosen)
	if err != nil {
		return err
	}
	stderr := cmd.ErrOrStderr()
	chosen, left := having(filter, chosen)
	if len(left) > 0 && !o.quiet {
		say(stderr, "left out, because they have none of these variants: %s", strings.Join(left, ", "))
	}
	heeded := heed(cmd.Context())
	defer heeded()
	sides, err := o.open(cmd.Context(), args, stderr)
	if err != nil {
		return unbuilt(cmd.Context(), err)
	}
	for _, s := range sides {
		defer func() { // a directory for temporary files that stays is no reason to fail
			if err := s.Close(); err != nil {
				say(stderr, "pushbench: %v", err)
			}
		}()
	}
	job := o.job(sides, chosen, filter)
	runner := job.Runner()
	not := duel.Shared(runner.NotRun())
	if len(runner.Plan()) == 0 {
		return nothingRuns(not)
	}
	if o.dry {
		return o.plan(cmd.OutOrStdout(), job, runner)
	}
	writeNotRun(stderr, not)
	progress := &duelProgress{w: stderr, quiet: o.quiet, live: consoleOf(stderr).rows > 0, limit: limit{o.budget, job.Confirm}}
	job.Progress, job.Stage = progress, progress.stage
	c, err := job.Run(cmd.Context())
	progress.end()
	return o.end(cmd, job, c, err)
}

func (o *duelOptions) valid(cmd *cobra.Command) error {
	if !cmd.Flags().Changed("seed") {
		o.seed = uint64(rand.Uint32())
	}
	help := cmd.CommandPath() + " --help lists the flags"
	switch {
	case cmd.Flags().Changed("blocks") && (o.blocks < 1 || o.blocks > mostBlocks):
		return usage(help, "--blocks must be a whole number between 1 and %d, not %d", mostBlocks, o.blocks)
	case cmd.Flags().Changed("target") && filepath.Ext(o.target) != ".yaml" && filepath.Ext(o.target) != ".yml":
		return usage("pushbench duel --target server.yaml git:main git:HEAD", "--target must be the path of a target file, not %q", o.target)
	case o.budget <= 0:
		return usage(help, "--time must be above zero, not %s", o.budget)
	case o.generator != results.GeneratorOne && o.generator != results.GeneratorEach:
		return usage(help, "--generator must be %s or %s, not %q", results.GeneratorOne, results.GeneratorEach, o.generator)
	}
	return o.check(cmd)
}

// tellingBlocks is how few blocks of the scenario gate can show a change of a number that
// varies, where every number that decides does.
func tellingBlocks() int {
	chosen, err := selectScenarios(nil, scenarios.SuiteGate)
	if err != nil {
		return 0 // for the help only: the command itself reports it
	}
	tests := 0
	for _, r := range gate.Rules() {
		if r.Gated == gate.Always {
			for _, s := range chosen {
				tests += len(s.Variants)
			}
		}
	}
	return gate.LeastBlocks(tests)
}

// mostBlocks is how many can be judged.
const mostBlocks = min(scenarios.MaxTrials, rank.Most)

// chosen are the scenarios that were asked for.
func (o duelOptions) chosen() ([]scenarios.Scenario, error) {
	all, err := selectScenarios(o.scenarios, scenarios.SuiteGate)
	for _, s := range all {
		if o.blocks == 0 && s.Trials > mostBlocks {
			return nil, usage(fmt.Sprintf("--blocks N measures fewer, at most %d", mostBlocks),
				"scenario %s has %d trials: so many blocks cannot be judged", s.Name, s.Trials)
		}
	}
	return all, err
}

// open opens both sides, the default ones where there is no argument.
func (o duelOptions) open(ctx context.Context, args []string, stderr io.Writer) (sides [2]*duel.Side, err error) {
	texts := [2]string{"", build.WorkingTree}
	copy(texts[:], args)
	if len(args) == 0 {
		ref, how, err := build.MergeBase(ctx, ".")
		if err != nil {
			return sides, err
		}
		texts[0] = "git:" + ref
		if !o.quiet {
			say(stderr, "the base is %.12s: %s", ref, how)
		}
	}
	report := func(what string) {
		if !o.quiet {
			say(stderr, "%s", what)
		}
	}
	for i, text := range texts {
		if sides[i], err = o.side(ctx, text, report); err != nil {
			break
		}
	}
	if err == nil && sides[0].Described() != sides[1].Described() {
		err = usage("name two target files, or none", "%s and %s cannot be compared: only one of them is a target file", sides[0], sides[1])
	}
	if err != nil {
		for _, s := range sides {
			err = errors.Join(err, s.Close())
		}
	}
	return sides, err
}

// side opens one side.
func (o duelOptions) side(ctx context.Context, text string, report func(string)) (*duel.Side, error) {
	if o.target != "" {
		return duel.OpenRevision(ctx, ".", o.target, text, report)
	}
	return duel.OpenSide(ctx, ".", text, ownServers, report)
}

func (o duelOptions) job(sides [2]*duel.Side, chosen []scenarios.Scenario, filter scenarios.Filter) *duel.Job {
	dir := o.out
	if dir == "" {
		dir = filepath.Join(duelsDir, time.Now().UTC().Format("20060102T150405Z"))
	}
	return &duel.Job{
		Base: sides[0], Head: sides[1], Scenarios: chosen, Variants: filter, Blocks: o.blocks, Budget: o.budget,
		Confirm: !o.noConfirm, Seed: o.seed, Generator: o.generator, Dir: dir, Fresh: o.out == "",
		Rules: o.options(), Reproduce: o.reproduce(sides),
		Command: o.line, Version: version, Commit: commit,
	}
}

// reproduce is the command line that does the same again: with the revisions instead of
// names that move, and with the seed.
func (o duelOptions) reproduce(sides [2]*duel.Side) string {
	words := []string{"pushbench", "duel"}
	if o.target != "" {
		words = append(words, "--target", o.target)
	}
	for _, name := range o.scenarios {
		words = append(words, "--scenario", name)
	}
	for _, name := range o.variants {
		words = append(words, "--variant", name)
	}
	if o.blocks > 0 {
		words = append(words, "--blocks", strconv.Itoa(o.blocks))
	}
	if o.generator != results.GeneratorOne {
		words = append(words, "--generator", o.generator)
	}
	for _, name := range o.accept {
		words = append(words, "--accept", name)
	}
	if o.acceptFile != acceptFile {
		words = append(words, "--accept-file="+o.acceptFile)
	}
	if o.noConfirm {
		words = append(words, "--no-confirm")
	}
	if o.strict {
		words = append(words, "--strict")
	}
	words = append(words, "--time", o.budget.String(), "--seed", strconv.FormatUint(o.seed, 10))
	for _, s := range sides {
		words = append(words, s.Again())
	}
	return safe.Command(words...)
}
