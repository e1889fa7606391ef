package account

import (
	"sync"
	"sync/atomic"
	"time"

	"pushbench/results"
)

// A shard holds what is recorded on one processor. Where there are more of them than shards,
// or the pool of them was emptied meanwhile, several share one behind its lock.
type shard struct {
	mu          sync.Mutex
	latency     results.Histogram
	wait        results.Histogram // Arrival until the read returned
	fromServer  results.Histogram
	peakAge     results.Histogram
	uncorrected results.Histogram
	others      results.Histogram // of events that another load generator published
	ageArea     float64           // integral of age over time, seconds squared
	ageTime     float64           // seconds
	negative    int64
	early       int64 // of others: they came before they were due
	impossible  int64 // ways from the server of less than nothing: its clock is not ours
	stamps      results.Stamps
	unconfirmed []unconfirmed // received before the server's word came that it has the event
	span        []span        // by sequence number

	delivered atomic.Int64 // pairs received, for the samples
	_         [64]byte     // keeps neighbors off this cache line
}

type unconfirmed struct {
	seq uint64
	at  int64
}

// span is when the first and the last client of a shard received an event.
type span struct {
	first, last int64
	clients     int32
}

// take returns the shard of the processor, to be put back: what it holds is in that one's caches.
// Were it that of a client, each reception would fetch it from the processor that recorded the
// last one.
func (r *Recorder) take() *shard { return r.mine.Get().(*shard) }

func (r *Recorder) measure(s *shard, a *Account, seq uint64, at Arrival, more bool) {
	sp := &s.span[seq]
	if sp.clients == 0 || at.Arrived < sp.first {
		sp.first = at.Arrived
	}
	sp.last = max(sp.last, at.Arrived)
	sp.clients++
	// The read that brought the last event brought this one, too.
	if at.Number != 0 && at.Number == a.read && a.alone {
		s.share(a.bound)
	}
	due := r.Due[seq]
	measured := int(seq) >= r.Retained && due >= r.From && due < r.To
	a.read, a.alone, a.bound = at.Number, !more, -1
	if !measured {
		return
	}
	s.record(&s.latency, at.Arrived-due)
	if at.Stamped {
		s.record(&s.wait, at.Returned-at.Arrived)
		a.bound = at.Arrived - max(due, min(at.Before, at.Arrived))
		if more {
			s.share(a.bound)
		}
	} else {
		s.stamps.Missing++
	}
	if r.NoSplit {
		return
	}
	s.unconfirmed = append(s.unconfirmed, unconfirmed{seq, at.Arrived})
	s.confirm(r)
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

// closedLoop measures as a generator in a closed loop does, which has one event under
// way for each client: what was due meanwhile it would not have sent.
func (r *Recorder) closedLoop(s *shard, a *Account, seq uint64, at int64) {
	due := r.Due[seq]
	if due < a.answered {
		return
	}
	a.answered = at
	if int(seq) >= r.Retained && due >= r.From && due < r.To {
		s.record(&s.uncorrected, at-due)
	}
}

// confirm moves receptions whose event the server has confirmed into the
// histogram of the way from the server.
func (s *shard) confirm(r *Recorder) {
	n := 0
	for _, e := range s.unconfirmed {
		had := r.AtServer[e.seq].Load()
		if had == 0 {
			break
		}
		if s.fromServer.Record(time.Duration(e.at-had)) != nil {
			s.impossible++
		}
		n++
	}
	s.unconfirmed = s.unconfirmed[:copy(s.unconfirmed, s.unconfirmed[n:])]
}

func (s *shard) record(h *results.Histogram, ns int64) {
	if h.Record(time.Duration(ns)) != nil {
		s.negative++
	}
}

// age adds up the age of what the client held until at, within the window,
// and notes the newer event.
func (r *Recorder) age(s *shard, a *Account, due, at int64) {
	if !r.own(a.Topic) {
		return // when what it holds was due is another clock's
	}
	if a.holds {
		r.addAge(s, a, at)
		if at > a.agedTo && at >= r.From && at < r.To {
			s.record(&s.peakAge, at-a.newestDue)
		}
	}
	a.agedTo = max(a.agedTo, at)
	a.newestDue, a.holds = due, true
}

func (r *Recorder) addAge(s *shard, a *Account, until int64) {
	lo, hi := max(a.agedTo, r.From), min(until, r.To)
	if hi <= lo {
		return
	}
	x, y := float64(lo-a.newestDue)/1e9, float64(hi-a.newestDue)/1e9
	s.ageArea += (y*y - x*x) / 2
	s.ageTime += y - x
}
