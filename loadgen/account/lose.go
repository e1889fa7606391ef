package account

import "math"

// Has is how many events of its topic, from the first one on, the client has got or has
// been told that it will not get: the cursor by which it goes on.
func (a *Account) Has() uint64 { return a.next }

// Lose says that the client will not get those events of its topic, of which it has not,
// that come before the one with the index: it lost its connection, and the server or the
// client itself no longer knows where it was. They count as lost, and none of them is
// waited for. One that comes nevertheless breaks the trial.
func (r *Recorder) Lose(a *Account, index uint64) {
	index = min(index, r.owed(a.Topic))
	if index <= a.next {
		return
	}
	n := int64(index - a.next)
	a.lost += n
	a.next = index
	if r.remaining.Add(-n) == 0 {
		close(r.Done)
	}
}

// DueBy returns the number of events of the topic that were due at the instant at, retained
// ones included: before Begin there are no others.
func (r *Recorder) DueBy(topic int, at int64) uint64 {
	r.shards[0].mu.Lock()
	defer r.shards[0].mu.Unlock()
	lo, hi := uint64(0), r.owed(topic)
	if r.From == math.MaxInt64 {
		hi = uint64(max(0, r.Retained-topic+r.Topics-1) / r.Topics)
	}
	for lo < hi { // the schedule ascends
		mid := (lo + hi) / 2
		if r.Due[mid*uint64(r.Topics)+uint64(topic)] <= at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
