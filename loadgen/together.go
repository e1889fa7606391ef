package loadgen

import (
	"context"
	"sync"
	"time"

	"pushbench/loadgen/clock"
)

// Together has trials run side by side in one process, so that whatever the
// machine does at one moment meets all of them. Their connections are opened one
// trial after the other, in the order of their slots. Then their windows begin
// together, each later than the one before by an equal share of the gap between two
// events: each event of a trial is answered before the next trial's is due.
//
// Make one with NewTogether for each group of trials, and give it to all of them.
type Together struct {
	n     int
	slots []slot

	mu      sync.Mutex
	members int           // trials that are not over
	waiting int           // of them, at the point where all meet
	met     chan struct{} // closed when all have come
	at      int64         // instant at which the last one came
}

// A slot is the place of one trial.
type slot struct {
	opened chan struct{} // closed when the trial has opened its connections, or is over
	open   sync.Once
	left   sync.Once
}

// NewTogether returns the company of n trials, whose slots are 0 to n-1.
func NewTogether(n int) *Together {
	t := &Together{n: n, slots: make([]slot, n), members: n, met: make(chan struct{})}
	for i := range t.slots {
		t.slots[i].opened = make(chan struct{})
	}
	return t
}

// open calls f when the trials of all earlier slots have opened.
func (t *Together) open(ctx context.Context, slot int, f func(context.Context) error) error {
	if t == nil {
		return f(ctx)
	}
	defer t.slots[slot].done()
	for i := range slot {
		select {
		case <-t.slots[i].opened:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return f(ctx)
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
		return 0, ctx.Err()
	}
}

// Leave says that the trial in a slot is over, or will not be: nobody waits for it.
// Run does so by itself. It may be said more than once, and of no company at all.
func (t *Together) Leave(slot int) {
	if t == nil {
		return
	}
	t.slots[slot].done()
	t.slots[slot].left.Do(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.members--
		t.release()
	})
}

func (s *slot) done() { s.open.Do(func() { close(s.opened) }) }

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
