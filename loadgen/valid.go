package loadgen

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/ledger"
	"pushbench/results"
	"pushbench/servers/wire"
)

// fill fills the trial. broken is the invariant that ended it, or nil.
func (s *session) fill(ctx context.Context, broken error) {
	t := s.trial
	accounts := make([]*account.Account, len(s.clients))
	for i, c := range s.clients {
		accounts[i] = &c.Account
	}
	s.rec.Fill(t, accounts)
	s.fillPart()
	s.recovery.fill(t)
	if err := s.slow.fill(t, s.Payload); err != nil && broken == nil {
		broken = err
	}
	t.Trust.Lag, t.Departure = s.publisher.figures().lag, s.publisher.figures().departure
	t.Trust.ClockSlip = s.clock.Slip().Seconds()
	steps, step := s.clock.Steps()
	t.Trust.ClockSteps, t.Trust.ClockStep = int64(steps), step.Seconds()

	all, unbalanced, err := s.finalBooks()
	switch {
	case broken != nil:
	case err != nil:
		broken = errCounters(err)
	case unbalanced != "":
		s.unbalanced = unbalanced
	}
	t.Balance = all.Balance(s.links())
	t.Whole = all.Since(ledger.Books{})
	s.validate(s.told(ctx, broken))
}

// told fills what the server tells about itself after the trial. It returns broken or, where
// that is nil, what the server says of a broken invariant.
func (s *session) told(ctx context.Context, broken error) error {
	t := s.trial
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	stats, err := s.stats.read(ctx, false)
	if err != nil {
		if broken != nil {
			return broken
		}
		return err
	}
	t.Server.Goroutines = stats.Goroutines
	if s.Rate > 0 && s.mallocs > 0 && stats.Mallocs > s.mallocs && s.Fault.Kind != results.FaultRestart {
		t.Server.Allocations = int64(stats.Mallocs - s.mallocs)
	}
	if broken == nil && stats.Slow+stats.Gaps > 0 && s.slow == nil && s.Fault.Kind != results.FaultRestart {
		broken = fmt.Errorf("the server disconnected %d slow clients and reported %d gaps", stats.Slow, stats.Gaps)
	}
	return broken
}

// validate says whether the trial is valid and what is doubtful about it.
func (s *session) validate(broken error) {
	t := s.trial
	d := t.Deliveries
	payload := t.Steady.In[results.Payload] + t.Steady.Decoded[results.Payload]
	if broken == nil {
		select {
		case broken = <-s.rec.Broken:
		default:
		}
	}
	switch {
	case broken != nil:
	case s.Variant.On(wire.Resume) && t.Connection.Resumed != t.Balance.Connections-1:
		broken = fmt.Errorf("%d of %d TLS handshakes resumed a session; all but the first should", t.Connection.Resumed, t.Balance.Connections)
	case d.Missed != d.Lost:
		broken = fmt.Errorf("%d of %d deliveries are missing", d.Missed-d.Lost, d.Expected)
	case d.Negative != 0:
		broken = fmt.Errorf("%d measurements were negative or beyond ten minutes", d.Negative)
	case s.unbalanced != "":
		broken = errors.New(s.unbalanced)
	case !s.interpreter.emits() && payload != d.InWindow*int64(s.Payload):
		broken = fmt.Errorf("the window has %d bytes of payload for %d deliveries of %d bytes", payload, d.InWindow, s.Payload)
	}
	if broken != nil {
		t.Failed = broken.Error()
	}
	s.warn()
}

// Limits above which a trial warns its reader.
const (
	lagLimit     = 100 * time.Microsecond // p99, unless half the latency's is larger
	missingLimit = 0.01                   // of the deliveries, without a stamp of the kernel
	sharedLimit  = 0.05                   // of the mean latency: what shared stamps may hide
	awaitedLimit = 0.01                   // of the events: they waited for the answer to the last one
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
	if w, busy := t.TooBusy(); busy {
		t.Warnings = append(t.Warnings, w)
	}
	if w, pressed := t.Pressed(); pressed {
		t.Warnings = append(t.Warnings, w)
	}
	slow := false
	if s.interpreter != nil {
		published := s.publisher.figures()
		slow = float64(published.awaited.Load()) > awaitedLimit*float64(published.sent.Load())
		add(slow, "slow-answers", "events were due before the server had answered the last request to publish: "+
			"they were sent late, and their latency includes that")
		add(published.reopened.Load() > 0, "publisher-reopened",
			"the server closed connections of the publisher: it opened new ones, and latency includes that")
	}
	restarted := s.Fault.Kind == results.FaultRestart // what was due meanwhile was late
	lag, latency := t.Trust.Lag.Quantile(0.99), t.Latency.Quantile(0.99)
	add(!slow && !restarted && lag > max(lagLimit.Seconds(), latency/2), "schedule-lag",
		"half of the p99 latency or more may come from a late publisher: the generator is the limit")
	add(t.Trust.Impossible > 0, "server-clock",
		"the clocks of server and generator disagree: events seem to reach the server before they are due, or after clients have them; the split at the server is left out")
	add(t.Trust.ClockSteps > 0, "clock",
		"this machine's wall clock was set during the trial: the kernel's time stamps near that moment may be wrong by as much")
	n := t.Latency.Count()
	if w, few := t.FewEvents(); few {
		t.Warnings = append(t.Warnings, w)
	}
	stamps := t.Trust.Stamps
	add(float64(stamps.Missing) > missingLimit*float64(n), "unstamped",
		"the kernel's time stamp is missing, or is one of before a lost packet was there, for more than %.0f %% of the deliveries: their latency ends when the client has read them", 100*missingLimit)
	add(t.SharedShare() > sharedLimit, "shared-stamps",
		"clients read several events at once, and all of them have the time stamp of the last: the true mean latency may be lower by more than %.0f %%", 100*sharedLimit)
	add(t.Requests.Reopened > 0 && s.recovery == nil && s.Variant.Word(wire.HTTP) != "1.0", "reopened",
		"the server closed connections between two requests: the clients opened new ones, and bytes and latency include that")
	if w, few := t.FewHeld(); few {
		t.Warnings = append(t.Warnings, w)
	}
	s.warnOfProcesses()
	add(s.attack.overlapped.Load() > 0, "overlap",
		"polls were due while the client's previous poll was under way: they were sent late")
	add(t.Steady.Retransmitted+t.Steady.RetransmittedIn > 0, "retransmission",
		"bytes were retransmitted during the window")
}
