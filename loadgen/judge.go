package loadgen

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"pushbench/results"
)

// errCounters says that the kernel's counters could not be read.
func errCounters(err error) error { return fmt.Errorf("reading the sockets' counters: %w", err) }

// report fills the trial. broken is the invariant that ended it, or nil.
func (s *session) report(ctx context.Context, broken error) {
	t := s.trial
	accounts := make([]*account, len(s.clients))
	for i, c := range s.clients {
		accounts[i] = &c.account
	}
	s.rec.report(t, accounts)
	t.Trust.Lag = s.publisher.lag
	t.Trust.ClockSlip = time.Duration(wallSlip() - s.slip).Seconds()

	all, err := s.finalBooks()
	if err != nil && broken == nil {
		broken = errCounters(err)
	}
	t.Balance = balance(all, len(s.clients))
	t.Whole = ledger(books{}, all, s.perSegment(), synExtra/2*int64(len(s.clients)))
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	if stats, err := s.inside.read(ctx, false); err == nil {
		t.Server.Goroutines = stats.Goroutines
		if broken == nil && stats.Slow+stats.Gaps > 0 {
			broken = fmt.Errorf("the server disconnected %d slow clients and told %d of gaps", stats.Slow, stats.Gaps)
		}
	} else if broken == nil {
		broken = err
	}
	s.judge(broken)
}

// finalBooks reads the ledgers of all clients for the last time.
func (s *session) finalBooks() (all books, err error) {
	err = s.sentAgain(&all)
	for _, c := range s.clients {
		from := time.Now()
		var one books
		err = errors.Join(err, one.add(c.conn))
		all.merge(one)
		if s.Trace != nil {
			whole := ledger(books{}, one, float64(one.socket.overhead), synExtra/2)
			s.Trace.Counted(c.client, c.conn.tcp.LocalAddr().(*net.TCPAddr).AddrPort(), whole, from, time.Now())
		}
	}
	return all, err
}

// judge says whether the trial is valid and what is doubtful about it.
func (s *session) judge(broken error) {
	t := s.trial
	b, d := t.Balance, t.Deliveries
	if broken == nil {
		select {
		case broken = <-s.rec.broken:
		default:
		}
	}
	switch {
	case broken != nil:
	case s.Variant.Resume && t.Connection.Resumed != t.Connection.Opened-1:
		broken = fmt.Errorf("%d of %d TLS handshakes resumed a session; all but the first should", t.Connection.Resumed, t.Connection.Opened)
	case d.Missed != 0:
		broken = fmt.Errorf("%d of %d deliveries are missing", d.Missed, d.Expected)
	case d.Negative != 0:
		broken = fmt.Errorf("%d measurements were negative or beyond ten minutes", d.Negative)
	case b.LedgerIn != b.SocketIn || b.LedgerOut != b.SocketOut:
		broken = fmt.Errorf("the ledger does not balance: received %d bytes by the ledger and %d by the sockets, sent %d and %d", b.LedgerIn, b.SocketIn, b.LedgerOut, b.SocketOut)
	}
	if broken != nil {
		t.Failed = broken.Error()
	}
	s.warn()
}

// Limits above which a trial warns its reader.
const (
	busyLimit     = 0.85                   // of all cores
	pressureLimit = 0.25                   // of the window
	lagLimit      = 100 * time.Microsecond // p99, unless half the latency's is larger
	slipLimit     = 100 * time.Microsecond
	fewSamples    = 1000 // fewer latencies than this make p99 a guess

	fewConnections = 100
)

// warn adds what is doubtful about the trial. The texts carry no figures of
// the trial, which are in its record, so that trials with the same doubt have
// the same text.
func (s *session) warn() {
	t := s.trial
	add := func(when bool, code, format string, args ...any) {
		if when {
			t.Warnings = append(t.Warnings, results.Warning{Code: code, Text: fmt.Sprintf(format, args...)})
		}
	}
	add(t.Trust.Busy > busyLimit, "machine-busy",
		"more than %.0f %% of all cores were in use: times measure the scheduler as much as the transport", 100*busyLimit)
	// While connections are opened two processes take turns, on any machine.
	add(s.Rate > 0 && t.Trust.Pressure > pressureLimit, "cpu-pressure",
		"tasks waited for a CPU during more than %.0f %% of the time: times have that wait in them", 100*pressureLimit)
	lag, latency := t.Trust.Lag.Quantile(0.99), t.Latency.Quantile(0.99)
	add(lag > max(lagLimit.Seconds(), latency/2), "schedule-lag",
		"half of the p99 latency or more may be the publisher's own lateness: the generator is the limit")
	slip := t.Trust.ClockSlip
	add(max(slip, -slip) > slipLimit.Seconds(), "clock",
		"the wall clock moved by more than %s against the monotonic clock: the split at the server is off by as much", slipLimit)
	n := t.Latency.Count()
	add(n > 0 && n < fewSamples, "few-samples",
		"fewer than %d latencies in the window: p99 rests on fewer than ten of them", fewSamples)
	add(t.Connection.Held != results.Held{} && t.Connection.Opened < fewConnections, "few-connections",
		"fewer than %d connections were held: the kernel's share of their memory, which it counts in pages and for the whole machine, is a guess", fewConnections)
	add(s.attack.overlapped.Load() > 0, "overlap",
		"polls were due while the client's last one was under way and went late")
	add(t.Steady.Retransmitted+t.Steady.RetransmittedIn > 0, "retransmission",
		"bytes were retransmitted during the window")
}
