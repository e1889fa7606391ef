package lab

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"pushbench/lab/machine"
	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/results/model"
	"pushbench/scenarios"
)

// A Runner carries out scenarios: every variant, point and trial against a
// fresh server process of its own (unless a described target has one for all), in a seeded
// random order that interleaves them all. It is used for one run.
type Runner struct {
	Scenarios []scenarios.Scenario // names must differ
	Seed      uint64               // of the order of trials and of random arrivals
	Trials    int                  // of each cell; 0: as the scenarios say
	Variants  scenarios.Filter     // nil: all
	Dir       string               // the run's own directory, made when absent; empty: nothing is saved

	// Fresh has Run make a directory that nobody had before: Dir or, where that
	// exists, Dir-2, Dir-3 and so on. From Progress.Start on, Dir is the one.
	Fresh bool

	// Audit has every trial between network namespaces watched by a packet
	// capture, and compared with it. It needs what package path needs.
	Audit bool

	// Targets are who answers, in the order of the reports; their names differ.
	// Every variant is run against each of them.
	Targets []target.Target

	// Null is the command that starts a null server, by which the generator's
	// ceiling is measured before the first trial of each kind: the executable,
	// "serve", "--ready", "--null". The Runner appends --addr, --tcp, --payload
	// and, where it is needed, --tls; the server inherits the credit as
	// descriptor 3. Empty: the ceiling is not measured.
	Null []string

	// Together has all targets of a cell run side by side, each event of theirs in
	// turn: the trials of one cell with one number are one group. What the machine
	// does at one moment then meets all of them.
	Together bool

	// Kin names, by scenario, what is compared across scenarios: trials of the same name stand
	// together in each block, and within them those of one scenario. Nil: none do.
	Kin map[string]string

	// Duel says that the targets are the arms of a comparison; nil: they are not. It
	// goes into the record, and Run fills what becomes of it.
	Duel *results.Duel

	// Enough is asked after each block, which is all trials with one number, whether
	// the run is to end, and why: a value of results.Duel.Stopped; empty: it goes on.
	// After the last block it is asked, too. Nil: the run ends with the plan.
	Enough func(rec *results.Record) (why string)

	Checks  []results.Check  // what was found out about the targets before: for the record
	Missing []results.NotRun // what is not run because of targets that are not there: for the record

	Statements   []results.Statement   // what people say about the transports, to be put to the test: for the record
	Observations []results.Observation // what was measured before, apart from trials: for the record. With some, there may be no scenario

	// Load carries out the load of trials in place of this process; nil: this process does.
	Load Load

	// Host is the IP address of this machine at which its servers listen, so that agents on
	// others reach them; empty: 127.0.0.1.
	Host string

	Progress Progress // may be nil
	Command  []string // for the provenance: the command line of this process
	Version  string   // for the provenance: of pushbench
	Commit   string   // for the provenance: what the build was told; empty: what the go command wrote into it

	ceilings map[loadKind]ceiling
	kept     *kept
	remote   bool                      // a target is reached over a network
	known    map[string]results.Target // by name, once they were asked
	refused  map[way]string            // why, once they were tried out
	capacity *results.Capacity         // the search that this is; nil: none
}

// Progress is told how a run goes. The calls never overlap. Left is the
// remaining wall time of the whole run, corrected by how long the trials so
// far took.
type Progress interface {
	Start(plan []Planned, estimate time.Duration)
	TrialStart(i int, left time.Duration) // i: index in the plan
	TrialProgress(i int, fraction float64, left time.Duration)
	TrialDone(i int, t *results.Trial, left time.Duration)
}

// Run runs every trial of the plan and saves the record after each, so that
// whatever happens the directory holds a valid record of what was measured.
// A trial that fails says why, and the run goes on. When ctx is done, the
// trial under way is dropped and Run returns the record, which says that it
// is partial, with ctx's error. Any other error comes with what there is of
// the record, which is nil when nothing could be begun.
func (r *Runner) Run(ctx context.Context) (*results.Record, error) {
	r.kept = &kept{}
	defer r.kept.close()
	rec, plan, err := r.begin(ctx)
	if err != nil {
		return nil, err
	}
	progress := r.Progress
	if progress == nil {
		progress = noProgress{}
	}
	progress.Start(plan, Estimate(plan))
	left := &eta{plan: plan}
	for i := 0; i < len(plan); {
		group := r.group(plan[i:])
		progress.TrialStart(i, left.left(i, 0))
		began := time.Now()
		trials, err := r.trials(ctx, group, func(f float64) { progress.TrialProgress(i, f, left.left(i, f*float64(len(group)))) })
		if err != nil {
			if r.Duel != nil {
				r.Duel.Stopped = "" // by an error, which the caller says
				if ctx.Err() != nil {
					r.Duel.Stopped = results.StoppedInterrupted
				}
			}
			if unsaved := r.finish(rec, nil); unsaved != nil {
				err = errors.Join(err, unsaved)
			}
			return rec, err
		}
		left.done(plan[i:i+len(group)], time.Since(began))
		rec.Trials = append(rec.Trials, trials...)
		rec.Partial = partial(len(rec.Trials), len(plan))
		if err := r.save(rec); err != nil {
			return rec, err
		}
		for _, t := range trials {
			progress.TrialDone(i, t, left.left(i+1, 0))
			i++
		}
		debug.FreeOSMemory() // collects: one trial's garbage is not the next one's
		if r.enough(rec, plan[i:], group[0].Number) {
			break
		}
	}
	rec.Partial = ""
	return rec, r.finish(rec, r.Scenarios)
}

// enough reports, after a trial with a number, whether the run is over before its
// plan is.
func (r *Runner) enough(rec *results.Record, rest []Planned, number int) bool {
	if len(rest) > 0 && rest[0].Number == number {
		return false // the block is not complete
	}
	if r.Duel != nil {
		r.Duel.Blocks = number
	}
	if r.Enough == nil {
		return false
	}
	why := r.Enough(rec)
	if why == "" || len(rest) == 0 {
		return false
	}
	if r.Duel != nil {
		r.Duel.Stopped = why
	}
	rec.Planned = len(rec.Trials)
	return true
}

// begin plans the run, reserves its directory and saves the record of no trial.
func (r *Runner) begin(ctx context.Context) (*results.Record, []Planned, error) {
	if err := r.valid(); err != nil {
		return nil, nil, err
	}
	targets, err := r.ask(ctx)
	if err != nil {
		return nil, nil, err
	}
	plan, not := r.plan(machine.OwnLimits())
	if len(r.refused) > 0 && (len(plan) == 0 || r.Duel != nil) {
		return nil, nil, r.nothingSound()
	}
	plan = r.ordered(plan)
	began := time.Now().UTC()
	rec := &results.Record{
		Schema: results.Schema, ID: began.Format("20060102T150405Z"), Began: began, Ended: began,
		Partial: partial(0, len(plan)), Planned: len(plan), Seed: r.Seed,
		Provenance: Collect(r.Version, r.Commit, r.Command), Targets: targets, Trials: []*results.Trial{}, NotRun: append(not, r.Missing...), Duel: r.Duel,
		Checks: r.Checks, Statements: r.Statements, Observations: r.Observations, Capacity: r.capacity,
	}
	rec.Provenance.Path = r.where()
	for _, s := range r.Scenarios {
		rec.Scenarios = append(rec.Scenarios, recorded(ctx, s, r.selected(s), r.repeats(s)))
	}
	if err := r.reserve(rec); err != nil {
		return nil, nil, err
	}
	return rec, plan, nil
}

// ask finds out what the targets can tell, and whether numbers can rest on them.
func (r *Runner) ask(ctx context.Context) (all []results.Target, err error) {
	r.known, r.refused = map[string]results.Target{}, map[way]string{}
	for _, t := range r.Targets {
		known, err := r.askTarget(ctx, t)
		if err != nil {
			return nil, err
		}
		known.Revision = t.Revision
		r.known[t.Name] = known
		all = append(all, known)
	}
	return all, nil
}

// reserve gives the run its directory, with a first record in it. Nothing is
// measured before: whoever has no place for a record finds out now.
func (r *Runner) reserve(rec *results.Record) (err error) {
	if r.Dir == "" {
		return nil
	}
	r.Dir, err = Reserve(r.Dir, r.Fresh, rec)
	return err
}

// where names what lies between clients and servers: each trial's record says
// it in full.
func (r *Runner) where() string {
	if r.remote || r.Host != "" {
		return "as each trial says" // there is a network, and perhaps something else
	}
	over := func(s scenarios.Scenario) bool { return s.Path != nil || r.Audit }
	switch {
	case !slices.ContainsFunc(r.Scenarios, over):
		return "loopback"
	case slices.ContainsFunc(r.Scenarios, func(s scenarios.Scenario) bool { return !over(s) }):
		return "loopback and links between network namespaces"
	}
	return "links between network namespaces"
}

func (r *Runner) valid() error {
	if err := Possible(); err != nil {
		return err
	}
	names := map[string]bool{}
	for _, s := range r.Scenarios {
		if names[s.Name] {
			return fmt.Errorf("two scenarios are named %s: results could not be told apart", s.Name)
		}
		names[s.Name] = true
	}
	answers := map[string]bool{}
	for _, t := range r.Targets {
		if answers[t.Name] {
			return fmt.Errorf("two targets are named %s: results could not be told apart", t.Name)
		}
		answers[t.Name] = true
	}
	switch {
	case len(names) == 0 && len(r.Observations) == 0:
		return errors.New("no scenario to run")
	case len(answers) == 0:
		return errors.New("no target to run against")
	case r.Trials < 0 || r.Trials > scenarios.MaxTrials:
		return fmt.Errorf("the number of trials is between 1 and %d, or 0 for that of the scenarios, not %d", scenarios.MaxTrials, r.Trials)
	}
	return nil
}

// finish judges the expectations of judged, sets beside each number what
// theory says and saves the record for the last time.
func (r *Runner) finish(rec *results.Record, judged []scenarios.Scenario) error {
	rec.Ended = time.Now().UTC()
	for _, s := range judged {
		rec.Expectations = append(rec.Expectations, judge(rec, s)...)
	}
	rec.Predictions = model.Compare(rec)
	return r.save(rec)
}

func (r *Runner) save(rec *results.Record) error {
	if r.Dir == "" {
		return nil
	}
	rec.Ended = time.Now().UTC()
	return results.Save(r.Dir, rec)
}

// partial is what a record says of itself until the last trial is in it: a
// run that is killed leaves the truth behind.
func partial(done, planned int) string {
	return fmt.Sprintf("interrupted after %d of %d trials", done, planned)
}

// noProgress is the Progress of somebody who did not ask.
type noProgress struct{}

func (noProgress) Start([]Planned, time.Duration)               {}
func (noProgress) TrialStart(int, time.Duration)                {}
func (noProgress) TrialProgress(int, float64, time.Duration)    {}
func (noProgress) TrialDone(int, *results.Trial, time.Duration) {}
