package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pushbench/lab"
	"pushbench/lab/build"
	"pushbench/lab/duel"
	page "pushbench/plots/power"
	"pushbench/results/gate"
	"pushbench/results/power"
	"pushbench/results/safe"
	"pushbench/scenarios"
)

// calibrationDir is where calibrations are kept.
const calibrationDir = "results/calibration"

type calibrateOptions struct {
	line   []string
	budget time.Duration
	dir    string
	known  string
	seed   uint64
	report bool
	quiet  bool
}

// newCalibrate returns `pushbench calibrate`, executed as line.
func newCalibrate(line []string) *cobra.Command {
	o := calibrateOptions{line: line}
	cmd := &cobra.Command{
		Use:   "calibrate",
		Short: "Measure how often pushbench duel is right on this machine",
		Long: `Measure how often pushbench duel is right on this machine.

Servers of one revision run side by side: three of them unchanged, the others made
worse by a known size: one byte more for each event, one request more, 5 % and 10 %
more CPU, half a millisecond more latency, 10 % more memory. Sets of eighteen blocks
are judged as pushbench duel judges them. The report says how often a change was
called where there was none, and how often each real one was found.

What was measured is appended to DIR/` + power.FileName + `, so that the numbers grow with
every calibration. The report is DIR/report.md. --known writes what identical servers
differ by, from which the gate takes its bars. Ctrl-C ends it early and keeps the
complete blocks.`,
		Example: `  pushbench calibrate                    # one hour, appended to ` + calibrationDir + `
  pushbench calibrate --time 8h          # a night
  pushbench calibrate --report           # measure nothing, write the report again`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd) },
	}
	f := cmd.Flags()
	f.DurationVar(&o.budget, "time", time.Hour, "measure for this `TIME`")
	f.StringVar(&o.dir, "dir", calibrationDir, "append to the calibrations in `DIR`")
	f.StringVar(&o.known, "known", "", "write what identical servers differ by to `FILE`: results/gate/known.json is what the program is built with")
	f.BoolVar(&o.report, "report", false, "measure nothing: evaluate what is there")
	f.Uint64Var(&o.seed, "seed", 0, "`SEED` of orders, links and arrivals (default: a new one)")
	f.BoolVar(&o.quiet, "quiet", false, "show no progress")
	return cmd
}

func (o calibrateOptions) run(cmd *cobra.Command) error {
	if !cmd.Flags().Changed("seed") {
		o.seed = uint64(rand.Uint32())
	}
	if o.budget <= 0 {
		return usage(cmd.CommandPath()+" --help lists the flags", "--time must be above zero, not %s", o.budget)
	}
	if err := mustTakeFiles(o.dir); err != nil {
		return err
	}
	if err := mustTakeFile("--known", o.known); err != nil {
		return err
	}
	if !o.report {
		if err := o.measure(cmd); err != nil {
			return err
		}
	}
	return o.evaluate(cmd)
}

func (o calibrateOptions) measure(cmd *cobra.Command) (err error) {
	if err := lab.Possible(); err != nil {
		return usage(safe.Command("pushbench", "calibrate", "--report", "--dir", o.dir)+" evaluates what another machine measured", "%w", err)
	}
	ctx, stderr := cmd.Context(), cmd.ErrOrStderr()
	defer heed(ctx)()
	report := func(what string) {
		if !o.quiet {
			say(stderr, "%s", what)
		}
	}
	server, err := duel.OpenSide(ctx, ".", build.WorkingTree, ownServers, report)
	if err != nil {
		return unbuilt(ctx, err)
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	chosen, err := selectScenarios(nil, scenarios.SuiteGate)
	if err != nil {
		return err
	}
	out, err := power.Open(filepath.Join(o.dir, power.FileName))
	if err != nil {
		return noRoom(err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	progress := &duelProgress{w: stderr, quiet: o.quiet, live: consoleOf(stderr).rows > 0}
	defer progress.end()
	c := duel.Calibration{
		Server: server, Scenarios: chosen, Budget: o.budget, Seed: o.seed, Out: out,
		Command: o.line, Version: version, Commit: commit,
		Progress: progress, Stage: progress.stage,
	}
	return c.Run(ctx)
}

// gateCells are those that the gate judges where nothing else is asked for.
func gateCells() (cells []gate.Cell, err error) {
	chosen, err := selectScenarios(nil, scenarios.SuiteGate)
	for _, s := range chosen {
		for _, v := range s.Variants {
			cells = append(cells, gate.Cell{Scenario: s.Name, Variant: v.String()})
		}
	}
	return cells, err
}

// evaluate writes what all calibrations say together.
func (o calibrateOptions) evaluate(cmd *cobra.Command) error {
	path := filepath.Join(o.dir, power.FileName)
	log, err := power.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return usage(safe.Command("pushbench", "calibrate", "--dir", o.dir)+" measures some", "%s: no calibration there", path)
	}
	if err != nil {
		return err
	}
	judged, err := gateCells()
	if err != nil {
		return err
	}
	table := power.Evaluate(log.Sessions, power.Options{Cells: judged})
	if o.known != "" && table.Reason == "" {
		if err := power.WriteKnown(o.known, table.Known); err != nil {
			return noRoom(err)
		}
	}
	if err := page.WriteAll(o.dir, table); err != nil {
		return noRoom(err)
	}
	if log.Cut > 0 {
		say(cmd.ErrOrStderr(), "pushbench: line %d of %s is cut off: it is left out", log.Cut, safe.Line(path))
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n%s\n", page.ReadmeBlock(table), safe.Line(filepath.Join(o.dir, "report.md")))
	if err == nil && o.known != "" && table.Reason != "" {
		return usage(safe.Command("pushbench", "calibrate", "--dir", o.dir)+" measures more", "%s was not written: %s", o.known,
			strings.TrimSuffix(table.Reason, "."))
	}
	return err
}
