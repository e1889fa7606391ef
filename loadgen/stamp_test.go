package loadgen

import (
	"strings"
	"testing"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers"
)

// A stamp that contradicts the monotonic clock is not used, and counted.
func TestImpossibleStamps(t *testing.T) {
	wall := clock.NewWall()
	r := arrival{returned: 2 * sec, arrived: 2 * sec}
	r.stamp(wall, wall.Time(3*sec).UnixNano())
	if r.stamped || r.arrived != 2*sec {
		t.Errorf("a stamp later than the read's return: %+v", r)
	}
	r.stamp(wall, wall.Time(sec).UnixNano())
	if !r.stamped || r.arrived != sec {
		t.Errorf("a stamp before the read's return: %+v", r)
	}
	rec, accounts := fiveEvents(1)
	for seq := range uint64(5) {
		due := rec.due[seq]
		rec.receive(accounts[0], event(seq), arrival{arrived: due - 5, returned: due + int64(time.Millisecond), stamped: true}, false)
	}
	got := rec.reported(accounts)
	if s := got.Trust.Stamps; s.Missing != 4 || s.Kernel != 0 || got.Deliveries.Negative != 0 || !near(got.Latency.Max(), 0.001) {
		t.Errorf("stamps from before the events were due: %+v, %d negative, latency %g", s, got.Deliveries.Negative, got.Latency.Max())
	}
}

// A server whose clock is not ours loses the split at the server, with a
// warning that names the clock, and never the trial.
func TestServersClock(t *testing.T) {
	for _, row := range []struct {
		fact string
		held int64 // by the server's clock, after the event was due
		kept bool
	}{
		{"its clock is ours", int64(time.Millisecond), true},
		{"it is 5 s behind", int64(time.Millisecond) - 5*sec, false},
		{"it is 5 s ahead", int64(time.Millisecond) + 5*sec, false},
	} {
		r, accounts := fiveEvents(1)
		for seq := range uint64(5) {
			r.held[seq].Store(r.due[seq] + row.held)
			r.receive(accounts[0], event(seq), stamped(r.due[seq]+int64(4*time.Millisecond)), false)
		}
		got := r.reported(accounts)
		s := &session{Options: &Options{}, rec: r, attack: newAttack(nil, nil), trial: got}
		s.judge(nil)
		if got.Failed != "" || got.Latency.Count() != 4 || (got.ToServer.Count() == 4) != row.kept || (got.FromServer.Count() == 4) != row.kept {
			t.Errorf("%s: %q, %d latencies, %d to the server, %d from it", row.fact, got.Failed, got.Latency.Count(), got.ToServer.Count(), got.FromServer.Count())
		}
		if hasWarning(got, "server-clock") == row.kept {
			t.Errorf("%s: warnings %v", row.fact, got.Warnings)
		}
	}
}

// Events that come with one read have its stamp: all but the last are counted,
// with how much earlier they may have come.
func TestSharedStamps(t *testing.T) {
	const ms = int64(time.Millisecond)
	r, accounts := fiveEvents(1)
	a := accounts[0]
	at := func(arrived, before int64, number uint32) arrival {
		return arrival{arrived: arrived, returned: arrived, before: before, number: number, stamped: true}
	}
	r.receive(a, event(0), at(r.due[0]+ms, 0, 1), false)
	r.receive(a, event(1), at(r.due[2]+ms, r.due[0]+2*ms, 2), false) // waited for the next one: since it was due
	r.receive(a, event(2), at(r.due[2]+ms, r.due[0]+2*ms, 2), false)
	r.receive(a, event(3), at(r.due[3]+9*ms, r.due[3]+6*ms, 3), true) // with a part of what follows: since the read before
	r.receive(a, event(4), at(r.due[4]+ms, r.due[3]+9*ms, 4), false)
	got := r.reported(accounts).Trust.Stamps
	want := results.Stamps{Kernel: 4, Shared: 2, SharedMean: (0.201 + 0.003) / 2, SharedMax: 0.201}
	if got.Kernel != want.Kernel || got.Shared != want.Shared || !near(got.SharedMean, want.SharedMean) || !near(got.SharedMax, want.SharedMax) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// Every reception of every transport has the kernel's stamp, on loopback and
// under TLS, and what the generator waited stands apart.
func TestKernelStamps(t *testing.T) {
	for _, name := range allVariants {
		v := variant(t, name)
		got := trial(t, Options{Target: serveTLS(t, v.TLS), Variant: v, Clients: 3, Rate: 50, Payload: 200, Window: 200 * time.Millisecond})
		n := got.Latency.Count()
		if got.Failed != "" || n == 0 || got.Wait.Count() != n || got.Trust.Stamps.Kernel != n {
			t.Errorf("%s: %s, %d latencies, %d waits, %+v", name, got.Failed, n, got.Wait.Count(), got.Trust.Stamps)
		}
		if (got.Departure.Count() > 0) != !v.TLS {
			t.Errorf("%s: %d departures", name, got.Departure.Count())
		}
	}
}

// Text of a record has no wall-clock figure of the moment in it.
func TestClockWarnings(t *testing.T) {
	s := &session{Options: &Options{}, rec: newRecorder(clock.NewWall(), 0, 1, 0, 0), attack: newAttack(nil, nil), trial: &results.Trial{}}
	s.trial.Trust.ClockSteps, s.trial.Trust.ClockStep = 1, 3600
	s.judge(nil)
	if !hasWarning(s.trial, "clock") || strings.Contains(s.trial.Warnings[0].Text, "3600") || s.trial.Failed != "" {
		t.Errorf("%q, %v", s.trial.Failed, s.trial.Warnings)
	}
}

func serveTLS(t *testing.T, secure bool) Target {
	return serve(t, servers.Options{TLS: secure, Heartbeat: time.Hour})
}
