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
	at int64
	holding
	books        books
	delivered    int64
	asked, empty int64
}

func (s *session) mark() (m mark, err error) {
	if m.holding, err = s.processes(); err != nil {
		return m, err
	}
	if m.machine, err = readMachine(); err != nil {
		return m, err
	}
	m.at = now()
	m.delivered = s.rec.delivered()
	m.asked, m.empty = s.attack.sent.Load(), s.attack.empty.Load()
	if m.books, err = readBooks(s.clients); err != nil {
		return m, errCounters(err)
	}
	return m, nil
}

// window waits for both ends of the window and fills what was used between
// them. It returns the broken invariant that ended it early.
func (s *session) window(ctx context.Context) error {
	if err := s.until(ctx, s.rec.from); err != nil {
		return err
	}
	a, err := s.mark()
	if err != nil {
		return err
	}
	if err := s.until(ctx, s.rec.to); err != nil {
		return err
	}
	b, err := s.mark()
	if err != nil {
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

func (s *session) between(a, b mark) {
	t := s.trial
	seconds := time.Duration(b.at - a.at).Seconds()
	t.Steady = ledger(a.books, b.books, s.perSegment(), 0)
	t.Deliveries.InWindow = b.delivered - a.delivered
	t.Requests = results.HTTPCount{Sent: b.asked - a.asked, Empty: b.empty - a.empty}
	t.Generator = process(a.self, b.self, seconds)
	t.Generator.Goroutines = runtime.NumGoroutine()
	if s.server != nil {
		t.Server = process(a.server, b.server, seconds)
	}
	t.Trust.Pressure = -1
	if a.machine.pressure >= 0 && b.machine.pressure >= 0 {
		t.Trust.Pressure = float64(b.machine.pressure-a.machine.pressure) / 1e6 / seconds
	}
	if total := b.machine.total - a.machine.total; total > 0 {
		t.Trust.Busy = (b.machine.busy - a.machine.busy) / total
	}
}

// collect gives the generator's garbage back to the system, so that its
// resident memory is what it needs.
func collect() {
	runtime.GC()
	debug.FreeOSMemory()
}

// Limits above which a trial warns its reader.
const (
	busyLimit     = 0.85             // of all cores
	pressureLimit = 0.25             // of the window
	lagLimit      = time.Millisecond // p99, unless the latency itself is larger
	slipLimit     = 100 * time.Microsecond
	fewSamples    = 1000 // fewer latencies than this make p99 a guess
)

// warn adds what is doubtful about the trial.
func (s *session) warn() {
	t := s.trial
	add := func(when bool, code, format string, args ...any) {
		if when {
			t.Warnings = append(t.Warnings, results.Warning{Code: code, Text: fmt.Sprintf(format, args...)})
		}
	}
	add(t.Trust.Busy > busyLimit, "machine-busy",
		"%.0f %% of all cores were in use: the latencies measure the scheduler as much as the transport", 100*t.Trust.Busy)
	add(t.Trust.Pressure > pressureLimit, "cpu-pressure",
		"tasks waited for a CPU during %.0f %% of the window: latencies have that wait in them", 100*t.Trust.Pressure)
	lag, latency := t.Trust.Lag.Quantile(0.99), t.Latency.Quantile(0.5)
	add(lag > max(lagLimit.Seconds(), latency), "schedule-lag",
		"the publisher was up to %.1f ms late (p99), more than the median latency: the generator is the limit", 1000*lag)
	slip := t.Trust.ClockSlip
	add(max(slip, -slip) > slipLimit.Seconds(), "clock",
		"the wall clock moved by %.0f µs against the monotonic clock: the split at the server is off by as much", 1e6*slip)
	n := t.Latency.Count()
	add(n > 0 && n < fewSamples, "few-samples",
		"%d latencies in the window: p99 rests on fewer than ten of them", n)
	add(s.attack.overlapped.Load() > 0, "overlap",
		"%d polls were due while the client's last one was under way and went late", s.attack.overlapped.Load())
	add(t.Steady.Retransmitted > 0, "retransmission",
		"%d bytes were retransmitted during the window", t.Steady.Retransmitted)
}
