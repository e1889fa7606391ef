package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pushbench/lab"
	"pushbench/lab/check"
	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/results/safe"
	"pushbench/scenarios"
	"pushbench/servers/wire"
	"pushbench/targets"
)

// newAtlas returns `pushbench atlas`; the record will hold line.
func newAtlas(line []string) *cobra.Command {
	o := runOptions{line: line, suite: scenarios.SuiteAtlas, findings: true}
	quick := false
	cmd := &cobra.Command{
		Use:   "atlas",
		Short: "Check and measure every server that can be started here",
		Long: `Check and measure every server that can be started here: those of "pushbench list
--targets" that are installed and tested. Among them is pushbench's own, which is
spoken to as all others are. First "pushbench
check" looks at each of them. Then the suite atlas runs on all of them: the same load
on the same cores, one trial at a time, in a random order. A server that is not
installed is listed at the end, with the packages that it needs.

Exit status: 0 a record was written, and no trial of pushbench's own servers failed;
1 one of their trials failed (failed trials of other servers are a result, and do not
count here); 2 bad input, or nothing could run; 130 interrupted.`,
		Example: `  pushbench atlas --dry-run                # what it would do, and for how long
  pushbench atlas                          # every server that is installed
  pushbench atlas --target pushbench,express,nchan --quick
  pushbench atlas --target pushbench --target ./my-server.yaml --trials 10`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			var gone []absent
			if len(o.targets) == 0 {
				var err error
				if o.targets, gone, err = testedTargets(); err != nil {
					return err
				}
			}
			for _, a := range gone {
				if o.dry {
					say(cmd.ErrOrStderr(), "not run: %s: %v", a.file.Name, a.why)
				}
			}
			if _, err := os.Lstat(filepath.Join(o.out, results.FileName)); o.out != "" && err == nil {
				return usage("choose another --out, or remove it first", "%s %w", o.out, lab.ErrTaken)
			}
			o.before = func(ctx context.Context, r *lab.Runner) error {
				for _, a := range gone {
					leaveOut(r, a.file.Name, a.file, a.why)
				}
				return survey(ctx, cmd.ErrOrStderr(), r, quick, o.quiet)
			}
			return o.measure(cmd, args)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&o.targets, "target", nil, "check and measure this `TARGET`; may be repeated (default: all)")
	f.BoolVar(&quick, "quick", false, "leave out the facts that take a long wait or much data")
	mustComplete(cmd, "target", completeTargets)
	o.flags(cmd)
	return cmd
}

// An absent is a target whose program is not here, and why.
type absent struct {
	file *targets.File
	why  error
}

// testedTargets are the names of those that come with pushbench and are in its tests. Gone
// are those of them whose program is not here.
func testedTargets() (names []string, gone []absent, err error) {
	all, err := targets.Builtin()
	for _, f := range all {
		if f.Untested != "" {
			continue
		}
		if _, err := parseTarget(f.Name, ""); err != nil {
			gone = append(gone, absent{f, err})
			continue
		}
		names = append(names, f.Name)
	}
	return names, gone, err
}

// leaveOut lists a target as not run, with what may help, and with what its file says; nil:
// it has none.
func leaveOut(r *lab.Runner, name string, f *targets.File, why error) {
	reason := safe.Brief(why.Error(), 200)
	var e *exitError
	if errors.As(unready(why), &e) && e.hint != "" {
		reason += " (" + e.hint + ")"
	}
	if here, err := os.Getwd(); err == nil { // a record does not tell where this machine has its files
		reason = strings.ReplaceAll(reason, here+string(filepath.Separator), "")
	}
	n := results.NotRun{Target: name, Reason: reason}
	if f != nil {
		n.About, n.Offers = f.About, strings.Join(offers(f), " ")
	}
	for _, s := range r.Scenarios {
		n.Scenario = s.Name
		r.Missing = append(r.Missing, n)
	}
}

// offers are the transports that a target file names.
func offers(f *targets.File) (all []string) {
	for _, one := range []struct {
		on    wire.Transport
		named bool
	}{
		{wire.Polling, f.Dialect.Polling != nil}, {wire.LongPoll, f.Dialect.LongPoll != nil}, {wire.SSE, f.Dialect.SSE != nil}, {wire.WebSocket, f.Dialect.WebSocket != nil},
	} {
		if one.named {
			all = append(all, string(one.on))
		}
	}
	return all
}

// survey checks each target of r, whose record will have what is found out. A target that
// cannot be started leaves r, and is listed as not run. The error is that of ctx, or says
// that none can be started.
func survey(ctx context.Context, w io.Writer, r *lab.Runner, quick, quiet bool) error {
	tell := func(format string, args ...any) {
		if !quiet {
			say(w, format, args...)
		}
	}
	var able []target.Target
	for i, t := range r.Targets {
		began := time.Now()
		found, err := checkTarget(ctx, t, quick, func(s check.Server, o check.Options) {
			tell("checking %s (%d of %d), about %s", t.Name, i+1, len(r.Targets), span(check.Estimate(s, o)))
		})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			tell("not checked: %s (%d of %d): %s", t.Name, i+1, len(r.Targets), safe.Brief(err.Error(), 200))
			leaveOut(r, t.Name, t.File, err)
			continue
		}
		tell("checked %s in %s: %s", t.Name, span(time.Since(began)), counts(found))
		able = append(able, t)
		r.Checks = append(r.Checks, *found)
	}
	if len(able) == 0 {
		return nothingRuns(r.Missing)
	}
	r.Targets = able
	return nil
}

// checkTarget starts t, and finds out how it behaves.
func checkTarget(ctx context.Context, t target.Target, quick bool, begin func(check.Server, check.Options)) (*results.Check, error) {
	server, end, err := openCheck(ctx, t)
	if err != nil {
		return nil, err
	}
	how := checkOf(quick, nil)
	begin(server, how)
	found, err := check.Run(ctx, server, how)
	_ = end() // how it ends is a fact, or no matter
	return found, err
}

// counts is how many facts there are of each state.
func counts(c *results.Check) string {
	count := map[results.State]int{}
	for _, f := range c.Facts {
		count[f.State]++
	}
	var all []string
	for _, s := range checkStates {
		if count[s] > 0 {
			all = append(all, fmt.Sprintf("%d %s", count[s], s))
		}
	}
	return safe.Line(fmt.Sprintf("%d facts: %s", len(c.Facts), strings.Join(all, ", ")))
}

// ownTarget is the file that describes pushbench's own servers.
const ownTarget = "pushbench"

// ofOwn is what a record says of pushbench's own servers.
func ofOwn(r *results.Record) *results.Record {
	own := *r
	isOwn := func(name string) bool { return name == results.Builtin || name == ownTarget }
	own.Trials, own.Expectations = nil, nil
	for _, t := range r.Trials {
		if isOwn(t.Target) {
			own.Trials = append(own.Trials, t)
		}
	}
	for _, e := range r.Expectations {
		if isOwn(e.Target) || e.Target == "" && len(r.Targets) == 1 && isOwn(r.Targets[0].Name) {
			own.Expectations = append(own.Expectations, e)
		}
	}
	return &own
}
