package loadgen

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/ledger"
)

// cuts take the ledgers at both edges of the window. Each client takes its own
// part, at a moment at which nothing is half done on its connection: a poll
// just before it asks, for the first time at or after the edge by the polls'
// schedule; a long-poll while the server holds its request; a stream between
// two messages. So what is between the cuts are complete messages and
// exchanges, and bytes, requests and deliveries are counted over the same ones.
type cuts struct {
	wanted atomic.Int32 // edges that the clients shall have taken

	mu     sync.Mutex
	edge   [2]edge
	atOnce int // clients that took both edges at one moment: there was no other
	err    error
}

// An edge is the sum over the clients that have taken it.
type edge struct {
	at     int64 // by the schedule
	taken  int
	totals ledger.Totals
	sum    int64 // of the instants at which they took it
}

// begin sets the edges; no client has taken one.
func (c *cuts) begin(from, to int64) { c.edge[0].at, c.edge[1].at = from, to }

func (c *cuts) taken(i int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.edge[i].taken
}

// takeDue has c take the edges that are due at the instant at.
func (c *client) takeDue(at int64) {
	n := c.cut
	for n < len(c.cuts.edge) && at >= c.cuts.edge[n].at {
		n++
	}
	c.take(n, at)
}

// wanted reports whether an edge is wanted that c has not taken.
func (c *client) wanted() bool { return c.cuts != nil && int(c.cuts.wanted.Load()) > c.cut }

// takeWanted has c take the edges that are wanted: nothing is half done on it.
func (c *client) takeWanted() { c.take(int(c.cuts.wanted.Load()), 0) }

// takeBetween is takeWanted for a client that has just completed a message and
// has more to read already. It takes an edge only at the second such message: a
// moment with nothing to read is better. Under TLS what has been read is not known
// to be of complete records, nor in a compressed stream to be of complete events,
// so that there only such a moment will do.
func (c *client) takeBetween() {
	if !c.wanted() || c.conn.secure() || c.decoding {
		return
	}
	if c.passed = !c.passed; !c.passed {
		c.takeWanted()
	}
}

// take takes the edges up to the n-th at the instant at, or now when at is 0.
func (c *client) take(n int, at int64) {
	if n <= c.cut {
		return
	}
	c.conn.writing.Lock() // what the client publishes is before or behind the edge
	defer c.conn.writing.Unlock()
	c.takeHolding(n, at)
}

// takeHolding is take for who holds the connection's writing, and knows that there is an edge.
func (c *client) takeHolding(n int, at int64) {
	below, err := c.link.counters()
	k := c.cuts
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil && k.err == nil {
		k.err = err
	}
	if n-c.cut == len(k.edge) && at == 0 {
		k.atOnce++
	}
	if at == 0 {
		at = clock.Now()
	}
	c.passed = false
	for ; c.cut < n; c.cut++ {
		e := &k.edge[c.cut]
		c.addTo(&e.totals, below)
		e.sum += at
		e.taken++
	}
}

// beforeWait is called when c is about to wait in a read.
func (c *client) beforeWait() {
	if c.wanted() && c.atRest != nil && c.atRest() && c.conn.records.Between() {
		c.takeWanted()
	}
}

// want says how many edges are wanted, and interrupts the clients that wait for
// the server so that they take them. Those that are busy take them when they have
// done.
func (s *session) want(edges int32) {
	s.cuts.wanted.Store(edges)
	for _, c := range s.clients {
		c.interrupt()
	}
}

// interrupt makes c's read return, for a moment.
func (c *client) interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.link.interrupt()
}

// readsOn reports whether c is to read on after it was interrupted.
func (c *client) readsOn() bool { return c.cuts != nil && !c.stopped.Load() }

// stop makes c's reads fail from now on. What has come and is not read stays
// where it is.
func (c *client) stop() {
	c.stopped.Store(true)
	c.interrupt()
}

// Limits of waiting for the clients to take an edge. At the beginning of the
// window the wait only keeps their work out of it; at its end all must have. One
// client takes some microseconds for that, and all of a trial may be on one core.
const (
	edgeTimeout = 20 * time.Millisecond
	edgeLimit   = 2 * time.Second
	edgeEach    = 200 * time.Microsecond
)

// lastTimeout is how long the clients may take at the end of the window.
func (s *session) lastTimeout() time.Duration {
	return edgeLimit + time.Duration(s.Clients)*edgeEach
}

// await waits until all clients have taken the edge i, for limit at most, and
// reports whether they have.
func (s *session) await(ctx context.Context, i int, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for s.cuts.taken(i) < len(s.clients) {
		if clock.WaitUntil(ctx, clock.Now()+int64(200*time.Microsecond)) != nil {
			return false
		}
	}
	return true
}
