package account

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/results"
)

// Where several clients publish into a topic, the order counts within the events of each.
func TestSeveralSenders(t *testing.T) {
	for _, row := range []struct {
		fact   string
		seqs   []uint64 // the senders take turns: 0, 2 and 4 are one's
		want   results.Deliveries
		broken string
	}{
		{"by the schedule", []uint64{0, 1, 2, 3, 4}, results.Deliveries{Delivered: 5}, ""},
		{"one sender was faster", []uint64{1, 3, 0, 2, 4}, results.Deliveries{Delivered: 5}, ""},
		{"one comes twice", []uint64{1, 0, 1, 2, 3, 4}, results.Deliveries{Delivered: 5, Duplicated: 1}, "event 1 twice"},
		{"one is missing", []uint64{0, 1, 4, 3}, results.Deliveries{Delivered: 4, Missed: 1}, "event 4 before an earlier one"},
		{"one sender's change places", []uint64{0, 1, 4, 2, 3}, results.Deliveries{Delivered: 5, Reordered: 1}, "event 4 before an earlier one"},
		{"a late one comes twice", []uint64{0, 1, 4, 2, 2, 3}, results.Deliveries{Delivered: 5, Reordered: 1, Duplicated: 1}, "event 4 before an earlier one"},
	} {
		r, accounts := fiveEvents(1)
		r.Senders, r.NoSplit = 2, true
		for i, seq := range row.seqs {
			r.Receive(accounts[0], event(seq), stamped(2*sec+int64(i)), false)
		}
		row.want.Offered, row.want.Events, row.want.Expected = 5, 4, 5
		row.want.Published = row.want.Delivered
		if diff := cmp.Diff(row.want, r.reported(accounts).Deliveries); diff != "" {
			t.Errorf("%s: %s", row.fact, diff)
		}
		select {
		case err := <-r.Broken:
			if row.broken == "" || !strings.Contains(err.Error(), row.broken) {
				t.Errorf("%s: %v", row.fact, err)
			}
		default:
			if row.broken != "" {
				t.Errorf("%s: nothing is broken", row.fact)
			}
		}
	}
}

// What a client holds ages from the newest event by the schedule, whichever came last.
func TestAgeWithSeveralSenders(t *testing.T) {
	r, accounts := fiveEvents(1)
	r.Senders, r.NoSplit = 2, true
	for _, e := range []struct {
		seq uint64
		at  int64
	}{{1, 13 * sec / 10}, {0, 14 * sec / 10}} { // event 0 was due at 1.1 s and event 1 at 1.3 s
		r.Receive(accounts[0], event(e.seq), stamped(e.at), false)
	}
	got := r.reported(accounts)
	// From 1.3 s to 2 s it holds event 1: 0 to 0.7 s old.
	if got.Age.Mean < 0.35-1e-9 || got.Age.Mean > 0.35+1e-9 {
		t.Errorf("mean age %v, want 0.35", got.Age.Mean)
	}
}
