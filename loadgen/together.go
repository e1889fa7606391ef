package loadgen

import (
	"context"
	"sync"
	"time"

	"pushbench/loadgen/clock"
)

// Together has trials run side by side in one process, so that whatever the
// machine does at one moment meets all of them. They open their connections in
// turn: one each, or as many as are opened at a time. Then their windows begin together, each later than the one
// before by an equal share of the gap between two events: each event of a trial is
// answered before the next trial's is due.
//
// Make one with NewTogether for each group of trials, and give it to all of them.
type Together struct {
	n     int
	slots []slot
	alone sync.Mutex // held by the trial that reads the memory

	mu      sync.Mutex
	turn    int           // slot whose turn it is to open a connection
	members int           // trials that are not over
	waiting int           // of them, at the point where all meet
	met     chan struct{} // closed when all have come
	at      int64         // instant at which the last one came
}

// A slot is the place of one trial.
type slot struct {
	token  chan struct{} // holds one when it is its turn; room for it
	opened bool          // it takes no more turns
	over   bool          // its trial
}

// NewTogether returns the company of n trials, whose slots are 0 to n-1.
func NewTogether(n int) *Together {
	t := &Together{n: n, slots: make([]slot, n), members: n, met: make(chan struct{})}
	for i := range t.slots {
		t.slots[i].token = make(chan struct{}, 1)
	}
	t.slots[0].token <- struct{}{}
	return t
}

// exclusively calls f while no other trial is in such a call.
func (t *Together) exclusively(f func() error) error {
	if t != nil {
		t.alone.Lock()
		defer t.alone.Unlock()
	}
	return f()
}

// take waits until it is the slot's turn to open a connection; pass ends the turn.
func (t *Together) take(ctx context.Context, slot int) error {
	if t == nil {
		return nil
	}
	select {
	case <-t.slots[slot].token:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pass gives the turn to the next slot that opens connections.
func (t *Together) pass() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next()
}

func (t *Together) next() {
	for range t.slots {
		t.turn = (t.turn + 1) % t.n
		if s := &t.slots[t.turn]; !s.opened {
			s.token <- struct{}{}
			return
		}
	}
}

// allOpen says that the slot takes no more turns. It does not have one.
func (t *Together) allOpen(slot int) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end(slot)
}

// end takes the slot out of the turns. When it has one it is the next slot's.
func (t *Together) end(slot int) {
	s := &t.slots[slot]
	if s.opened {
		return
	}
	s.opened = true
	if t.turn != slot {
		return
	}
	select { // one that it has not taken is lost with it
	case <-s.token:
	default:
	}
	t.next()
}

// meet waits until all trials that are not over have come, and returns the instant
// at which the last one came: the same for all.
func (t *Together) meet(ctx context.Context) (at int64, err error) {
	if t == nil {
		return clock.Now(), nil
	}
	t.mu.Lock()
	met := t.met
	t.waiting++
	t.release()
	t.mu.Unlock()
	select {
	case <-met:
		t.mu.Lock()
		defer t.mu.Unlock()
		return t.at, nil
	case <-ctx.Done():
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.met == met { // nobody waits for it any more
			t.waiting--
		}
		return 0, ctx.Err()
	}
}

// Leave says that the trial in a slot is over, or will not be: nobody waits for it.
// Run does so by itself. It may be said more than once, and of no company at all.
func (t *Together) Leave(slot int) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end(slot)
	if s := &t.slots[slot]; !s.over {
		s.over = true
		t.members--
		t.release()
	}
}

// release lets all go on when all have come.
func (t *Together) release() {
	if t.waiting < t.members || t.waiting == 0 {
		return
	}
	t.at = clock.Now()
	t.waiting = 0
	close(t.met)
	t.met = make(chan struct{})
}

// shift is how much later the trial in a slot begins than the first one.
func (t *Together) shift(slot int, rate float64) time.Duration {
	if t == nil || rate == 0 {
		return 0
	}
	return time.Duration(float64(slot) / float64(t.n) / rate * float64(time.Second))
}
