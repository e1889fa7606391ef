package loadgen

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"pushbench/loadgen/ledger"
	"pushbench/loadgen/parse"
	"pushbench/results"
)

// of is whose stream it is; nil: nobody's any more.
func (l *http2) of(stream uint32) *http2Exchange {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open[stream]
}

// complete ends the answer of x, with an error or none, and wakes who waits for it.
func (l *http2) complete(x *http2Exchange, err error) {
	l.mu.Lock()
	delete(l.open, x.stream)
	l.moved.Broadcast()
	l.mu.Unlock()
	if err == nil && !x.headed {
		err = errors.New("the server ended the stream before there was an answer")
	}
	if x.head.Length >= 0 && err == nil && x.piece == nil && int64(len(x.text)) != x.head.Length {
		err = fmt.Errorf("body of %d bytes instead of %d", len(x.text), x.head.Length)
	}
	x.own.last = l.last
	x.ended, x.err = true, err
	if x.endless && l.lost == nil {
		l.lost = cmp.Or(err, errStreamEnd)
	}
	select {
	case x.ready <- struct{}{}:
	default:
	}
}

// fail ends all answers that are to come.
func (l *http2) fail(err error) {
	l.noteOverhead()
	l.mu.Lock()
	l.err = err
	var all []*http2Exchange
	for _, x := range l.open {
		all = append(all, x)
	}
	l.mu.Unlock()
	for _, x := range all {
		l.complete(x, err)
	}
}

// bookFor books n bytes that were read for a stream, where anybody still has it.
func (l *http2) bookFor(stream uint32, k results.Kind, n int) {
	if x := l.of(stream); x != nil {
		x.own.received(k, n)
		return
	}
	l.book(k, n)
}

// book books n bytes that were read for the connection.
func (l *http2) book(k results.Kind, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.received(k, n)
}

// say writes a frame of the connection's.
func (l *http2) say(k results.Kind, f parse.HTTP2Frame, payload ...byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.scratch = parse.AppendHTTP2Frame(l.scratch[:0], f, payload...)
	n, err := l.put(l.scratch)
	l.sent(k, n)
	return err
}

// put writes b. The caller holds mu, and books what was written.
func (l *http2) put(b []byte) (int, error) {
	n, err := l.stream.Write(b)
	l.plainOut += int64(n)
	l.over = l.encryptedOut - l.plainOut
	return n, err
}

// counters are those of the connection: also its own frames and, of TLS, what the
// records have beyond their plaintext.
func (l *http2) counters() (ledger.Socket, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, err := l.socket()
	s.OwnIn, s.OwnOut = l.in, l.out
	if l.secure() {
		s.EncryptedIn, s.EncryptedOut = l.overhead.Load(), l.over
	}
	return s, err
}

// noteOverhead notes what TLS has cost of what has been read, at a moment at which
// no record is half read.
func (l *http2) noteOverhead() { l.overhead.Store(l.encryptedIn - l.plain) }

// beforeWait has all clients take an edge that is wanted: together, since the
// counters of the connection are those of all.
func (l *http2) beforeWait() {
	if l.records.Between() {
		l.noteOverhead()
	}
	edges := l.edges()
	if edges <= l.taken.Load() {
		return
	}
	l.writing.Lock() // what any of them publishes is before or behind the edge
	defer l.writing.Unlock()
	if !l.atRest() {
		return
	}
	for _, x := range l.exchange {
		if x.client.cut < int(edges) {
			x.client.takeHolding(int(edges), 0)
		}
	}
	l.taken.Store(edges)
}

// edges is how many edges of the window are wanted.
func (l *http2) edges() int32 {
	if cuts := l.exchange[0].client.cuts; cuts != nil {
		return cuts.wanted.Load()
	}
	return 0
}

// atRest reports whether nothing is half done on the connection: each client that
// asks has a request with the server, and nothing of its answer has come; each other
// is between two events.
func (l *http2) atRest() bool {
	if len(l.exchange) < l.sharing || l.r < l.w || l.left > 0 || l.goesOn || !l.records.Between() {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return !slices.ContainsFunc(l.exchange, func(x *http2Exchange) bool {
		if x.piece != nil {
			return !x.client.atRest()
		}
		return l.open[x.stream] != x || x.headed
	})
}

// readsOn reports whether the clients read on after an interruption.
func (l *http2) readsOn() bool {
	return !slices.ContainsFunc(l.exchange, func(x *http2Exchange) bool { return !x.client.readsOn() })
}
