package lab

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"time"

	"pushbench/lab/machine"
	"pushbench/results"
	"pushbench/results/capacity"
	"pushbench/scenarios"
)

// A Seek is a search for the highest load that each variant of each target carries within
// objectives.
type Seek struct {
	Of         string          // what is raised: scenarios.SweepClients or scenarios.SweepRate
	Objectives []results.Bound // what a trial must be within
	Trials     int             // that confirm a level
	Resolution float64         // from one level to the next, as a share
	Most       int             // highest level; 0: as far as a scenario may go
}

// Noun is what is raised, for people.
func (s Seek) Noun() string {
	if s.Of == scenarios.SweepRate {
		return "events/s"
	}
	return "clients"
}

// Seeking is told how a search goes. The calls never overlap. Left is the remaining wall
// time, as far as it can be told.
type Seeking interface {
	SeekStart(searches int, left time.Duration) // before the first trial, when the run has its directory
	TrialStart(p Planned, left time.Duration)
	TrialDone(p Planned, t *results.Trial, wrong string, left time.Duration) // wrong: why it did not hold; empty: it did
	SeekEnd(e results.End)                                                   // levels are out of reach
}

// searching is what a record says of itself until the search is over.
const searching = "the search was ended before it was over"

// Seek searches for the highest load that each variant of each target carries, and saves the
// record after each trial. The Runner has one scenario, which sweeps nothing. The searches
// take turns, in a random order in each round, so that a slow minute of the machine meets
// all of them. The Runner's Progress and Trials are not used. When ctx is done, the trial
// under way is dropped and Seek returns the record, which says that it is partial, with
// ctx's error. Any other error comes with what there is of the record, which is nil when
// nothing could be begun.
func (r *Runner) Seek(ctx context.Context, s Seek, told Seeking) (*results.Record, error) {
	k, err := r.seeker(s)
	if err != nil {
		return nil, err
	}
	r.kept = &kept{}
	defer r.kept.close()
	rec, err := k.begin(ctx)
	if err != nil {
		return nil, err
	}
	told.SeekStart(len(k.climbs), k.left())
	for _, e := range k.ends {
		told.SeekEnd(e)
	}
	random := rand.New(rand.NewPCG(r.Seed, 0))
	for {
		round := slices.DeleteFunc(slices.Clone(k.climbs), func(c *climb) bool {
			_, goesOn := c.search.Next()
			return !goesOn
		})
		if len(round) == 0 {
			rec.Partial = ""
			return rec, r.finish(rec, nil)
		}
		random.Shuffle(len(round), func(i, j int) { round[i], round[j] = round[j], round[i] })
		for _, c := range round {
			if err := k.step(ctx, c, rec, told); err != nil {
				if unsaved := r.finish(rec, nil); unsaved != nil {
					err = errors.Join(err, unsaved)
				}
				return rec, err
			}
		}
	}
}

// begin reserves the directory of the run, with the record of no trial, and leaves out what
// was found not to answer.
func (k *seeker) begin(ctx context.Context) (*results.Record, error) {
	own := *k.Runner
	own.Scenarios, own.Trials = []scenarios.Scenario{k.lowest}, k.ask.Trials
	own.capacity = &results.Capacity{
		Of: k.ask.Of, Trials: k.ask.Trials, Resolution: k.ask.Resolution, Ends: k.ends,
		Start: k.start, Step: k.unit, Least: k.levels[0], Most: k.levels[len(k.levels)-1],
	}
	for _, b := range k.ask.Objectives {
		own.capacity.Objectives = append(own.capacity.Objectives, b.String())
	}
	rec, plan, err := own.begin(ctx)
	if err != nil {
		return nil, err
	}
	k.Dir, k.known, k.refused, k.remote = own.Dir, own.known, own.refused, own.remote
	k.climbs = slices.DeleteFunc(k.climbs, func(c *climb) bool {
		return !slices.ContainsFunc(plan, func(p Planned) bool {
			return p.Target.Name == c.Target.Name && p.Variant == c.Variant
		})
	})
	rec.Scenarios[0].Points, rec.Planned, rec.Partial = nil, 0, searching
	return rec, nil
}

// step makes the next trial of c.
func (k *seeker) step(ctx context.Context, c *climb, rec *results.Record, told Seeking) error {
	level, ok := k.fits(c, rec, told)
	if !ok {
		return nil
	}
	p := k.planned(c, level)
	told.TrialStart(p, k.left())
	began := time.Now()
	trials, err := k.trials(ctx, []Planned{p}, func(float64) {})
	if err != nil {
		return err
	}
	k.observed += time.Since(began)
	k.estimated += p.Estimate
	t := trials[0]
	held, wrong, judged := capacity.Judge(rec.Capacity.Objectives, t)
	if judged {
		c.search.Add(level, held)
	}
	c.weigh(t)
	rec.Trials = append(rec.Trials, t)
	rec.Planned = len(rec.Trials)
	k.point(rec, p.Point)
	told.TrialDone(p, t, wrong, k.left())
	if !judged {
		reason := fmt.Sprintf("at %d %s %s", level, k.ask.Noun(), wrong)
		k.end(c, results.End{Resource: results.Judgment, Reason: reason}, rec, told)
	}
	debug.FreeOSMemory() // collects: one trial's garbage is not the next one's
	return k.save(rec)
}

// end ends the search of c, and says so.
func (k *seeker) end(c *climb, e results.End, rec *results.Record, told Seeking) {
	e.Target, e.Variant = c.Target.Name, c.Variant.String()
	k.ends = append(k.ends, e)
	rec.Capacity.Ends = k.ends
	c.search.Bound(e.Level)
	told.SeekEnd(e)
}

// point adds a level to those of the record's sweep, in order.
func (k *seeker) point(rec *results.Record, point string) {
	s := &rec.Scenarios[0]
	if slices.Contains(s.Points, point) {
		return
	}
	s.Points = append(s.Points, point)
	place := func(point string) int {
		return slices.IndexFunc(k.levels, func(level int) bool { return fmt.Sprint(level) == point })
	}
	slices.SortFunc(s.Points, func(a, b string) int { return place(a) - place(b) })
}

// What is told of memory.
const (
	// Clients of a trial at least that tells how much one takes: of fewer, most is what the
	// processes take by themselves.
	heavy = 1000

	spare = 0.1 // of what is free, which is not planned with
)

// weigh notes how much memory a client takes.
func (c *climb) weigh(t *results.Trial) {
	n := t.Load.Clients
	taken := float64(t.Server.Resident+t.Generator.Resident) + 2*float64(t.Connection.Held.Kernel)
	if n >= heavy && n > c.weighed && t.Server.Resident > 0 {
		c.weighed, c.bytes = n, taken/float64(n)
	}
}

// fits is the level of the next trial of c. It ends the search where the memory of the machine
// does not suffice, by what a client took so far.
func (k *seeker) fits(c *climb, rec *results.Record, told Seeking) (level int, ok bool) {
	free := float64(machine.Free())
	tooMany := func(level int) bool {
		need := c.bytes * float64(level)
		return k.ask.Of == scenarios.SweepClients && level > c.weighed && free > 0 && need > (1-spare)*free
	}
	level, ok = c.search.Next()
	if !ok || !tooMany(level) {
		return level, ok
	}
	level = k.levels[slices.IndexFunc(k.levels, tooMany)]
	reason := fmt.Sprintf("%d clients need %s of memory on both sides together, by what %d clients took, and %s are free",
		level, results.FormatValue(c.bytes*float64(level), "bytes"), c.weighed, results.FormatValue(free, "bytes"))
	k.end(c, results.End{Level: level, Resource: results.Memory, Reason: reason}, rec, told)
	return c.search.Next()
}
