package duel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"pushbench/lab"
	"pushbench/lab/build"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/scenarios"
)

// each measures with a load generator of each arm's own: in each block the program of each
// arm runs the scenarios against its own servers, one arm after another in an order that
// is balanced over the blocks. The record is put together of theirs. Times differ by more
// than those of arms that run side by side.
func (j *Job) each(ctx context.Context, r *lab.Runner) (*results.Record, error) {
	plan := r.Plan()
	if len(plan) == 0 {
		return nil, errors.New("nothing can be run")
	}
	blocks := plan[len(plan)-1].Number
	asked := map[gate.Cell]bool{}
	for _, p := range plan {
		asked[gate.Cell{Scenario: p.Scenario, Point: p.Point, Variant: p.Variant.String()}] = true
	}
	work, err := os.MkdirTemp(j.links.dir, "each-")
	if err != nil {
		return nil, err
	}
	files, err := scenarioFiles(work, r.Scenarios)
	if err != nil {
		return nil, err
	}
	arms := []string{Base, Again, Head}
	orders := lab.Orders(len(arms), blocks, r.Seed)
	rec := j.empty(r, len(plan))
	if r.Dir, err = lab.Reserve(r.Dir, r.Fresh, rec); err != nil {
		return nil, err
	}
	if r.Progress != nil {
		r.Progress.Start(plan, lab.Estimate(plan))
	}
	began := time.Now()
	for n := 1; n <= blocks; n++ {
		for _, i := range orders[n-1] {
			part, err := j.own(ctx, r, arms[i], n, filepath.Join(work, fmt.Sprintf("%s-%d", arms[i], n)), files)
			if err != nil {
				return rec, errors.Join(err, j.ended(ctx, rec, r.Dir))
			}
			if len(rec.Scenarios) == 0 {
				rec.Scenarios = part.Scenarios
			}
			for _, n := range part.NotRun {
				n.Target = "" // it calls its own servers builtin
				if !slices.Contains(rec.NotRun, n) {
					rec.NotRun = append(rec.NotRun, n)
				}
			}
			for _, t := range part.Trials {
				if !asked[gate.Cell{Scenario: t.Scenario, Point: t.Point, Variant: t.Variant}] {
					continue // --variant takes all of a transport
				}
				t.Target, t.Number, t.Layout = arms[i], n, j.links.layoutOf(arms[i], n)
				rec.Trials = append(rec.Trials, t)
				left := time.Duration(float64(time.Since(began)) / float64(len(rec.Trials)) *
					float64(len(plan)-len(rec.Trials)))
				if r.Progress != nil && len(rec.Trials) <= len(plan) {
					r.Progress.TrialDone(len(rec.Trials)-1, t, left)
				}
			}
		}
		rec.Duel.Blocks = n
		if why := r.Enough; why != nil && n < blocks {
			if rec.Duel.Stopped = why(rec); rec.Duel.Stopped != "" {
				break
			}
			rec.Duel.Stopped = results.StoppedAsked
		}
		if err := results.Save(r.Dir, rec); err != nil {
			return rec, err
		}
	}
	rec.Partial, rec.Planned, rec.Ended = "", len(rec.Trials), time.Now().UTC()
	return rec, results.Save(r.Dir, rec)
}

// empty is the record before anything was measured.
func (j *Job) empty(r *lab.Runner, planned int) *results.Record {
	now := time.Now().UTC()
	rec := &results.Record{
		Schema: results.Schema, Began: now, Ended: now, Partial: "interrupted before the last block was over", Planned: planned, Seed: r.Seed,
		Provenance: lab.Collect(j.Version, j.Commit, j.Command), Trials: []*results.Trial{}, Duel: r.Duel,
	}
	rec.Provenance.Path = "loopback"
	for _, t := range r.Targets {
		rec.Targets = append(rec.Targets, results.Target{Name: t.Name, Command: t.Command, Revision: t.Revision})
	}
	return rec
}

// ended keeps what was measured until something went wrong.
func (j *Job) ended(ctx context.Context, rec *results.Record, dir string) error {
	if ctx.Err() != nil {
		rec.Duel.Stopped = results.StoppedInterrupted
	}
	return results.Save(dir, rec)
}

// scenarioFiles writes the scenarios for programs that have none of that name.
func scenarioFiles(dir string, all []scenarios.Scenario) (files []string, err error) {
	for _, s := range all {
		file := filepath.Join(dir, s.Name+".yaml")
		if err := os.WriteFile(file, []byte(s.Text), 0o666); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// own has the program of an arm run its block into dir.
func (j *Job) own(ctx context.Context, r *lab.Runner, arm string, number int, dir string,
	files []string) (*results.Record, error) {
	side := j.Base
	if arm == Head {
		side = j.Head
	}
	program, err := side.program(ctx, arm, number, j.links)
	if err != nil {
		return nil, err
	}
	args := append([]string{"run"}, files...)
	for _, v := range r.Variants {
		args = append(args, "--variant", v.Name)
	}
	seed := rand.New(rand.NewPCG(r.Seed, uint64(number))).Uint32()
	args = append(args, "--trials", "1", "--seed", strconv.FormatUint(uint64(seed), 10), "--out", dir, "--no-report", "--quiet")
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = filepath.Dir(dir)
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	// Ctrl-C is passed on by us, once. The kernel ends the program should this process
	// die, and sends the signal when the thread that forked ends, so that it stays here.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	failed := cmd.Run()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var exit *exec.ExitError
	if failed != nil && !(errors.As(failed, &exit) && exit.ExitCode() == 1) { // 1: a trial failed, which its record says
		return nil, &build.Error{Problem: fmt.Sprintf("the program of %s could not measure block %d: %v", side, number, failed),
			Output: tail(said.String()), Hint: "with --generator each, both sides are pushbench programs that know this scenario"}
	}
	return results.Load(dir)
}

// tail is the end of what a program said.
func tail(s string) string {
	const most = 2000
	if len(s) > most {
		s = "…" + s[len(s)-most:]
	}
	return string(bytes.TrimSpace([]byte(s)))
}

// program is the file that runs an arm's block.
func (s *Side) program(ctx context.Context, arm string, number int, l *links) (string, error) {
	if s.source != nil {
		file, _, err := l.program(ctx, arm, number)
		return file, err
	}
	return s.Command[0], nil
}
