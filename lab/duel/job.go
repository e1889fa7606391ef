package duel

import (
	"context"
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
	Budget    time.Duration    // of wall time, building included; 0: none
	Confirm   bool             // measure a second time what changed, within half of the budget and what is left of it
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
	Stage    func(name string, r *lab.Runner) // told before each of the measurements: what is to be said of it, and who runs it. May be nil

	links *links
	first time.Time // when the first block of the measurement under way began
}

// SecondDir is where the record of the second measurement is, below the first one's.
const SecondDir = "confirm"

// Run measures and decides. When ctx is done, or measuring ends early, the record keeps
// what was measured. The error then comes without a comparison or, if that is what was
// interrupted, with one that nothing confirms. Errors are those of package lab,
// *build.Error and *gate.Incomparable.
func (j *Job) Run(ctx context.Context) (*gate.Comparison, error) {
	began := time.Now()
	if j.Generator == results.GeneratorEach {
		for _, s := range []*Side{j.Base, j.Head} {
			if err := s.generates(); err != nil {
				return nil, err
			}
		}
	}
	for _, s := range []*Side{j.Base, j.Head} {
		if err := s.prepare(ctx); err != nil {
			return nil, err
		}
	}
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
	first.Enough = func(rec *results.Record) string { return j.enough(rec, began.Add(j.Budget), 1) }
	rec, err := j.measure(ctx, "", first)
	j.Dir = first.Dir
	if err != nil {
		return nil, err
	}
	c, err := Decide(rec, nil, j.Rules)
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
	second.Enough = func(rec *results.Record) string {
		return j.enough(rec, began.Add(j.Budget+j.Budget/2), leastBlocks)
	}
	again, err := j.measure(ctx, "something has changed: it is measured a second time", second)
	if err != nil {
		unconfirmed(c)
		return c, err
	}
	c, err = Decide(rec, again, j.Rules)
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

// leastBlocks is how few can have an interval. In so many each of the six orders of
// three servers comes once.
const leastBlocks = 6

// runner is the one of a measurement with an order, arrivals and layouts of its own.
func (j *Job) runner(chosen []scenarios.Scenario, filter scenarios.Filter, seed uint64) *lab.Runner {
	j.links.seed, j.links.number = seed, 0
	return &lab.Runner{
		Scenarios: chosen, Seed: seed, Trials: j.Blocks, Variants: filter,
		Together: j.Generator != results.GeneratorEach,
		Targets:  []target.Target{j.Base.target(Base, j.links), j.Base.target(Again, j.links), j.Head.target(Head, j.links)},
		Duel: &results.Duel{
			Base: Base, Again: Again, Head: Head, Relinked: j.Base.Built() && j.Head.Built(), Generator: j.Generator,
			Stopped: results.StoppedAsked, Reproduce: j.Reproduce,
		},
		Progress: j.Progress, Command: j.Command, Version: j.Version, Commit: j.Commit,
	}
}

// measure has the programs of the first block built, which is no part of its time, and
// carries out all blocks.
func (j *Job) measure(ctx context.Context, stage string, r *lab.Runner) (*results.Record, error) {
	if j.Stage != nil {
		j.Stage(stage, r)
	}
	if err := j.links.link(ctx, 1); err != nil {
		return nil, err
	}
	r.Duel.Relinked = r.Duel.Relinked && !j.links.fixed
	j.first = time.Now()
	if j.Generator == results.GeneratorEach {
		return j.each(ctx, r)
	}
	return r.Run(ctx)
}

// enough ends the measurement when it is precise, or when one more block would end
// behind the budget; least is how many blocks there are in any case. Precision is looked
// at when each of the six orders came equally often.
func (j *Job) enough(rec *results.Record, ends time.Time, least int) string {
	blocks := rec.Duel.Blocks
	if j.Budget > 0 && blocks >= least {
		each := time.Since(j.first) / time.Duration(blocks)
		if time.Now().Add(each).After(ends) {
			return results.StoppedBudget
		}
	}
	if blocks%leastBlocks != 0 {
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
