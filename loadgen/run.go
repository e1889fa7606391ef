package loadgen

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers/wire"
)

// lead is how long before the schedule begins the clients of polling start to
// ask; it covers the start of the publisher.
const lead = 20 * time.Millisecond

// openTimeout bounds the opening of one connection, drainTimeout how long nothing
// may come of what is owed, beyond what the variant's own interval and the path
// allow: see patience.
const (
	openTimeout  = 20 * time.Second
	drainTimeout = 3 * time.Second
)

// Run carries out one trial against a server on which nothing was published
// yet. It fills everything in the trial but Scenario, Sweep, Point and Number.
//
// The error is for a trial that could not be carried out: bad options, no
// server, ctx done. A broken invariant (an event that came twice, out of
// order or not at all, a lost connection, a ledger that does not balance)
// ends the trial too, but gives a trial whose Failed names it.
//
// Run blocks until every goroutine it started has ended and every connection
// is closed. It may be called concurrently, though trials that share a machine
// disturb each other.
func Run(ctx context.Context, o Options) (*results.Trial, error) {
	defer o.Together.Leave(o.Slot)
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
	defer s.stats.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	s.publisher, err = s.newSource(ctx)
	if err != nil {
		return nil, err
	}
	defer s.publisher.close()
	defer s.hangUp()
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	if err := s.measure(ctx, offsets); err != nil {
		return nil, err
	}
	return s.trial, nil
}

// measure runs the window on open clients and fills the trial.
func (s *session) measure(ctx context.Context, offsets []time.Duration) error {
	asking, stopAsking := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer stopAsking()
	met, err := s.meet(ctx, Ready)
	if err != nil {
		return err
	}
	start := met + int64(lead+s.Together.shift(s.Slot, s.Rate))
	s.rec.Begin(start, offsets, s.Warmup, s.Window)
	s.cuts.begin(s.rec.From, s.rec.To)
	s.slow.begin(ctx, start, offsets, s.Warmup, s.Window)
	defer s.slow.stop()
	work.Go(func() { s.clock.Watch(asking) })
	answered := make(chan struct{})
	work.Go(func() {
		defer close(answered)
		if ask := protocols[s.Variant.Transport].ask; ask != nil {
			ask(s, asking)
		}
	})

	s.alongside(asking, &work)
	inflicted := make(chan struct{})
	if s.Fault.Kind == "" {
		close(inflicted)
	} else {
		work.Go(func() {
			defer close(inflicted)
			if err := s.inflict(asking); err != nil && asking.Err() == nil {
				s.rec.Fail(err)
			}
		})
	}
	publishing, stopPublishing := context.WithCancel(ctx)
	defer stopPublishing()
	work.Go(func() {
		if err := s.publisher.run(publishing); err != nil && publishing.Err() == nil {
			s.rec.Fail(err)
		}
	})

	broken := s.window(ctx)
	if broken == nil {
		_, broken = s.Together.meet(ctx) // what follows disturbs nobody's window
	}
	if broken == nil {
		broken = s.overcome(ctx, inflicted)
	}
	if broken == nil {
		broken = s.drain(ctx)
	}
	if broken == nil {
		broken = s.lastEdge(ctx)
	}
	stopPublishing()
	stopAsking()
	switch {
	case broken != nil:
		s.publisher.interrupt()
	case s.Variant.Transport == wire.Polling:
		s.lastAnswers(ctx, answered)
	}
	close(s.ending)
	s.interrupt()
	work.Wait()
	s.slow.stop()
	s.receivers.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, c := range s.everybody() {
		switch {
		case c.request != nil:
			c.request.flush()
		case c.stream != nil:
			c.stream.flush()
		}
	}
	if broken == nil {
		broken = s.finishPublishing(ctx)
	}
	s.fill(ctx, broken)
	return ctx.Err()
}

// errEnded is what fails a trial whose server is gone, whoever notices it first.
var errEnded = errors.New("the server process ended")

// alongside watches the server and does the trial's acts until ctx is done.
func (s *session) alongside(ctx context.Context, work *sync.WaitGroup) {
	work.Go(func() {
		select {
		case <-s.Target.Gone:
			if s.Fault.Kind != results.FaultRestart {
				s.rec.Fail(errEnded)
			}
		case <-ctx.Done():
		}
	})
	for _, act := range s.Acts {
		work.Go(func() {
			if clock.WaitUntil(ctx, s.rec.From+int64(act.At)) != nil {
				return
			}
			if err := act.Do(); err != nil {
				s.rec.Fail(err)
			}
		})
	}
}

// lastAnswers waits for the polls that are under way, so that no answer is cut
// in two.
func (s *session) lastAnswers(ctx context.Context, answered <-chan struct{}) {
	t := time.NewTimer(drainTimeout + s.Target.Silence)
	defer t.Stop()
	select {
	case <-answered:
	case <-t.C:
	case <-ctx.Done():
	}
}

// finishPublishing ends the publisher's requests in time.
func (s *session) finishPublishing(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	if err := s.publisher.finish(ctx); err != nil {
		return fmt.Errorf("publisher: %w", err)
	}
	if sent, acked := s.publisher.figures().sent.Load(), s.publisher.figures().acked.Load(); sent != acked {
		return fmt.Errorf("the server acknowledged %d of %d events", acked, sent)
	}
	return nil
}
