package loadgen

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A sample is what processes and machine have used, at one end of the window.
type sample struct {
	counts
	footprint
	readAt int64 // of the footprint and the machine
}

// rest reads what takes longer.
func (m *sample) rest(s *session) (err error) {
	if m.footprint, err = s.processes(); err != nil {
		return err
	}
	m.readAt = clock.Now()
	m.machine, err = readMachine()
	return err
}

// window waits for both ends of the window and fills what was used between
// them. It returns the broken invariant that ended it early.
func (s *session) window(ctx context.Context) error {
	readings := s.readings(ctx)
	defer readings.stop()
	if err := s.until(ctx, s.rec.From); err != nil {
		return err
	}
	var a, b sample
	var err error
	if err = a.rest(s); err != nil {
		return err
	}
	if err = s.edge(ctx, 0); err != nil {
		return err
	}
	if a.counts, err = readings.take(0); err != nil {
		return err
	}
	if err := s.until(ctx, s.rec.To); err != nil {
		return err
	}
	if b.counts, err = readings.take(1); err != nil {
		return err
	}
	if err = s.edge(ctx, 1); err != nil {
		return err
	}
	s.slow.stop()
	if err = b.rest(s); err != nil {
		return err
	}
	s.between(a, b)
	s.late = readings.late()
	return nil
}

// edge has the clients take the edge i, those of polling by their schedule.
func (s *session) edge(ctx context.Context, i int) (err error) {
	if s.retransmitted[i], err = s.retransmittedIn(); err != nil {
		return errCounters(err)
	}
	if s.Variant.Transport != wire.Polling {
		s.want(int32(i + 1))
		s.await(ctx, i, edgeTimeout)
	}
	return nil
}

// until waits for the instant at, for a broken invariant or for ctx, and
// reports progress.
func (s *session) until(ctx context.Context, at int64) error {
	end := time.NewTimer(time.Duration(at - clock.Now()))
	defer end.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-end.C:
			return nil
		case <-tick.C:
			s.progress(1, max(0, time.Duration(clock.Now()-s.rec.From)+s.Warmup))
		case err := <-s.rec.Broken:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// patience is how long nothing comes until what is missing counts as lost.
func (s *session) patience() time.Duration {
	return drainTimeout + 2*s.Variant.Duration(wire.Interval) + s.Target.Silence + s.outage()
}

// drain waits until everything published is delivered, for as long as something
// comes. A server or a machine that is late makes latency, not loss; what is lost
// never comes, so that nothing comes in the end. What a server has not been given
// yet, because it is slow to answer, is not lost: its source says so.
func (s *session) drain(ctx context.Context) error {
	tick := time.NewTicker(s.patience())
	defer tick.Stop()
	for missing, unpublished := s.rec.Remaining(), s.unpublished(); ; {
		select {
		case <-s.rec.Done:
			return nil
		case err := <-s.rec.Broken:
			return err
		case <-tick.C:
			now, left := s.rec.Remaining(), s.unpublished()
			if now == missing && unpublished == 0 {
				return fmt.Errorf("%d of the deliveries are missing and none came for %s", now, s.patience())
			}
			missing, unpublished = now, left
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// unpublished is how many events a server that is not ours has not said to have. Our own
// is not waited for to publish the next.
func (s *session) unpublished() int64 {
	if s.interpreter == nil {
		return 0
	}
	return int64(len(s.rec.Due)) - s.publisher.figures().acked.Load()
}

func (s *session) between(a, b sample) {
	t := s.trial
	seconds := time.Duration(b.at - a.at).Seconds()
	t.Deliveries.Timed = b.delivered - a.delivered
	s.slow.between(a, b)
	t.Generator = process(a.footprint.self, b.footprint.self, b.counts.self-a.counts.self-(b.spun-a.spun), b.selfCalls.since(a.selfCalls), seconds)
	t.Generator.Goroutines = runtime.NumGoroutine()
	if t.Proxy != nil {
		t.Proxy.CPU = float64(b.front-a.front) / 1e9
	}
	if t.Backplane != nil {
		t.Backplane.CPU = float64(b.carrier-a.carrier) / 1e9
	}
	if s.Target.Clients == nil && a.machine.dropped >= 0 && b.machine.dropped >= 0 { // else it is not of the server
		s.recovery.dropped(b.machine.dropped - a.machine.dropped)
	}
	if s.server != nil {
		t.Server = process(a.footprint.server, b.footprint.server, b.counts.server-a.counts.server, b.serverCalls.since(a.serverCalls), seconds)
	}
	if s.Rate > 0 {
		s.headroom(a.machine, b.machine, time.Duration(b.readAt-a.readAt).Seconds())
	}
}

// lastEdge waits until every client has taken both edges of the window and
// fills what was counted between them.
func (s *session) lastEdge(ctx context.Context) error {
	limit := s.lastTimeout() + s.Target.Silence + s.outage()
	if s.Variant.Transport == wire.Polling {
		limit += 2 * s.Variant.Duration(wire.Interval)
	} else {
		s.want(int32(len(s.cuts.edge)))
	}
	all := s.await(ctx, 1, limit)
	// Polls that are late are made one after the other: it waits while they are.
	for begun := int64(0); !all && ctx.Err() == nil && s.attack.before.Load() > begun; {
		begun = s.attack.before.Load()
		all = s.await(ctx, 1, limit)
	}
	c := &s.cuts
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case c.err != nil:
		return errCounters(c.err)
	case !all:
		return fmt.Errorf("%d of %d clients were in the middle of a message after the window, for %s", len(s.clients)-c.edge[1].taken, len(s.clients), limit)
	case c.atOnce > 0:
		return fmt.Errorf("%d of %d clients always had more data to read: it cannot be told which of their bytes belong to the window", c.atOnce, len(s.clients))
	}
	from, to := c.edge[0].totals.Books, c.edge[1].totals.Books
	from.RetransmittedIn, to.RetransmittedIn = s.retransmitted[0], s.retransmitted[1]
	t := s.trial
	t.Steady = to.Since(from)
	for _, b := range []results.Bytes{t.Steady.In, t.Steady.Out, t.Steady.Decoded} {
		if k := slices.IndexFunc(b[:], func(n int64) bool { return n < 0 }); k >= 0 {
			return fmt.Errorf("the window has %d bytes of the kind %s", b[k], results.Kind(k))
		}
	}
	t.SteadyClientSec = time.Duration(c.edge[1].sum - c.edge[0].sum).Seconds()
	t.Deliveries.InWindow = to.Delivered - from.Delivered
	t.Requests = to.Requests.Since(from.Requests)
	return nil
}
