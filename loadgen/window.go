package loadgen

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"pushbench/results"
)

// A mark is everything that is counted, at one end of the window.
type mark struct {
	counts
	holding
	books books
}

// counts are what rates are made of. They are read together, at a mark's edge
// towards the window, so that the mark's own work is not in the window.
type counts struct {
	at           int64
	server, self int64 // CPU time, nanoseconds
	spun         int64 // of that, what the publisher waited awake
	delivered    int64
	asked, empty int64
	emptyHeads   int64 // bytes
}

func (s *session) counts() (c counts, err error) {
	c.at = now()
	c.delivered = s.rec.delivered()
	c.asked, c.empty, c.emptyHeads = s.attack.sent.Load(), s.attack.empty.Load(), s.attack.emptyHeads.Load()
	c.spun = s.publisher.spun.Load()
	if c.self, err = s.self.cpu(); err != nil || s.server == nil {
		return c, err
	}
	c.server, err = s.server.cpu()
	return c, err
}

// rest reads what takes longer.
func (m *mark) rest(s *session) (err error) {
	if m.holding, err = s.processes(); err != nil {
		return err
	}
	if m.machine, err = readMachine(); err != nil {
		return err
	}
	if m.books, err = s.readBooks(); err != nil {
		return errCounters(err)
	}
	return nil
}

// window waits for both ends of the window and fills what was used between
// them. It returns the broken invariant that ended it early.
func (s *session) window(ctx context.Context) error {
	if err := s.until(ctx, s.rec.from); err != nil {
		return err
	}
	var a, b mark
	var err error
	if err = a.rest(s); err != nil {
		return err
	}
	if a.counts, err = s.counts(); err != nil {
		return err
	}
	if err := s.until(ctx, s.rec.to); err != nil {
		return err
	}
	if b.counts, err = s.counts(); err != nil {
		return err
	}
	if err = b.rest(s); err != nil {
		return err
	}
	s.between(a, b)
	return nil
}

// until waits for the instant at, for a broken invariant or for ctx, and
// reports progress.
func (s *session) until(ctx context.Context, at int64) error {
	total := float64(s.Warmup + s.Window)
	end := time.NewTimer(time.Duration(at - now()))
	defer end.Stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-end.C:
			return nil
		case <-tick.C:
			passed := float64(now() - s.rec.from + int64(s.Warmup))
			s.Progress(max(0, min(1, passed/total)))
		case err := <-s.rec.broken:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// drain waits until everything published is delivered.
func (s *session) drain(ctx context.Context) error {
	t := time.NewTimer(drainTimeout + 2*s.Variant.Interval)
	defer t.Stop()
	select {
	case <-s.rec.done:
		return nil
	case err := <-s.rec.broken:
		return err
	case <-t.C:
		return fmt.Errorf("%d of the deliveries are missing %s after the window", s.rec.remaining.Load(), drainTimeout+2*s.Variant.Interval)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *session) between(a, b mark) {
	t := s.trial
	seconds := time.Duration(b.at - a.at).Seconds()
	t.Steady = ledger(a.books, b.books, s.perSegment(), 0)
	t.Deliveries.InWindow = b.delivered - a.delivered
	t.Requests = results.HTTPCount{Sent: b.asked - a.asked, Empty: b.empty - a.empty}
	t.Requests.Heads = heads(t.Requests, t.Steady, float64(b.emptyHeads-a.emptyHeads))
	t.Generator = process(a.holding.self, b.holding.self, b.counts.self-a.counts.self-(b.spun-a.spun), seconds)
	t.Generator.Goroutines = runtime.NumGoroutine()
	if s.server != nil {
		t.Server = process(a.holding.server, b.holding.server, b.counts.server-a.counts.server, seconds)
	}
	if s.Rate > 0 {
		s.headroom(a.machine, b.machine, seconds)
	}
}

// heads are the mean sizes of the heads of n requests and their answers, whose
// bytes are in steady; empty of these are heads of empty answers.
func heads(n results.HTTPCount, steady results.Ledger, empty float64) (h results.Heads) {
	if n.Sent > 0 {
		h.Request = float64(steady.Out.Head) / float64(n.Sent)
	}
	if n.Empty > 0 {
		h.Empty = empty / float64(n.Empty)
	}
	if full := n.Sent - n.Empty; full > 0 {
		h.Answer = max(0, float64(steady.In.Head)-empty) / float64(full)
	}
	return h
}

// headroom fills how much the machine had left between two readings: those at
// the ends of the window or, when nothing is published in it, of opening.
func (s *session) headroom(a, b machine, seconds float64) {
	t := &s.trial.Trust
	t.Pressure = -1
	if a.pressure >= 0 && b.pressure >= 0 {
		t.Pressure = float64(b.pressure-a.pressure) / 1e6 / seconds
	}
	if total := b.total - a.total; total > 0 {
		t.Busy = (b.busy - a.busy) / total
	}
}

// collect gives the generator's garbage back to the system, so that its
// resident memory is what it needs.
func collect() {
	runtime.GC()
	debug.FreeOSMemory()
}
