package loadgen

import (
	"context"
	"sync"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/results"
)

// An Observer measures what belongs to no part of a trial: the server's processes, what the
// server tells about itself, and the machine on which both are. It also does the trial's acts.
// Its methods are called in the order in which they stand here. Observe makes one.
type Observer struct {
	s              *session
	offsets        []time.Duration
	before, opened footprint
	began          int64
}

// Observe returns the observer of the trial that o asks for, whose parts others carry out: on
// this machine those of so many clients. The caller must call Close.
func Observe(o Options, here int) (*Observer, error) {
	o.Part = &Part{Part: account.Nothing, here: here}
	if err := o.prepare(); err != nil {
		return nil, err
	}
	offsets, err := o.schedule()
	if err != nil {
		return nil, err
	}
	s, err := newSession(&o, offsets)
	if err != nil {
		return nil, err
	}
	s.publisher = &emitted{}
	return &Observer{s: s, offsets: offsets}, nil
}

// At is called when all parts have come to a stage, before they go on.
func (o *Observer) At(ctx context.Context, stage Stage) (err error) {
	switch s := o.s; stage {
	case Empty:
		o.before, err = s.afterCollection(ctx)
		o.began = clock.Now()
	case Opened:
		o.opened, err = s.opened(o.before, time.Duration(clock.Now()-o.began).Seconds())
	case Held:
		if protocols[s.Variant.Transport].pend != nil {
			if err := s.pending(ctx); err != nil {
				return err
			}
		}
		var after footprint
		if after, err = s.afterCollection(ctx); err == nil {
			s.cost(o.before, o.opened, after)
		}
	}
	return err
}

// Window measures the window of parts that all begin at the instant began. It blocks until the
// window is over or an invariant is broken, which is the error then, or ctx is done.
func (o *Observer) Window(ctx context.Context, began int64) error {
	s := o.s
	s.rec.Begin(began+int64(lead), o.offsets, s.Warmup, s.Window)
	s.cuts.begin(s.rec.From, s.rec.To)
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	work.Go(func() { s.clock.Watch(ctx) })
	s.alongside(ctx, &work)
	if s.Fault.Kind != "" { // it has no clients, and measures what theirs do to the server
		work.Go(func() {
			if err := s.inflict(ctx); err != nil && ctx.Err() == nil {
				s.rec.Fail(err)
			}
		})
	}
	return s.window(ctx)
}

// Trial returns what was observed as the record of a trial, to which the parts are added.
// broken is the invariant that was broken, or nil.
func (o *Observer) Trial(ctx context.Context, broken error) *results.Trial {
	s := o.s
	if broken = s.told(ctx, broken); broken != nil {
		s.trial.Failed = broken.Error()
	}
	s.trial.Trust.ClockSlip = s.clock.Slip().Seconds()
	s.recovery.fill(s.trial)
	s.trial.Parts = &results.Parts{}
	s.fillPart()
	s.warnOfProcesses()
	return s.trial
}

// Close closes the observer's connections.
func (o *Observer) Close() { o.s.stats.close() }

// warnOfProcesses says that processes of the server have ended.
func (s *session) warnOfProcesses() {
	if s.server == nil || s.server.ended == 0 {
		return
	}
	s.trial.Warnings = append(s.trial.Warnings, results.Warning{Code: "server-processes",
		Text: "processes of the server ended in mid-trial: what they used may be missing in its CPU time and its system calls"})
}
