package loadgen

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/results"
)

// A source publishes the events of a trial. Its connections are in no ledger.
type source interface {
	// run publishes the scheduled events, each when it is due, and returns when
	// all are sent.
	run(ctx context.Context) error

	// interrupt makes what waits for the server fail, now and from now on.
	interrupt()

	// finish waits for the last acknowledgements.
	finish(ctx context.Context) error

	// close ends the connections and waits for what reads them.
	close()

	figures() *published
}

// published is what a source counts.
type published struct {
	lag       results.Histogram // due until the first write of its topic, or of its own request, begins
	departure results.Histogram // write begins until its last byte left the machine, where the kernel tells
	sent      atomic.Int64
	acked     atomic.Int64
	spun      atomic.Int64 // nanoseconds of CPU time in which the source waited awake
	awaited   atomic.Int64 // events that were due before the last one was answered, and had to wait for that
	reopened  atomic.Int64 // connections that took the place of one that the server closed
}

func (p *published) figures() *published { return p }

// newSource opens what the events are published with. The caller must call close.
func (s *session) newSource(ctx context.Context) (source, error) {
	if s.interpreter != nil {
		return s.interpreter.newSource(ctx, s.rec, s.web)
	}
	if s.Send > 0 {
		return newSenders(s), nil
	}
	p, err := newPublisher(ctx, s.rec, s.web, s.Topics, s.Payload, s.Filler)
	if err != nil {
		return nil, err
	}
	if err := p.retained(ctx); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// emitted is the source of a server that has events of its own.
type emitted struct{ published }

func (*emitted) run(context.Context) error    { return nil }
func (*emitted) interrupt()                   {}
func (*emitted) finish(context.Context) error { return nil }
func (*emitted) close()                       {}

// pace waits for the scheduled events and has those sent that are due: first up to
// next, which is not one of them. With an error send says of which event it is.
func (p *published) pace(ctx context.Context, rec *account.Recorder, send func(first, next int) (int, error)) error {
	defer clock.PreciseThread()()
	last := clock.Now()
	for seq := rec.Retained; seq < len(rec.Due); {
		if !rec.Part.Has(seq % rec.Topics) {
			seq++
			continue
		}
		due := rec.Due[seq]
		if err := clock.SleepUntil(ctx, due-spin(due-last)); err != nil {
			return err
		}
		awake := clock.Now()
		for clock.Now() < due { // the thread is awake: see spin
		}
		p.spun.Add(clock.Now() - awake)
		last = due
		first := seq
		for at := clock.Now(); seq < len(rec.Due) && rec.Due[seq] <= at; seq++ {
		}
		if at, err := send(first, seq); err != nil {
			return fmt.Errorf("publishing event %d: %w", at, err)
		}
	}
	return nil
}

// spin is how long before an event is due the publisher wakes up, to wait the
// rest out: a sleeping thread of an idle process needs 30 to 200 µs to run
// again, which would be the schedule's lag. It is at most a twentieth of the
// gap since the last event, so that it costs a twentieth of a core at most.
func spin(gap int64) int64 { return min(gap/20, int64(300*time.Microsecond)) }
