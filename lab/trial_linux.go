package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"pushbench/lab/machine"
	"pushbench/lab/process"
	"pushbench/lab/target"
	"pushbench/loadgen"
	"pushbench/results"
	"pushbench/scenarios"
)

// trials runs a group: one trial, or several side by side. Whatever goes wrong with
// one is in its Failed; the error is non-nil only when there are no trials: ctx is
// done, a server's command cannot be executed or linked, or the generator's ceiling
// cannot be measured.
func (r *Runner) trials(ctx context.Context, group []Planned, progress func(float64)) (_ []*results.Trial, err error) {
	var limit ceiling // of the generator with our own routes
	compared := false
	if group[0].Target.File == nil {
		if limit, compared, err = r.ceiling(ctx, group[0].Cell); err != nil {
			return nil, err
		}
	}
	compare := func(t *results.Trial) {
		if compared {
			limit.compare(t)
		}
	}
	var together *loadgen.Together
	if r.Together {
		together = loadgen.NewTogether(len(group))
	}
	layouts := make([]uint64, len(group))
	for i := range group {
		t := &group[i].Target
		if t.Command, layouts[i], err = t.Linked(ctx, group[i].Number); err != nil {
			return nil, err
		}
	}
	parts := r.divide(len(group))
	defer func() {
		if free := parts.release(); free != nil {
			err = errors.Join(err, free)
		}
	}()
	all := make([]*results.Trial, len(group))
	errs := make([]error, len(group))
	var running sync.WaitGroup
	for i, p := range group {
		running.Go(func() {
			defer together.Leave(p.Slot)
			o := p.options(r.Seed)
			o.Together, o.Slot, o.Progress = together, p.Slot, func(float64) {}
			if i == 0 {
				o.Progress = progress
			}
			all[i], errs[i] = r.trial(ctx, p, o, parts, compare)
			if errs[i] == nil {
				all[i].Layout = layouts[i]
			}
		})
	}
	running.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, cmp.Or(ctx.Err(), err)
	}
	parts.busy(all)
	return all, nil
}

// trial runs p as o says against a fresh server, and has the trial compared with the
// generator's ceiling.
func (r *Runner) trial(ctx context.Context, p Planned, o loadgen.Options, parts parts, compare func(*results.Trial)) (*results.Trial, error) {
	began := time.Now()
	s, err := r.setUp(ctx, p, o.Seed, parts)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, process.ErrNoServer) {
			return nil, err
		}
		return r.label(p, failed(began, o, err.Error())), nil
	}
	if err := r.warmUp(ctx, p, o, s); err != nil {
		_ = s.server.stop(true)
		_ = s.close() // the run is over
		return nil, err
	}
	s.equip(&o, p.Cell.Scenario.Stall, r.known[p.Target.Name])
	group := machine.OwnGroup()
	before := group.Throttled()
	t, err := r.drive(ctx, o, 5*p.Estimate+time.Minute+o.Target.Silence)
	throttled := group.Throttled().Sub(before)
	toServer, toClient := s.carried()
	end := s.server.stop(t == nil || t.Failed != "")
	gone := errors.Is(end, process.ErrByItself)
	if ctx.Err() != nil {
		_ = s.close() // the run is over
		return nil, ctx.Err()
	}
	if t == nil {
		t = failed(began, o, err.Error())
	}
	switch {
	case end == nil:
	case !gone && t.Failed == "":
		t.Warnings = append(t.Warnings, results.Warning{Code: "server-end", Text: fmt.Sprintf("After the trial %v.", end)})
	case !gone: // why the trial failed stands first
		t.Failed += "; " + end.Error()
	default: // why the trial failed, most likely
		t.Failed = strings.TrimSuffix(fmt.Sprintf("in mid-trial %v; %s", end, t.Failed), "; ")
	}
	compare(t)
	throttle(t, throttled)
	if err := errors.Join(s.audit(t), s.close()); err != nil && t.Failed == "" {
		t.Failed = err.Error()
	}
	r.label(p, t)
	if s.server.Remote() || t.Elsewhere() {
		t.Path = results.Path{Kind: "network"}
	}
	inject(t, s.server.Inject)
	t.Path.ToServer, t.Path.ToClient = toServer, toClient
	warnOfPath(t)
	t.Pack()
	return t, nil
}

// throttle says in t that a CPU quota was used up in it.
func throttle(t *results.Trial, stood machine.Throttle) {
	if stood.Times <= 0 {
		return
	}
	t.Trust.Throttled = stood.For.Seconds()
	t.Warnings = append(t.Warnings, results.Warning{Code: "throttled",
		Text: "the CPU quota was used up: processes were paused for a part of the trial, which counts as latency"})
}

// inject says in t by what its server was made worse on purpose, if it was.
func inject(t *results.Trial, by []string) {
	if len(by) == 0 {
		return
	}
	t.Inject = by
	t.Warnings = append(t.Warnings, results.Warning{Code: "injected",
		Text: fmt.Sprintf("the server was made worse on purpose, to test a gate, by %s", strings.Join(by, ", "))})
}

// drive runs the load; it gives up when limit is over, which is many times
// what the trial should take and longer than its path may be silent.
func (r *Runner) drive(ctx context.Context, o loadgen.Options, limit time.Duration) (*results.Trial, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	run := loadgen.Run
	if r.Load != nil {
		run = r.Load.Run
	}
	t, err := run(ctx, o)
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("the trial was not over after %s: %w", limit.Round(time.Second), err)
	}
	return t, err
}

// conditions are what c asks of its target at a host's address.
func (r *Runner) conditions(c scenarios.Cell, host string) target.Conditions {
	_, over := r.link(c)
	return target.Conditions{
		Host: host, Heartbeat: c.Scenario.Heartbeat, History: c.History(), Topics: c.Scenario.Topics, Memory: c.Memory(),
		TLS:     secured(c) && c.Scenario.Proxy == nil, // a proxy ends TLS
		Tunnels: c.Variant.Tunnels(), Expose: over || r.Host != "",
	}
}

// failed is the trial that did not come about.
func failed(began time.Time, o loadgen.Options, reason string) *results.Trial {
	t := o.Trial(began)
	t.Failed = reason
	return t
}

// label says in t which trial of which scenario it is, and its conditions.
func (r *Runner) label(p Planned, t *results.Trial) *results.Trial {
	t.Scenario, t.Sweep, t.Point, t.Target, t.Number = p.Scenario, p.Sweep, p.Point, p.Target.Name, p.Number
	t.Load.Heartbeat = p.Cell.Scenario.Heartbeat.Seconds()
	if asked := p.Cell.Asked; asked < p.Cell.Scenario.Warmup {
		t.Load.WarmupAsked = asked.Seconds()
	}
	t.Load.Hash = p.Cell.Hash()
	t.Path = r.describe(p.Cell)
	if t.Path.Kind == "tunnel" {
		t.Path.Seed = trialSeed(r.Seed, p.Scenario, p.Number)
	}
	if p := p.Cell.Scenario.Proxy; p != nil {
		if t.Proxy == nil {
			t.Proxy = &results.Front{} // the trial did not come about
		}
		t.Proxy.Name, t.Proxy.Config = p.Program, p.Config
		if t.Failed != "" {
			t.Failed = fmt.Sprintf("through %s: %s", p, t.Failed)
		}
	}
	if s := p.Cell.Scenario; s.Backplane != "" {
		if t.Backplane == nil {
			t.Backplane = &results.Backplane{} // the trial did not come about
		}
		t.Backplane.Name, t.Backplane.Nodes = s.Backplane, s.Nodes
	}
	if stall := p.Cell.Scenario.Stall; stall.For > 0 {
		t.Stall = &results.Stall{After: stall.After.Seconds(), For: stall.For.Seconds()}
	}
	return t
}
