package servers

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"pushbench/servers/wire"
)

// A sink writes to one client in its transport's way. An error ends the
// stream.
type sink interface {
	// write sends events that cut returned, in order and at once. Live: every
	// client that keeps up gets them now, so that it pays to encode them for
	// all. It does not wait while it holds on to the slice. No events are a
	// heartbeat.
	write(events []*Event, live bool) error
	// gap tells the client of lost events: ones that were gone when it came,
	// or, when late, that it was too slow for. Nil: the stream goes on.
	gap(g *wire.Gap, late bool) error
	// farewell tells the client, as the last thing, that there is no more: because write or gap
	// returned err, because reading from the client ended with heard, or, when both are nil,
	// because the server ends. Without heard it sees to it that reading ends soon.
	farewell(err, heard error)
}

// A stream carries the events of a place to one client.
//
// A client that waits costs the stream, what its transport holds, and the goroutine that reads
// from it.
type stream struct {
	outlet
	s       *Server
	carrier *carrier
	place   place
	sink    sink
	parting sync.Once

	leaving atomic.Bool // nothing more is to be written

	// Of who holds the outlet's mu.
	heartbeat *time.Timer
	silent    bool // since the last heartbeat was due
	late      bool // events may have been written before
	over      bool
	err       error // why it is over: the sink's
	heard     error // why it is over: how reading ended
}

// newStream returns a stream of a transport. The gate is that of the connection, if it has one.
func (s *Server) newStream(t wire.Transport, p place, to sink, g *gate) *stream {
	st := &stream{s: s, carrier: s.stats.carriers[t], place: p, sink: s.worse.charge(to), silent: true}
	st.outlet.to, st.gate = streamWriter{st}, g
	return st
}

// A streamWriter writes all there is for a stream, a piece at a time.
type streamWriter struct{ *stream }

// run carries events until hear, which reads from the client, has ended, and returns the sink's
// error and hear's.
func (st *stream) run(hear func() error) (err, heard error) {
	st.begin()
	heard = hear()
	err = st.stop(heard)
	st.part()
	return err, heard
}

func (st *stream) begin() {
	st.mu.Lock()
	st.heartbeat = time.AfterFunc(time.Hour, st.beat)
	st.heartbeat.Reset(rand.N(st.s.o.Heartbeat)) // beat reads what was just set
	st.place.topic.join(&st.outlet, &st.s.work)
	events, gap := st.place.next(st.place.topic.View())
	st.carrier.subscribers.Add(1) // who sees it and publishes then finds the client there
	if len(events) > 0 || gap != nil {
		go st.rest()
		return
	}
	st.late = true
	st.mu.Unlock()
	if st.due.Load() {
		go st.turn()
	}
}

// beat sends a heartbeat when there was nothing to write since the last one was due. It is a
// fixed beat, skipped while events flow: counting from the last event would make the clients of
// a topic beat together.
func (st *stream) beat() {
	if !st.mu.TryLock() { // somebody writes
		st.heartbeat.Reset(st.s.o.Heartbeat)
		return
	}
	if !st.over {
		st.heartbeat.Reset(st.s.o.Heartbeat)
		if st.silent {
			st.end(st.sink.write(nil, true))
		}
		st.silent = true
	}
	st.mu.Unlock()
	st.turn()
}

func (st streamWriter) write() {
	for more := true; more && !st.over && !st.leaving.Load(); {
		var wrote bool
		var err error
		more, wrote, err = st.advance()
		st.late = true
		st.silent = st.silent && !wrote
		st.end(err)
	}
}

// advance sends the next piece of what there is, or tells of a gap, and moves
// the place. More: there is more already. It does not hold on to a
// view while it writes: see cut.
//
//go:noinline
func (st *stream) advance() (more, wrote bool, err error) {
	events, gap := st.place.next(st.place.topic.View())
	if gap != nil {
		st.s.stats.gaps.Add(1)
		err := st.sink.gap(gap, st.late)
		st.place.skip(gap)
		return true, false, err
	}
	if len(events) == 0 {
		return false, false, nil
	}
	piece := cut(events)
	n := len(piece)
	st.place.cursor = piece[n-1].ID
	more = n < len(events)
	if err := st.sink.write(piece, !more); err != nil {
		return false, false, err
	}
	st.carrier.delivered.Add(uint64(n))
	return more, true, nil
}

// end ends the stream with an error of the sink; nil: it goes on. The caller holds mu.
func (st *stream) end(err error) {
	if err != nil && !st.over {
		st.err = err
		st.close()
		go st.part()
	}
}

// stop ends the stream when who writes to it has done, and returns the sink's error.
func (st *stream) stop(heard error) error {
	st.leaving.Store(true)
	st.mu.Lock()
	defer st.mu.Unlock()
	st.heard = heard
	if !st.over {
		st.close()
	}
	return st.err
}

// close has nothing written any more. The caller holds mu.
func (st *stream) close() {
	st.over = true
	st.heartbeat.Stop()
	st.place.topic.part(&st.outlet)
	st.carrier.subscribers.Add(-1)
}

// part has the client told that the stream has ended, once. It returns when that is done.
func (st *stream) part() {
	st.parting.Do(func() {
		st.mu.Lock()
		err, heard := st.err, st.heard
		st.mu.Unlock()
		st.sink.farewell(err, heard)
	})
}

// leave ends the stream because the server does.
func (st *stream) leave() {
	st.stop(nil)
	st.part()
}
