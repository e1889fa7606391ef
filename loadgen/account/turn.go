package account

import "fmt"

// inTurn accounts for an event in a topic into which several clients publish, one after
// the other by the schedule. The server has them in the order in which they came to it,
// which may be another; but each client's own are in order. It reports whether a
// receives the event for the first time.
func (r *Recorder) inTurn(a *Account, seq, index uint64) bool {
	if a.turns == nil {
		a.turns = make([]uint32, r.Senders)
	}
	senders := uint64(r.Senders)
	sender, nth := index%senders, uint32(index/senders)
	switch have := a.turns[sender]; {
	case nth == have:
		a.turns[sender]++
		return true
	case nth > have:
		r.Fail(fmt.Errorf("client %d received event %d before an earlier one of the same sender", a.Client, seq))
		if a.skipped == nil {
			a.skipped = map[uint64]struct{}{}
		}
		for ; have < nth; have++ {
			a.skipped[uint64(have)*senders+sender] = struct{}{}
		}
		a.turns[sender] = nth + 1
		return true
	}
	if _, skipped := a.skipped[index]; skipped {
		delete(a.skipped, index)
		a.reordered++
		r.Fail(fmt.Errorf("client %d received event %d after a later one of the same sender", a.Client, seq))
		return true
	}
	a.duplicated++
	r.Fail(fmt.Errorf("client %d received event %d twice", a.Client, seq))
	return false
}
