package loadgen

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

// A recorder turns receptions into measurements and accounts for every pair of
// event and client. Its methods are safe for concurrent use, except that one
// account belongs to one client and is used by one goroutine at a time.
type recorder struct {
	topics   int
	retained int            // sequence numbers below this have no due time
	due      []int64        // by sequence number; for retained events when they were sent
	held     []atomic.Int64 // instant at which the server had the event, by its clock; 0: not known yet
	from, to int64          // the window, in due times
	clock    *clock.Wall
	trace    Tracer // may be nil
	waits    bool   // keep uncorrected, too

	shards    []shard
	remaining atomic.Int64  // pairs not yet received
	done      chan struct{} // closed when remaining reaches 0
	broken    chan error    // the first broken invariant
}

// A shard holds what many clients record, behind a lock that few share.
type shard struct {
	mu          sync.Mutex
	latency     results.Histogram
	wait        results.Histogram // arrival until the read returned
	fromServer  results.Histogram
	peakAge     results.Histogram
	uncorrected results.Histogram
	ageArea     float64 // integral of age over time, seconds squared
	ageTime     float64 // seconds
	negative    int64
	impossible  int64 // ways from the server of less than nothing: its clock is not ours
	stamps      results.Stamps
	early       []early // received before the server's word came that it has the event
	span        []span  // by sequence number

	delivered atomic.Int64 // pairs received, for the marks
	_         [64]byte     // keeps neighbors off this cache line
}

type early struct {
	seq uint64
	at  int64
}

// span is when the first and the last client of a shard received an event.
type span struct {
	first, last int64
	clients     int32
}

// An account is what one client is owed and has got.
type account struct {
	client, topic int
	next          uint64              // index in its topic of the next event expected
	skipped       map[uint64]struct{} // indexes below next that have not come; nil while there are none
	newestDue     int64               // due time of the newest event held; the client holds none when next is 0
	agedTo        int64               // until when its age has been added up
	answered      int64               // when a closed loop would have had its last event
	delivered     int64
	duplicated    int64
	reordered     int64
	read          uint32         // number of the read that brought the last event
	alone         bool           // nothing that followed the last event came with the same read, or it is counted
	bound         int64          // how much earlier than its stamp the last event may have come; -1: not in the window
	credit        *atomic.Uint64 // told to a null server after each reception; nil in trials
}

const shardCount = 8

// newRecorder accounts for the given clients. due holds the offsets of the
// scheduled events; begin makes them instants.
// The histograms are there before the first event, so that no event pays for
// them.
func newRecorder(wall *clock.Wall, clients, topics, retained, scheduled int) *recorder {
	total := retained + scheduled
	r := &recorder{
		topics: topics, retained: retained, clock: wall,
		due: make([]int64, total), held: make([]atomic.Int64, total),
		from: math.MaxInt64, to: math.MaxInt64,
		shards: make([]shard, shardCount),
		done:   make(chan struct{}), broken: make(chan error, 1),
	}
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
		close(r.done)
	}
	return r
}

// owed is the number of events in a topic.
func (r *recorder) owed(topic int) uint64 {
	return uint64((len(r.due) - topic + r.topics - 1) / r.topics)
}

// begin fixes the schedule: publishing begins at start. It must be called
// before the first scheduled event is published.
func (r *recorder) begin(start int64, offsets []time.Duration, warmup, window time.Duration) {
	for i, d := range offsets {
		r.due[r.retained+i] = start + int64(d)
	}
	// Clients may be receiving retained events: they look under their lock.
	for i := range r.shards {
		r.shards[i].mu.Lock()
		defer r.shards[i].mu.Unlock()
	}
	r.from = start + int64(warmup)
	r.to = r.from + int64(window)
}

// receive records an event whose last byte came with the read at; more says
// that the read brought some of what follows the event, too.
func (r *recorder) receive(a *account, event []byte, at arrival, more bool) {
	seq, ok := wire.PayloadSeq(event)
	if !ok || seq >= uint64(len(r.due)) || int(seq)%r.topics != a.topic {
		r.fail(fmt.Errorf("client %d received what was never published: %s", a.client, parse.Excerpt(event)))
		return
	}
	index := seq / uint64(r.topics)
	if index != a.next && !r.misplaced(a, seq, index) {
		return
	}
	a.delivered++
	s := &r.shards[a.client%shardCount]
	s.mu.Lock()
	due := r.due[seq]
	// A stamp from before the event was due contradicts the monotonic clock:
	// the wall clock was set.
	if at.stamped && at.arrived < due && at.returned >= due {
		at.arrived, at.stamped = at.returned, false
	}
	if index >= a.next {
		r.age(s, a, due, at.arrived)
		a.next = index + 1
	}
	r.measure(s, a, seq, at, more || at.more)
	if r.waits {
		r.wait(s, a, seq, at.arrived)
	}
	s.mu.Unlock()
	if r.trace != nil {
		r.trace.Received(a.client, seq, r.clock.Time(due), r.clock.Time(at.arrived))
	}
	s.delivered.Add(1)
	if r.remaining.Add(-1) == 0 {
		close(r.done)
	}
	if a.credit != nil {
		a.credit.Store(uint64(a.delivered))
	}
}

// misplaced accounts for an event that is not the next one. It reports whether
// the client receives it for the first time.
func (r *recorder) misplaced(a *account, seq, index uint64) bool {
	if index > a.next {
		r.fail(fmt.Errorf("client %d received event %d before event %d of its topic", a.client, seq, a.next*uint64(r.topics)+uint64(a.topic)))
		if a.skipped == nil {
			a.skipped = map[uint64]struct{}{}
		}
		for i := a.next; i < index; i++ {
			a.skipped[i] = struct{}{}
		}
		return true
	}
	if _, late := a.skipped[index]; late {
		delete(a.skipped, index)
		a.reordered++
		r.fail(fmt.Errorf("client %d received event %d after a later one", a.client, seq))
		return true
	}
	a.duplicated++
	r.fail(fmt.Errorf("client %d received event %d twice", a.client, seq))
	return false
}

func (r *recorder) measure(s *shard, a *account, seq uint64, at arrival, more bool) {
	sp := &s.span[seq]
	if sp.clients == 0 || at.arrived < sp.first {
		sp.first = at.arrived
	}
	sp.last = max(sp.last, at.arrived)
	sp.clients++
	// The read that brought the last event brought this one, too.
	if at.number != 0 && at.number == a.read && a.alone {
		s.share(a.bound)
	}
	due := r.due[seq]
	measured := int(seq) >= r.retained && due >= r.from && due < r.to
	a.read, a.alone, a.bound = at.number, !more, -1
	if !measured {
		return
	}
	s.record(&s.latency, at.arrived-due)
	if at.stamped {
		s.record(&s.wait, at.returned-at.arrived)
		a.bound = at.arrived - max(due, min(at.before, at.arrived))
		if more {
			s.share(a.bound)
		}
	} else {
		s.stamps.Missing++
	}
	s.early = append(s.early, early{seq, at.arrived})
	s.settle(r)
}

// share counts an event whose read brought what came after it, too: the stamp
// is that of the last byte, and the event may have come earlier by so much.
func (s *shard) share(bound int64) {
	if bound < 0 {
		return
	}
	sec := time.Duration(bound).Seconds()
	s.stamps.Shared++
	s.stamps.SharedMean += sec // the sum, until it is reported
	s.stamps.SharedMax = max(s.stamps.SharedMax, sec)
}

// wait measures as a generator in a closed loop does, which has one event under
// way for each client: what was due meanwhile it would not have sent.
func (r *recorder) wait(s *shard, a *account, seq uint64, at int64) {
	due := r.due[seq]
	if due < a.answered {
		return
	}
	a.answered = at
	if int(seq) >= r.retained && due >= r.from && due < r.to {
		s.record(&s.uncorrected, at-due)
	}
}

// settle moves receptions whose event the server has confirmed into the
// histogram of the way from the server.
func (s *shard) settle(r *recorder) {
	n := 0
	for _, e := range s.early {
		held := r.held[e.seq].Load()
		if held == 0 {
			break
		}
		if s.fromServer.Record(time.Duration(e.at-held)) != nil {
			s.impossible++
		}
		n++
	}
	s.early = s.early[:copy(s.early, s.early[n:])]
}

func (s *shard) record(h *results.Histogram, ns int64) {
	if h.Record(time.Duration(ns)) != nil {
		s.negative++
	}
}

// age adds up the age of what the client held until at, within the window,
// and notes the newer event.
func (r *recorder) age(s *shard, a *account, due, at int64) {
	if a.next > 0 {
		r.addAge(s, a, at)
		if at > a.agedTo && at >= r.from && at < r.to {
			s.record(&s.peakAge, at-a.newestDue)
		}
	}
	a.agedTo = max(a.agedTo, at)
	a.newestDue = due
}

func (r *recorder) addAge(s *shard, a *account, until int64) {
	lo, hi := max(a.agedTo, r.from), min(until, r.to)
	if hi <= lo {
		return
	}
	x, y := float64(lo-a.newestDue)/1e9, float64(hi-a.newestDue)/1e9
	s.ageArea += (y*y - x*x) / 2
	s.ageTime += y - x
}

// fail reports a broken invariant; the first one is kept and ends the trial.
func (r *recorder) fail(err error) {
	select {
	case r.broken <- err:
	default:
	}
}

// delivered is the number of pairs received so far.
func (r *recorder) delivered() (n int64) {
	for i := range r.shards {
		n += r.shards[i].delivered.Load()
	}
	return n
}
