package duel

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"pushbench/lab"
	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/scenarios"
)

// A Job is one comparison. It is used once.
type Job struct {
	Base, Head *Side

	Scenarios []scenarios.Scenario
	Variants  scenarios.Filter // nil: all
	Blocks    int              // at most; 0: as the scenarios say
	Budget    time.Duration    // of wall time, links included; 0: none
	Confirm   bool             // measure a second time what changed
	Seed      uint64
	Generator string // results.GeneratorOne or GeneratorEach

	Dir   string // of the record; see lab.Runner
	Fresh bool

	Rules     gate.Options
	Reproduce string // the command line that repeats it, seed included

	Command []string // for the provenance, as in lab.Runner
	Version string
	Commit  string

	Progress lab.Progress                     // may be nil
	Stage    func(name string, r *lab.Runner) // told before each of the measurements: which it is and who runs it. May be nil

	began time.Time
	links *links
}

// SecondDir is where the record of the second measurement is, below the first one's.
const SecondDir = "confirm"

// Run measures and decides. When ctx is done, or measuring ends early, the record keeps
// what was measured and there is no comparison, or one that nothing confirms if that
// is what was interrupted. Errors are those of package lab, *build.Error and
// *gate.Incomparable.
func (j *Job) Run(ctx context.Context) (*gate.Comparison, error) {
	j.began = time.Now()
	dir, err := os.MkdirTemp("", "pushbench-link-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	j.links = &links{dir: dir, arms: map[string]*Side{}}
	for arm, side := range map[string]*Side{Base: j.Base, Again: j.Base, Head: j.Head} {
		if side.Built() {
			j.links.arms[arm] = side
		}
	}
	first := j.runner(j.Scenarios, j.Variants, j.Seed)
	first.Dir, first.Fresh = j.Dir, j.Fresh
	first.Enough = j.enough
	rec, err := j.measure(ctx, "", first)
	j.Dir = first.Dir
	if err != nil {
		return nil, err
	}
	c, err := gate.Of(rec, nil, j.Rules)
	if err != nil {
		return nil, err
	}
	c.Record = first.Dir
	flagged := c.Flagged()
	if !j.Confirm || len(flagged) == 0 {
		return c, nil
	}
	second := j.runner(only(j.Scenarios, flagged), filterOf(flagged), j.Seed+1)
	second.Dir = filepath.Join(first.Dir, SecondDir)
	second.Trials = max(rec.Duel.Blocks, leastBlocks)
	again, err := j.measure(ctx, "confirm", second)
	if err != nil {
		return c, err // what is not confirmed stays what it is: the caller says that it was interrupted
	}
	c, err = gate.Of(rec, again, j.Rules)
	if err == nil {
		c.Record = first.Dir
	}
	return c, err
}

// LinkTime is about how long the links of one block take.
const LinkTime = 4 * time.Second

// Runner is who will measure, for those who want to see the plan: it is not run.
func (j *Job) Runner() *lab.Runner {
	j.links = &links{}
	r := j.runner(j.Scenarios, j.Variants, j.Seed)
	r.Dir, r.Fresh = j.Dir, j.Fresh
	return r
}

// leastBlocks is how few can have an interval.
const leastBlocks = 6

// runner is the one of a measurement with an order, arrivals and layouts of its own.
func (j *Job) runner(chosen []scenarios.Scenario, filter scenarios.Filter, seed uint64) *lab.Runner {
	j.links.seed, j.links.number = seed, 0
	return &lab.Runner{
		Scenarios: chosen, Seed: seed, Trials: j.Blocks, Variants: filter, Together: true,
		Targets: []target.Target{j.Base.target(Base, j.links), j.Base.target(Again, j.links), j.Head.target(Head, j.links)},
		Duel: &results.Duel{
			Base: Base, Again: Again, Head: Head, Relinked: j.Base.Built() && j.Head.Built(), Generator: j.Generator,
			Stopped: results.StoppedAsked, Reproduce: j.Reproduce,
		},
		Progress: j.Progress, Command: j.Command, Version: j.Version, Commit: j.Commit,
	}
}

func (j *Job) measure(ctx context.Context, stage string, r *lab.Runner) (*results.Record, error) {
	if j.Stage != nil {
		j.Stage(stage, r)
	}
	run := r.Run
	if j.Generator == results.GeneratorEach {
		run = func(ctx context.Context) (*results.Record, error) { return j.each(ctx, r) }
	}
	rec, err := run(ctx)
	if j.links.fixed && rec != nil {
		rec.Duel.Relinked = false
		err = errors.Join(err, results.Save(r.Dir, rec))
	}
	return rec, err
}

// enough ends the measurement when it is precise, or when one more block would be beyond
// the budget.
func (j *Job) enough(rec *results.Record) string {
	blocks := rec.Duel.Blocks
	if j.Budget > 0 {
		passed := time.Since(j.began)
		if passed+passed/time.Duration(blocks) > j.Budget {
			return results.StoppedBudget
		}
	}
	if blocks < leastBlocks {
		return ""
	}
	so := *rec
	so.Partial = "" // of what there is, as if it were all
	c, err := gate.Of(&so, nil, j.Rules)
	if err == nil && c.Precise() {
		return results.StoppedPrecision
	}
	return ""
}

// only are the scenarios of the cells.
func only(all []scenarios.Scenario, cells []gate.Cell) (some []scenarios.Scenario) {
	for _, s := range all {
		if slices.ContainsFunc(cells, func(c gate.Cell) bool { return c.Scenario == s.Name }) {
			some = append(some, s)
		}
	}
	return some
}

// filterOf selects the variants of the cells.
func filterOf(cells []gate.Cell) (f scenarios.Filter) {
	for _, c := range cells {
		f = append(f, scenarios.Who{Name: c.Variant, Alone: true})
	}
	return f
}
