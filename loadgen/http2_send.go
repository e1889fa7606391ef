package loadgen

import (
	"net"
	"os"
	"sync/atomic"

	"pushbench/loadgen/parse"
	"pushbench/results"
)

// An outgoing is what a client sends on its stream behind its request, as far as the server
// has not made room for it (RFC 9113 section 5.2). It belongs to whoever holds the
// connection's mu.
type outgoing struct {
	of     *http2Exchange
	room   int // bytes that the stream's window has
	unsent []byte
	kinds  []stretch // of unsent
}

// A stretch is so many bytes of one kind, one after the other.
type stretch struct {
	kind results.Kind
	n    int
}

// add appends b to what is to be sent, of which the last bytes are payload.
func (q *outgoing) add(b []byte, payload int) {
	q.unsent = append(q.unsent, b...)
	for _, s := range []stretch{{results.WebSocket, len(b) - payload}, {results.Payload, payload}} {
		if s.n > 0 {
			q.kinds = append(q.kinds, s)
		}
	}
}

// push sends what the windows have room for, and books it. The caller also holds the
// connection's writing.
func (q *outgoing) push() error {
	l, sent, frames := q.of.link, 0, 0
	l.scratch = l.scratch[:0]
	for {
		n := min(len(q.unsent)-sent, parse.MaxFrame, q.room, l.room)
		if n <= 0 {
			break
		}
		l.scratch = parse.AppendHTTP2Frame(l.scratch, parse.HTTP2Frame{Type: parse.DataFrame, Stream: q.of.stream}, q.unsent[sent:sent+n]...)
		sent, frames = sent+n, frames+1
		q.room, l.room = q.room-n, l.room-n
	}
	if frames == 0 {
		return nil
	}
	own := &q.of.own
	if n, err := l.put(l.scratch); err != nil {
		own.sent(results.HTTP2Frames, n) // as much of them as was written
		return err
	}
	own.sent(results.HTTP2Frames, frames*parse.FrameHead)
	q.unsent = q.unsent[:copy(q.unsent, q.unsent[sent:])]
	for sent > 0 {
		s := &q.kinds[0]
		n := min(sent, s.n)
		own.sent(s.kind, n)
		if sent, s.n = sent-n, s.n-n; s.n == 0 {
			q.kinds = q.kinds[:copy(q.kinds, q.kinds[1:])]
		}
	}
	return nil
}

// settle waits until nothing is unsent. The error says that this will not be, or that halted
// is set.
func (q *outgoing) settle(halted *atomic.Bool) error {
	l := q.of.link
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(q.unsent) > 0 {
		switch {
		case l.open[q.of.stream] != q.of:
			return net.ErrClosed
		case halted.Load():
			return os.ErrDeadlineExceeded
		}
		l.moved.Wait()
	}
	return nil
}

// wake has settle look at halted.
func (q *outgoing) wake() {
	q.of.link.mu.Lock()
	defer q.of.link.mu.Unlock()
	q.of.link.moved.Broadcast()
}

// widen makes room for n bytes more on a stream, or with stream 0 on the connection, and
// sends what has waited for it.
func (l *http2) widen(stream uint32, n int) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if x := l.open[stream]; stream == 0 {
		l.room += n
	} else if x != nil && x.queue != nil {
		x.queue.room += n
	}
	return l.push()
}

// initialRoom has streams begin with so many bytes of room, also those that have begun (RFC
// 9113 section 6.9.2). The caller holds writing and mu.
func (l *http2) initialRoom(n int) {
	for _, x := range l.open {
		if x.queue != nil {
			x.queue.room += n - l.streamRoom
		}
	}
	l.streamRoom = n
}

// push sends what waits and has room, of all streams in the order in which they came. The
// caller holds writing and mu.
func (l *http2) push() error {
	for _, x := range l.exchange {
		if x.queue == nil || l.open[x.stream] != x {
			continue
		}
		if err := x.queue.push(); err != nil {
			return err
		}
	}
	l.moved.Broadcast()
	return nil
}
