package account

// A Part is the share that one of several load generators has of a trial: every Of-th client and
// topic, from the number Index on, which is from 0. The numbers stay those of the whole trial. The zero value is the whole trial.
type Part struct{ Index, Of int }

// Nothing is the part without clients and topics of who looks on.
var Nothing = Part{Index: -1, Of: 2}

// Has reports whether the client or the topic of that number is in the part.
func (p Part) Has(number int) bool { return p.Of <= 1 || number%p.Of == p.Index }

// Count is how many of the numbers below n the part has. Nothing has none and is not asked.
func (p Part) Count(n int) int {
	if p.Of <= 1 {
		return n
	}
	return (n - p.Index + p.Of - 1) / p.Of
}

// Number is the number of the i-th client or topic of the part, from 0; Place is its inverse.
func (p Part) Number(i int) int { return p.Index + i*max(1, p.Of) }

// Place is which client or topic of the part has that number, from 0.
func (p Part) Place(number int) int { return number / max(1, p.Of) }

// Take has r account for a part of the clients alone, before anything is received. Events of
// the part's own topics are measured. Those of other topics are published by a load generator
// with another clock: they are accounted for, and their latencies are kept apart.
func (r *Recorder) Take(p Part, clients int) {
	r.Part = p
	for i := range r.shards {
		if !r.whole() {
			r.shards[i].others.Prepare()
		}
	}
	var expected int64
	for i := range clients {
		if p.Has(i) {
			expected += int64(r.owed(i % r.Topics))
		}
	}
	if before := r.remaining.Swap(expected); before > 0 && expected == 0 {
		close(r.Done)
	}
}

// own reports whether the events of that topic are due by this process's clock.
func (r *Recorder) own(topic int) bool { return r.Part.Has(topic) }

// whole reports whether a part has all clients of each topic that it has one of.
func (r *Recorder) whole() bool { return r.Part.Of <= 1 || r.Topics%r.Part.Of == 0 }

// foreign measures an event that another load generator published, by its due time as this
// process's clock has it, which may be wrong. One that seems to come before that is counted.
func (r *Recorder) foreign(s *shard, seq uint64, at int64) {
	due := r.Due[seq]
	switch {
	case int(seq) < r.Retained || due < r.From || due >= r.To:
	case at < due:
		s.early++
	default:
		s.record(&s.others, at-due)
	}
}
