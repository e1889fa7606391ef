package loadgen

import (
	"strings"
	"testing"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers"
	"pushbench/servers/wire"
)

// What does not add up, and whatever else is wrong, fails the trial
// with a sentence that names it.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		fact string
		with func(*results.Trial, *session)
		want string
	}{
		{"all is well", func(*results.Trial, *session) {}, ""},
		{"a client's books do not balance", func(t *results.Trial, s *session) { s.unbalanced = "the ledger of client 3 does not balance" }, "client 3"},
		{"the window has a byte of payload too much", func(t *results.Trial, s *session) { t.Steady.In[results.Payload] = 301 }, "301 bytes of payload for 3 deliveries of 100 bytes"},
		{"a delivery is missing", func(t *results.Trial, _ *session) { t.Deliveries.Missed = 1; t.Deliveries.Expected = 7 }, "1 of 7 deliveries"},
		{"a time is negative", func(t *results.Trial, _ *session) { t.Deliveries.Negative = 2 }, "2 measurements"},
	} {
		s := &session{Options: &Options{Payload: 100}, rec: account.New(clock.NewWall(), 0, 1, 0, 0), attack: newAttack(nil, nil),
			trial: &results.Trial{Steady: results.Ledger{In: results.Bytes{results.Payload: 300}}, Deliveries: results.Deliveries{InWindow: 3}}}
		c.with(s.trial, s)
		s.validate(nil)
		if got := s.trial.Failed; c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.fact, got, c.want)
		}
	}
}

// Every reception of every transport has the kernel's stamp, on loopback and
// under TLS: as an ordinary user, too. TestEveryVariant sees to the other variants.
func TestKernelStamps(t *testing.T) {
	for _, name := range []string{"polling/interval=50ms", "longpoll", "sse", "sse/tls", "sse/http=2", "websocket", "tcp"} {
		v := variant(t, name)
		stamped(t, v, trial(t, Options{Target: serveTLS(t, v.On(wire.TLS)), Variant: v, Clients: 3, Rate: 50, Payload: 200, Window: 200 * time.Millisecond}))
	}
}

// stamped checks that every reception of a trial has the kernel's stamp, and that what the
// generator waited stands apart.
func stamped(t *testing.T, v wire.Variant, got *results.Trial) {
	t.Helper()
	n := got.Latency.Count()
	if got.Failed != "" || n == 0 || got.Wait.Count() != n || got.Trust.Stamps.Kernel != n {
		t.Errorf("%s: %s, %d latencies, %d waits, %+v", v, got.Failed, n, got.Wait.Count(), got.Trust.Stamps)
	}
	if (got.Departure.Count() > 0) != !v.On(wire.TLS) {
		t.Errorf("%s: %d departures", v, got.Departure.Count())
	}
}

// What is wrong with a clock is a warning, without a wall-clock figure of the
// moment in its text, and fails no trial.
func TestClockWarnings(t *testing.T) {
	for code, with := range map[string]func(*results.Trust){
		"clock":        func(t *results.Trust) { t.ClockSteps, t.ClockStep = 1, 3600 },
		"server-clock": func(t *results.Trust) { t.Impossible = 4 },
	} {
		s := &session{Options: &Options{}, rec: account.New(clock.NewWall(), 0, 1, 0, 0), attack: newAttack(nil, nil), trial: &results.Trial{}}
		with(&s.trial.Trust)
		s.validate(nil)
		if len(s.trial.Warnings) != 1 || !hasWarning(s.trial, code) || strings.Contains(s.trial.Warnings[0].Text, "3600") || s.trial.Failed != "" {
			t.Errorf("%s: %q, %v", code, s.trial.Failed, s.trial.Warnings)
		}
	}
}

func serveTLS(t *testing.T, secure bool) Target {
	return serve(t, servers.Options{TLS: secure, Heartbeat: time.Hour})
}
