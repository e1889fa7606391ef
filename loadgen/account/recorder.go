package account

import (
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A Recorder turns receptions into measurements and accounts for every pair of
// event and client. Its methods are safe for concurrent use, except that one
// account belongs to one client and is used by one goroutine at a time.
type Recorder struct {
	Topics     int
	Retained   int            // sequence numbers below this have no due time
	Due        []int64        // by sequence number; for retained events when they were sent
	AtServer   []atomic.Int64 // instant at which the server had the event, by its clock; 0: not known yet
	From, To   int64          // the window, in due times
	Clock      *clock.Wall
	Trace      Tracer        // may be nil
	ClosedLoop bool          // keep uncorrected, too
	Latest     bool          // an event that is skipped was replaced by a newer one, and is not lost
	NoSplit    bool          // AtServer says that the server has the event, and not since when
	Sent       []atomic.Bool // by sequence number, whether the event was sent to the server; nil: all of them
	Senders    int           // clients that publish into each topic, in turn by the schedule; 0: each topic has one order
	Part       Part          // set by Take; the zero value: all clients are here

	shards   []shard
	mine     sync.Pool     // of shards: that of the processor
	assigned atomic.Uint32 // shards that were given to processors
	Done     chan struct{} // closed when remaining reaches 0
	Broken   chan error    // the first broken invariant

	_         [64]byte     // what changes with each event is on a cache line of its own
	remaining atomic.Int64 // pairs not yet received
	_         [56]byte
}

// A Tracer is told of each event that a client receives. It is called from many
// goroutines at once and on the hot path.
type Tracer interface {
	// Received says that the last byte of the event seq reached the client's
	// machine at the instant at, by the kernel's stamp where there is one, and
	// when the event was due.
	Received(client int, seq uint64, due, at time.Time)
}

// An Account is what one client is owed and has got.
type Account struct {
	// What every reception needs comes first, on few cache lines.
	Client, Topic int
	next          uint64 // index in its topic of the next event expected
	newestDue     int64  // due time of the newest event held
	agedTo        int64  // until when its age has been added up
	Delivered     int64
	bound         int64          // how much earlier than its stamp the last event may have come; -1: not in the window
	Credit        *atomic.Uint64 // told to a null server after each reception; nil in trials
	read          uint32         // number of the read that brought the last event
	alone         bool           // nothing that followed the last event came with the same read, or it is counted
	holds         bool           // an event has come, so that newestDue is one

	answered   int64               // when a closed loop would have had its last event
	skipped    map[uint64]struct{} // indexes below next that have not come; nil while there are none
	duplicated int64
	reordered  int64
	superseded int64
	unnumbered int64
	lost       int64    // see Lose
	turns      []uint32 // by sender, the index among its events of the next one expected; nil: none has come
}

// Anew says that the client's reads are those of another connection, which are counted from 1 on.
func (a *Account) Anew() { a.read, a.alone = 0, false }

const shardCount = 8

// New accounts for the given clients. due holds the offsets of the
// scheduled events; Begin makes them instants.
// The histograms are there before the first event, so that no event pays for
// them.
func New(wall *clock.Wall, clients, topics, retained, scheduled int) *Recorder {
	total := retained + scheduled
	r := &Recorder{
		Topics: topics, Retained: retained, Clock: wall,
		Due: make([]int64, total), AtServer: make([]atomic.Int64, total),
		From: math.MaxInt64, To: math.MaxInt64,
		shards: make([]shard, shardCount),
		Done:   make(chan struct{}), Broken: make(chan error, 1),
	}
	r.mine.New = func() any { return &r.shards[r.assigned.Add(1)%shardCount] }
	for i := range r.shards {
		s := &r.shards[i]
		s.span = make([]span, total)
		for _, h := range []*results.Histogram{&s.latency, &s.wait, &s.fromServer, &s.peakAge} {
			h.Prepare()
		}
	}
	var expected int64
	for i := range clients {
		expected += int64(r.owed(i % topics))
	}
	r.remaining.Store(expected)
	if expected == 0 {
		close(r.Done)
	}
	return r
}

// owed is the number of events in a topic.
func (r *Recorder) owed(topic int) uint64 {
	return uint64((len(r.Due) - topic + r.Topics - 1) / r.Topics)
}

// Begin fixes the schedule: publishing begins at start. It must be called
// before the first scheduled event is published.
func (r *Recorder) Begin(start int64, offsets []time.Duration, warmup, window time.Duration) {
	// Clients may be receiving retained events: they read these under their lock.
	for i := range r.shards {
		r.shards[i].mu.Lock()
		defer r.shards[i].mu.Unlock()
	}
	for i, d := range offsets {
		r.Due[r.Retained+i] = start + int64(d)
	}
	r.From = start + int64(warmup)
	r.To = r.From + int64(window)
}

// Receive records an event whose last byte came with the read at; more says
// that the read brought some of what follows the event, too.
func (r *Recorder) Receive(a *Account, event []byte, at Arrival, more bool) {
	seq, ok := wire.PayloadSeq(event)
	if !ok || seq >= uint64(len(r.Due)) || int(seq)%r.Topics != a.Topic {
		r.Fail(fmt.Errorf("client %d received an event that was never published: %s", a.Client, parse.Excerpt(event)))
		return
	}
	r.Numbered(a, seq, at, more)
}

// Unnumbered records an event of which nobody knows which it is and when it was
// due: it is counted.
func (r *Recorder) Unnumbered(a *Account) {
	a.Delivered++
	a.unnumbered++
	s := r.take()
	s.delivered.Add(1)
	r.mine.Put(s)
}

// Knows reports whether the event seq is one that the client is owed.
func (r *Recorder) Knows(a *Account, seq uint64) bool {
	return seq < uint64(len(r.Due)) && int(seq)%r.Topics == a.Topic
}

// Holds reports whether the client has the event seq or a newer one of its topic.
func (r *Recorder) Holds(a *Account, seq uint64) bool { return seq/uint64(r.Topics) < a.next }

// Newest reports whether the event seq is the newest one of its topic that the client has.
func (r *Recorder) Newest(a *Account, seq uint64) bool { return seq/uint64(r.Topics)+1 == a.next }

// Numbered is Receive for an event that the client is owed.
func (r *Recorder) Numbered(a *Account, seq uint64, at Arrival, more bool) {
	index := seq / uint64(r.Topics)
	settled := int64(1) // pairs that need not be waited for any more
	switch {
	case r.Senders > 0:
		if !r.inTurn(a, seq, index) {
			return
		}
	case index == a.next:
	case r.Latest && index > a.next:
		settled += int64(index - a.next)
		a.superseded += settled - 1
	case !r.misplaced(a, seq, index):
		return
	}
	a.Delivered++
	s := r.take()
	s.mu.Lock()
	due := r.Due[seq]
	own := r.own(a.Topic)
	// A stamp from before the event was due contradicts the monotonic clock:
	// the wall clock was set.
	if own && at.Stamped && at.Arrived < due && at.Returned >= due {
		at.Arrived, at.Stamped = at.Returned, false
	}
	switch {
	case r.Senders > 0:
		a.next++
		r.AtServer[seq].CompareAndSwap(0, at.Arrived) // it had it by then
		if !a.holds || due > a.newestDue {
			r.age(s, a, due, at.Arrived)
		}
	case index >= a.next:
		r.age(s, a, due, at.Arrived)
		a.next = index + 1
	}
	if own {
		r.measure(s, a, seq, at, more || at.More)
	} else {
		r.foreign(s, seq, at.Arrived)
	}
	if r.ClosedLoop && own {
		r.closedLoop(s, a, seq, at.Arrived)
	}
	s.mu.Unlock()
	if r.Trace != nil {
		r.Trace.Received(a.Client, seq, r.Clock.Time(due), r.Clock.Time(at.Arrived))
	}
	s.delivered.Add(1)
	r.mine.Put(s)
	if r.remaining.Add(-settled) == 0 {
		close(r.Done)
	}
	if a.Credit != nil {
		a.Credit.Store(uint64(a.Delivered))
	}
}

// misplaced accounts for an event that is not the next one. It reports whether
// the client receives it for the first time.
func (r *Recorder) misplaced(a *Account, seq, index uint64) bool {
	if index > a.next {
		r.Fail(fmt.Errorf("client %d received event %d before event %d of its topic", a.Client, seq, a.next*uint64(r.Topics)+uint64(a.Topic)))
		if a.skipped == nil {
			a.skipped = map[uint64]struct{}{}
		}
		for i := a.next; i < index; i++ {
			a.skipped[i] = struct{}{}
		}
		return true
	}
	if r.Latest { // the client may have got it before, or skipped it
		a.reordered++
		r.Fail(fmt.Errorf("client %d received event %d after a later one", a.Client, seq))
		return false
	}
	if _, skipped := a.skipped[index]; skipped {
		delete(a.skipped, index)
		a.reordered++
		r.Fail(fmt.Errorf("client %d received event %d after a later one", a.Client, seq))
		return true
	}
	a.duplicated++
	r.Fail(fmt.Errorf("client %d received event %d twice", a.Client, seq))
	return false
}

// Fail reports a broken invariant; the first one is kept and ends the trial.
func (r *Recorder) Fail(err error) {
	select {
	case r.Broken <- err:
	default:
	}
}

// Delivered is the number of pairs received so far.
func (r *Recorder) Delivered() (n int64) {
	for i := range r.shards {
		n += r.shards[i].delivered.Load()
	}
	return n
}

// Remaining is the number of pairs that have not been received.
func (r *Recorder) Remaining() int64 { return r.remaining.Load() }
