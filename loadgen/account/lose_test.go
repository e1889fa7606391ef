package account

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pushbench/results"
)

// What a client knows to be lost is missed and waited for no more. What comes behind it is
// in order.
func TestLose(t *testing.T) {
	r, accounts := fiveEvents(1)
	a := accounts[0]
	get := func(seqs ...uint64) {
		for _, seq := range seqs {
			r.Receive(a, event(seq), stamped(r.Due[seq]+1000), false)
		}
	}
	get(0)
	r.Lose(a, 1) // it has that
	r.Lose(a, 3)
	get(3)
	if r.Remaining() != 1 || a.Has() != 4 {
		t.Errorf("%d remain, it has %d", r.Remaining(), a.Has())
	}
	r.Lose(a, 100) // there are five
	select {
	case <-r.Done:
	default:
		t.Error("what is lost is waited for")
	}
	want := results.Deliveries{Offered: 5, Events: 4, Expected: 5, Delivered: 2, Missed: 3, Lost: 3}
	if diff := cmp.Diff(want, r.reported(accounts).Deliveries); diff != "" {
		t.Error(diff)
	}
	select {
	case err := <-r.Broken:
		t.Error(err)
	default:
	}
	get(1)
	if <-r.Broken == nil {
		t.Error("an event that was lost may come")
	}
}

// The age of what a client holds begins with its first event, also where it lost those
// before.
func TestLoseTheFirst(t *testing.T) {
	r, accounts := fiveEvents(1)
	a := accounts[0]
	r.Lose(a, 3)
	for seq := uint64(3); seq < 5; seq++ {
		r.Receive(a, event(seq), stamped(r.Due[seq]), false)
	}
	// It holds event 3 from 1.7 to 1.9 s and event 4 from then to 2 s.
	got := r.reported(accounts)
	if want := (0.2*0.1 + 0.1*0.05) / 0.3; got.Age.Mean < want-1e-9 || got.Age.Mean > want+1e-9 {
		t.Errorf("mean age %v, want %v", got.Age.Mean, want)
	}
}

// The number of events that were due counts those of one topic.
func TestDueBy(t *testing.T) {
	r, _ := fiveEvents(1)
	for at, want := range map[int64]uint64{0: 0, sec + sec/10 - 1: 0, sec + sec/10: 1, sec + sec/2: 3, 10 * sec: 5} {
		if got := r.DueBy(0, at); got != want {
			t.Errorf("%d events by %d, want %d", got, at, want)
		}
	}
	early := New(nil, 1, 2, 3, 10) // when it will begin is not known yet
	for topic, want := range []uint64{2, 1} {
		if got := early.DueBy(topic, sec); got != want {
			t.Errorf("%d events of topic %d before the trial begins, want %d", got, topic, want)
		}
	}
}
