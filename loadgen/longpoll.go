package loadgen

import (
	"context"
	"fmt"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/servers/wire"
)

// openLongPoll opens clients whose next request follows the last answer. The
// server answers the first request at once, so that opening is one round trip.
func openLongPoll(o *Options, d *dialer) opener {
	param := func(wait string) string { return "&" + wire.ParamWait + "=" + wait }
	later := param(wire.Duration(o.Variant.Duration(wire.Wait)))
	if o.Variant.Duration(wire.Batch) > 0 {
		later += "&" + wire.ParamBatch + "=" + wire.Duration(o.Variant.Duration(wire.Batch))
	}
	return openAsker(o, d, param("0s"), later)
}

// longPoll makes the clients ask in a closed loop until ctx is done.
func (s *session) longPoll(ctx context.Context) {
	_ = s.attack.loop(ctx, 0) // its error is the recorder's broken invariant
}

// shortWait is a wait of long-polling below which its requests are never all
// pending at a time.
const shortWait = 5 * time.Second

// pend makes every client send the request that is to be pending at the server,
// for that, and no idle connection, is what waiting costs here.
func (s *session) pend(ctx context.Context) error {
	if s.interpreter != nil && !s.interpreter.emits() {
		return nil // they are: see settle
	}
	for _, c := range s.clients {
		if err := c.request.send(ctx); err != nil {
			return fmt.Errorf("client %d: %w", c.Client, err)
		}
	}
	return s.pending(ctx)
}

// pending waits until the server says that it holds the requests of all clients of the trial.
func (s *session) pending(ctx context.Context) error {
	if s.Variant.Duration(wire.Wait) < shortWait || s.Target.NoFigures != "" {
		return nil // the first are over before the last are there, or nobody tells
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.answersWithin, noAnswer(s.answersWithin))
	defer cancel()
	for {
		stats, err := s.stats.read(ctx, false)
		switch {
		case err == nil && stats.Subscribers[wire.LongPoll] == int64(s.Clients):
			return nil
		case err != nil && ctx.Err() == nil:
			return err
		}
		if err := clock.WaitUntil(ctx, clock.Now()+int64(2*time.Millisecond)); err != nil {
			return fmt.Errorf("the server has fewer pending requests than there are clients: %w", context.Cause(ctx))
		}
	}
}
