package account

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/results"
)

// Where the latest event alone counts, those that a client skips were replaced: they are
// neither expected nor waited for. The last one is.
func TestLatest(t *testing.T) {
	for _, c := range []struct {
		fact string
		seqs []uint64
		want results.Deliveries
		done bool
	}{
		{"none is skipped", []uint64{0, 1, 2, 3, 4}, results.Deliveries{Offered: 5, Events: 4, Expected: 5, Delivered: 5}, true},
		{"three are skipped", []uint64{1, 4}, results.Deliveries{Offered: 5, Events: 4, Expected: 2, Delivered: 2, Superseded: 3}, true},
		{"the last has not come", []uint64{0, 2}, results.Deliveries{Offered: 5, Events: 4, Expected: 4, Delivered: 2, Missed: 2, Superseded: 1}, false},
	} {
		r, accounts := fiveEvents(1)
		r.Latest = true
		for _, seq := range c.seqs {
			if !r.Knows(accounts[0], seq) || r.Holds(accounts[0], seq) {
				t.Errorf("%s: event %d is not owed", c.fact, seq)
			}
			r.Numbered(accounts[0], seq, stamped(3*sec), false)
			if !r.Holds(accounts[0], seq) || !r.Holds(accounts[0], 0) {
				t.Errorf("%s: event %d is not held", c.fact, seq)
			}
		}
		if d := cmp.Diff(c.want, r.reported(accounts).Deliveries); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.fact, d)
		}
		select {
		case err := <-r.Broken:
			t.Errorf("%s: %v", c.fact, err)
		case <-r.Done:
			if !c.done {
				t.Errorf("%s: nothing is waited for", c.fact)
			}
		default:
			if c.done {
				t.Errorf("%s: %d are waited for", c.fact, r.Remaining())
			}
		}
	}
}

// Events that nobody published are counted, and nothing else is known of them.
func TestUnnumbered(t *testing.T) {
	r := New(nil, 2, 1, 0, 0)
	accounts := []*Account{{Client: 0}, {Client: 1}}
	for range 3 {
		r.Unnumbered(accounts[1])
	}
	got := r.reported(accounts)
	if d := cmp.Diff(results.Deliveries{Expected: 3, Delivered: 3}, got.Deliveries); d != "" || got.Latency.Count() != 0 || r.Delivered() != 3 {
		t.Errorf("%d latencies, %d delivered (-want +got):\n%s", got.Latency.Count(), r.Delivered(), d)
	}
}

// An answer that only says that the server has an event splits no latency.
func TestNoSplit(t *testing.T) {
	r, accounts := fiveEvents(1)
	r.NoSplit = true
	for seq := range uint64(5) {
		r.AtServer[seq].Store(5 * sec)
		r.Numbered(accounts[0], seq, stamped(3*sec), false)
	}
	got := r.reported(accounts)
	if got.Deliveries.Published != 5 || got.Latency.Count() != 4 || got.ToServer.Count()+got.FromServer.Count() != 0 || got.Trust.Impossible != 0 {
		t.Errorf("%+v, %d latencies, %d to the server and %d from it", got.Deliveries, got.Latency.Count(), got.ToServer.Count(), got.FromServer.Count())
	}
}

// A state that goes back to an older event breaks the trial, also where the client had
// skipped that event.
func TestLatestThatGoesBack(t *testing.T) {
	for _, older := range []uint64{0, 1, 2} {
		r, accounts := fiveEvents(1)
		r.Latest = true
		for _, seq := range []uint64{0, 3} {
			r.Numbered(accounts[0], seq, stamped(3*sec), false)
		}
		if r.Newest(accounts[0], older) || !r.Newest(accounts[0], 3) {
			t.Errorf("event %d is the newest", older)
		}
		r.Numbered(accounts[0], older, stamped(3*sec), false)
		select {
		case err := <-r.Broken:
			if want := fmt.Sprintf("client 0 received event %d after a later one", older); err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
		default:
			t.Errorf("event %d breaks nothing", older)
		}
		if d := r.reported(accounts).Deliveries; d.Delivered != 2 || d.Reordered != 1 || d.Duplicated != 0 {
			t.Errorf("event %d: %+v", older, d)
		}
	}
}

// An event that was not sent is not missing.
func TestUnsent(t *testing.T) {
	r, accounts := fiveEvents(2)
	r.Sent = make([]atomic.Bool, 5)
	for seq := range uint64(3) {
		r.Sent[seq].Store(true)
	}
	for seq := range uint64(2) {
		for _, a := range accounts {
			r.Numbered(a, seq, stamped(3*sec), false)
		}
	}
	d := r.reported(accounts).Deliveries
	if d.Expected != 6 || d.Delivered != 4 || d.Missed != 2 || d.Offered != 5 {
		t.Errorf("%+v", d)
	}
}
