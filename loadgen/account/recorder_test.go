package account

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pushbench/loadgen/clock"
	"pushbench/results"
	"pushbench/servers/wire"
)

const sec = int64(time.Second)

// at builds a recorder for two clients of one topic, five events due at 1.1,
// 1.3, 1.5, 1.7 and 1.9 s, the window from 1.2 to 2 s.
func fiveEvents(clients int) (*Recorder, []*Account) {
	r := New(clock.NewWall(), clients, 1, 0, 5)
	var due []time.Duration
	for _, ms := range []int{100, 300, 500, 700, 900} {
		due = append(due, time.Duration(ms)*time.Millisecond)
	}
	r.Begin(sec, due, 200*time.Millisecond, 800*time.Millisecond)
	var accounts []*Account
	for i := range clients {
		accounts = append(accounts, &Account{Client: i})
	}
	return r, accounts
}

// stamped is a read that was over when its last byte had come, at that instant.
func stamped(at int64) Arrival { return Arrival{Arrived: at, Returned: at, Stamped: true} }

func event(seq uint64) []byte { return wire.AppendPayload(nil, seq, 40) }

func (r *Recorder) reported(accounts []*Account) *results.Trial {
	t := &results.Trial{}
	r.Fill(t, accounts)
	return t
}

func TestAccounting(t *testing.T) {
	for _, c := range []struct {
		fact   string
		seqs   []uint64
		want   results.Deliveries
		broken string
	}{
		{"all in order", []uint64{0, 1, 2, 3, 4}, results.Deliveries{Offered: 5, Events: 4, Expected: 5, Delivered: 5}, ""},
		{"nothing at all", nil, results.Deliveries{Offered: 5, Events: 4, Expected: 5, Missed: 5}, ""},
		{"the last ones are missing", []uint64{0, 1, 2}, results.Deliveries{Offered: 5, Events: 4, Expected: 5, Delivered: 3, Missed: 2}, ""},
		{"one in the middle is missing", []uint64{0, 1, 3, 4}, results.Deliveries{Offered: 5, Events: 4, Expected: 5, Delivered: 4, Missed: 1}, "event 3 before event 2"},
		{"one comes twice", []uint64{0, 1, 1, 2, 3, 4}, results.Deliveries{Offered: 5, Events: 4, Expected: 5, Delivered: 5, Duplicated: 1}, "event 1 twice"},
		{"two change places", []uint64{0, 2, 1, 3, 4}, results.Deliveries{Offered: 5, Events: 4, Expected: 5, Delivered: 5, Reordered: 1}, "event 2 before event 1"},
		{"a late one comes twice", []uint64{2, 0, 0, 1, 3, 4}, results.Deliveries{Offered: 5, Events: 4, Expected: 5, Delivered: 5, Duplicated: 1, Reordered: 2}, "event 2 before event 0"},
		{"one that was never published", []uint64{0, 9}, results.Deliveries{Offered: 5, Events: 4, Expected: 5, Delivered: 1, Missed: 4}, "never published"},
	} {
		r, accounts := fiveEvents(1)
		for _, seq := range c.seqs {
			r.Receive(accounts[0], event(seq), stamped(3*sec), false)
		}
		if d := cmp.Diff(c.want, r.reported(accounts).Deliveries); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.fact, d)
		}
		select {
		case err := <-r.Broken:
			if c.broken == "" || !strings.Contains(err.Error(), c.broken) {
				t.Errorf("%s: broken invariant %q, want %q", c.fact, err, c.broken)
			}
		default:
			if c.broken != "" {
				t.Errorf("%s: no invariant is broken", c.fact)
			}
		}
		select {
		case <-r.Done:
			if c.want.Missed != 0 {
				t.Errorf("%s: done with %d missed", c.fact, c.want.Missed)
			}
		default:
			if c.want.Missed == 0 {
				t.Errorf("%s: not done", c.fact)
			}
		}
	}
}

// A foreign topic's event and what is no event at all break the trial too.
func TestForeignEvents(t *testing.T) {
	r := New(clock.NewWall(), 2, 2, 0, 4)
	for _, b := range [][]byte{event(1), []byte("hello"), nil} {
		r.Receive(&Account{Client: 0, Topic: 0}, b, stamped(sec), false)
		if err := <-r.Broken; !strings.Contains(err.Error(), "never published") {
			t.Errorf("%q: %v", b, err)
		}
	}
}

// Only events that are due in the window are in the histograms; the server's
// word may come before or after the reception.
func TestLatencySplit(t *testing.T) {
	r, accounts := fiveEvents(2)
	for seq := range uint64(5) {
		due := r.Due[seq]
		if seq%2 == 0 {
			r.AtServer[seq].Store(due + int64(time.Millisecond))
		}
		r.Receive(accounts[0], event(seq), stamped(due+int64(4*time.Millisecond)), false)
		r.Receive(accounts[1], event(seq), stamped(due+int64(7*time.Millisecond)), false)
		r.AtServer[seq].Store(due + int64(time.Millisecond))
	}
	got := r.reported(accounts)
	for _, h := range []struct {
		name       string
		h          results.Histogram
		count      int64
		least, max float64
	}{
		{"latency", got.Latency, 8, 0.004, 0.007},
		{"from the server", got.FromServer, 8, 0.003, 0.006},
		{"to the server", got.ToServer, 4, 0.001, 0.001},
		{"spread", got.Spread, 4, 0.003, 0.003},
	} {
		if h.h.Count() != h.count || !near(h.h.Min(), h.least) || !near(h.h.Max(), h.max) {
			t.Errorf("%s: %d values from %g to %g, want %d from %g to %g", h.name, h.h.Count(), h.h.Min(), h.h.Max(), h.count, h.least, h.max)
		}
	}
	if got.Deliveries.Published != 5 {
		t.Errorf("%d published", got.Deliveries.Published)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 0.002*b+1e-9 }

// The age of what a client holds is a saw tooth: it rises with time and falls
// at each delivery to that event's own latency.
func TestAge(t *testing.T) {
	r, accounts := fiveEvents(1)
	const late = 50 * int64(time.Millisecond)
	for seq := range uint64(5) {
		r.Receive(accounts[0], event(seq), stamped(r.Due[seq]+late), false)
	}
	got := r.reported(accounts).Age
	// From 1.2 to 2.0 s the client holds the events due at 1.1 (until 1.35),
	// 1.3, 1.5, 1.7 (each for 0.2 s from its delivery) and 1.9 (from 1.95).
	area := (0.25*0.25-0.1*0.1)/2 + 3*(0.25*0.25-0.05*0.05)/2 + (0.1*0.1-0.05*0.05)/2
	if want := area / 0.8; !near(got.Mean, want) {
		t.Errorf("mean age %g s, want %g", got.Mean, want)
	}
	if got.Peak.Count() != 4 || !near(got.Peak.Max(), 0.25) || !near(got.Peak.Min(), 0.25) {
		t.Errorf("%d peaks from %g to %g, want 4 of 0.25", got.Peak.Count(), got.Peak.Min(), got.Peak.Max())
	}
}

// Events that come together renew what the client holds once.
func TestAgeOfBatches(t *testing.T) {
	r, accounts := fiveEvents(1)
	for _, seq := range []uint64{0, 1} {
		r.Receive(accounts[0], event(seq), stamped(r.Due[1]+1e6), false)
	}
	for _, seq := range []uint64{2, 3, 4} {
		r.Receive(accounts[0], event(seq), stamped(r.Due[4]+1e6), false)
	}
	got := r.reported(accounts).Age
	if got.Peak.Count() != 1 || !near(got.Peak.Max(), 0.601) {
		t.Errorf("%d peaks up to %g, want 1 of 0.601", got.Peak.Count(), got.Peak.Max())
	}
}

// A latency that cannot be is counted and in no histogram.
func TestNegative(t *testing.T) {
	r, accounts := fiveEvents(1)
	for seq := range uint64(5) {
		r.Receive(accounts[0], event(seq), stamped(r.Due[seq]-1000), false)
	}
	got := r.reported(accounts)
	if got.Deliveries.Negative == 0 || got.Latency.Count() != 0 {
		t.Errorf("%d counted as negative, %d recorded", got.Deliveries.Negative, got.Latency.Count())
	}
}

// BenchmarkRecord is what recording one reception costs, with everything in
// the caches: a thousand clients, one event after the other.
func BenchmarkRecord(b *testing.B) {
	const clients, events = 1000, 1000
	r := New(clock.NewWall(), clients, 1, 0, events)
	r.Begin(clock.Now(), make([]time.Duration, events), 0, time.Hour)
	r.remaining.Store(math.MaxInt64)
	payloads := make([][]byte, events)
	for i := range payloads {
		payloads[i] = event(uint64(i))
		r.AtServer[i].Store(r.Due[i])
	}
	var accounts []Account
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%(clients*events) == 0 {
			accounts = make([]Account, clients)
			for c := range accounts {
				accounts[c].Client = c
			}
		}
		seq := i / clients % events
		r.Receive(&accounts[i%clients], payloads[seq], stamped(r.Due[seq]+int64(time.Millisecond)), false)
	}
}

// A stamp that contradicts the monotonic clock is not used, and counted.
func TestImpossibleStamps(t *testing.T) {
	wall := clock.NewWall()
	r := Arrival{Returned: 2 * sec, Arrived: 2 * sec}
	r.Stamp(wall, wall.Time(3*sec).UnixNano())
	if r.Stamped || r.Arrived != 2*sec {
		t.Errorf("a stamp later than the read's return: %+v", r)
	}
	r.Stamp(wall, wall.Time(sec).UnixNano())
	if !r.Stamped || r.Arrived != sec {
		t.Errorf("a stamp before the read's return: %+v", r)
	}
	rec, accounts := fiveEvents(1)
	for seq := range uint64(5) {
		due := rec.Due[seq]
		rec.Receive(accounts[0], event(seq), Arrival{Arrived: due - 5, Returned: due + int64(time.Millisecond), Stamped: true}, false)
	}
	got := rec.reported(accounts)
	if s := got.Trust.Stamps; s.Missing != 4 || s.Kernel != 0 || got.Deliveries.Negative != 0 || !near(got.Latency.Max(), 0.001) {
		t.Errorf("stamps from before the events were due: %+v, %d negative, latency %g", s, got.Deliveries.Negative, got.Latency.Max())
	}
}

// A server whose clock is not ours loses the split at the server.
func TestServersClock(t *testing.T) {
	for _, row := range []struct {
		fact string
		had  int64 // by the server's clock, after the event was due
		kept bool
	}{
		{"its clock is ours", int64(time.Millisecond), true},
		{"it is 5 s behind", int64(time.Millisecond) - 5*sec, false},
		{"it is 5 s ahead", int64(time.Millisecond) + 5*sec, false},
	} {
		r, accounts := fiveEvents(1)
		for seq := range uint64(5) {
			r.AtServer[seq].Store(r.Due[seq] + row.had)
			r.Receive(accounts[0], event(seq), stamped(r.Due[seq]+int64(4*time.Millisecond)), false)
		}
		got := r.reported(accounts)
		if got.Latency.Count() != 4 || (got.ToServer.Count() == 4) != row.kept || (got.FromServer.Count() == 4) != row.kept {
			t.Errorf("%s: %d latencies, %d to the server, %d from it", row.fact, got.Latency.Count(), got.ToServer.Count(), got.FromServer.Count())
		}
		if (got.Trust.Impossible == 0) != row.kept {
			t.Errorf("%s: %d are impossible", row.fact, got.Trust.Impossible)
		}
	}
}

// Events that come with one read have its stamp: all but the last are counted,
// with how much earlier they may have come.
func TestSharedStamps(t *testing.T) {
	const ms = int64(time.Millisecond)
	r, accounts := fiveEvents(1)
	a := accounts[0]
	at := func(arrived, before int64, number uint32) Arrival {
		return Arrival{Arrived: arrived, Returned: arrived, Before: before, Number: number, Stamped: true}
	}
	r.Receive(a, event(0), at(r.Due[0]+ms, 0, 1), false)
	r.Receive(a, event(1), at(r.Due[2]+ms, r.Due[0]+2*ms, 2), false) // waited for the next one: since it was due
	r.Receive(a, event(2), at(r.Due[2]+ms, r.Due[0]+2*ms, 2), false)
	r.Receive(a, event(3), at(r.Due[3]+9*ms, r.Due[3]+6*ms, 3), true) // with a part of what follows: since the read before
	r.Receive(a, event(4), at(r.Due[4]+ms, r.Due[3]+9*ms, 4), false)
	got := r.reported(accounts).Trust.Stamps
	want := results.Stamps{Kernel: 4, Shared: 2, SharedMean: (0.201 + 0.003) / 2, SharedMax: 0.201}
	if got.Kernel != want.Kernel || got.Shared != want.Shared || !near(got.SharedMean, want.SharedMean) || !near(got.SharedMax, want.SharedMax) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// The reads of a connection are counted by themselves: one with the same number as that of the
// connection before is another.
func TestStampsOfAnotherConnection(t *testing.T) {
	const ms = int64(time.Millisecond)
	r, accounts := fiveEvents(1)
	a := accounts[0]
	for i := range 3 {
		at := r.Due[i] + ms
		r.Receive(a, event(uint64(i)), Arrival{Arrived: at, Returned: at, Number: 2, Stamped: true}, false)
		a.Anew()
	}
	if got := r.reported(accounts).Trust.Stamps; got.Shared != 0 {
		t.Errorf("%+v", got)
	}
}
