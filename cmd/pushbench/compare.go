package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pushbench/lab/duel"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/results/safe"
)

type compareOptions struct {
	verdictFlags
	line       []string
	baseTarget string
	headTarget string
	confirm    string
}

// newCompare returns `pushbench compare`, executed as line.
func newCompare(line []string) *cobra.Command {
	o := compareOptions{line: line}
	cmd := &cobra.Command{
		Use:   "compare BASE HEAD | DUEL_DIR",
		Short: "Compare two runs: is head slower or chattier than base?",
		Long: `Compare two runs, which are directories or run.json files: is head slower or
chattier than base? Or give the verdict of a duel again, from its directory.

A duel measures base and head side by side in one job. Two separate runs tell
less: identical code differs by 20 % a few minutes later. Numbers of bytes,
requests and missed events are exact in both, and a difference of one is a change.

With --confirm, another duel of the same sides, such as one of another machine, takes
the place of the second measurement: what it does not confirm fails nothing. If it
cannot tell, the status is 1, and 3 if it is void. If DUEL_DIR itself is void, the
other duel alone gives the verdict.

` + acceptHelp + verdictStatuses,
		Example: `  pushbench compare results/runs/before results/runs/after
  pushbench compare before/run.json after/run.json --out /tmp/compared
  pushbench compare results/duels/20260102T030405Z  # a duel, once more
  pushbench compare first --confirm second          # a duel, and one of another machine
  pushbench compare one two --head-target mine      # of a run with several targets
  pushbench compare one two --accept sse:data-B/event   # a change on purpose
  pushbench compare one two --json | jq .verdict`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			switch len(args) {
			case 1:
				return o.again(cmd, args[0])
			case 2:
				if o.confirm != "" {
					return usage("pushbench compare DUEL_DIR --confirm DIR", "--confirm is for a duel, and these are two runs")
				}
				return o.separate(cmd, args[0], args[1])
			}
			return usage("pushbench compare BASE HEAD", "compare takes the runs of base and head, or one duel, not %d arguments", len(args))
		},
	}
	f := cmd.Flags()
	o.flags(cmd, "beside the record of a duel; of two runs they are not written")
	f.StringVar(&o.confirm, "confirm", "", "take the duel in `DIR` for the second measurement, in place of the one in DUEL_DIR")
	f.StringVar(&o.baseTarget, "base-target", "", "the `TARGET` of BASE to compare, where it has several")
	f.StringVar(&o.headTarget, "head-target", "", "the `TARGET` of HEAD to compare, where it has several")
	return cmd
}

// again gives the verdict of a duel from its record.
func (o *compareOptions) again(cmd *cobra.Command, path string) error {
	for _, flag := range []string{"base-target", "head-target"} {
		if cmd.Flags().Changed(flag) {
			return usage("pushbench compare BASE HEAD compares any two", "--%s is for two runs: a duel knows which targets it compares", flag)
		}
	}
	dir, err := placeOf(cmd, path, o.out)
	if err != nil {
		return err
	}
	record, err := load(path)
	if err != nil {
		return err
	}
	if record.Duel == nil {
		return usage("pushbench compare BASE HEAD compares two runs", "%s is not the record of a duel", path)
	}
	var c *gate.Comparison
	if o.confirm == "" {
		c, err = o.alone(record, path)
	} else {
		c, err = o.twice(record, path)
	}
	if err != nil {
		return err
	}
	c.Record = path
	return o.show(cmd, c, dir)
}

// alone is what a duel and its own second measurement say.
func (o *compareOptions) alone(record *results.Record, path string) (*gate.Comparison, error) {
	confirm, err := confirmation(path)
	if err != nil {
		return nil, err
	}
	c, err := duel.Decide(record, confirm, o.options())
	return c, cannotCompare(err, path)
}

// twice is what a duel and the one of --confirm say together. Where that could not tell
// whether there is a regression, it fails.
func (o *compareOptions) twice(record *results.Record, path string) (*gate.Comparison, error) {
	second, err := load(o.confirm)
	if err != nil {
		return nil, err
	}
	if second.Duel == nil {
		return nil, usage("--confirm takes another duel of the same sides", "%s is not the record of a duel", o.confirm)
	}
	again, err := confirmation(o.confirm)
	if err != nil {
		return nil, err
	}
	c, told, err := duel.Combine(record, second, again, o.options())
	o.strict = o.strict || !told
	return c, cannotCompare(err, path+" and "+o.confirm)
}

// confirmation is the record of the second measurement that belongs to the duel at
// path; nil: there was none.
func confirmation(path string) (*results.Record, error) {
	dir := path
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.IsDir() {
		dir = filepath.Dir(path)
	}
	second := filepath.Join(dir, duel.SecondDir, results.FileName)
	if _, err := os.Stat(second); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return load(second)
}

// separate compares two runs that were made at different times.
func (o *compareOptions) separate(cmd *cobra.Command, basePath, headPath string) error {
	dir := o.out
	if dir != "" {
		if err := mustHoldNoOther(dir, headPath); err != nil {
			return err
		}
	}
	base, err := load(basePath)
	if err != nil {
		return err
	}
	head, err := load(headPath)
	if err != nil {
		return err
	}
	baseTarget, err := targetOf(base, basePath, "--base-target", o.baseTarget)
	if err != nil {
		return err
	}
	headTarget, err := targetOf(head, headPath, "--head-target", o.headTarget)
	if err != nil {
		return err
	}
	c, err := gate.Separate(base, head, baseTarget, headTarget, o.options())
	if err != nil {
		return cannotCompare(err, basePath+" and "+headPath)
	}
	c.Record, c.Reproduce = headPath, safe.Command(o.line...)
	return o.show(cmd, c, dir)
}

// targetOf is the target of a record that is compared: the one asked for, or the
// only one.
func targetOf(record *results.Record, path, flag, asked string) (string, error) {
	var names []string
	for _, t := range record.Targets {
		names = append(names, t.Name)
	}
	switch {
	case asked == "" && len(names) == 1:
		return names[0], nil
	case asked == "":
		return "", usage(flag+" says which is compared: "+strings.Join(names, ", "), "%s has %d targets", path, len(names))
	case !slices.Contains(names, asked):
		hint := didYouMean(asked, names, flag+" ")
		if hint == "" {
			hint = "it has " + strings.Join(names, ", ")
		}
		return "", usage(hint, "%s has no target %q", path, asked)
	}
	return asked, nil
}

// cannotCompare says why there is no verdict, and what would give one; nil if there is one.
func cannotCompare(err error, path string) error {
	var reason *gate.Incomparable
	if !errors.As(err, &reason) {
		return err
	}
	return usage("pushbench duel measures base and head side by side in one job", "%s: %w", path, reason)
}
