package loadgen

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/loadgen/ledger"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A Reconnect is what clients do that have lost their connection. Those to which the
// server pushes wait, connect again and go on behind the last event that they have.
// Those that ask have a new connection for their next request anyway. When an attempt
// fails, they wait once more.
type Reconnect struct {
	After  time.Duration // from the loss until the client connects again
	Jitter time.Duration // up to so much is added to After, at random by the trial's seed, for each client and loss

	// Forget has clients of WebSocket not say which event was their last: they begin with
	// new events, as an application does that keeps no cursor.
	Forget bool
}

// leastWait is how long a client waits at least after an attempt that has failed.
const leastWait = 100 * time.Millisecond

// A recovery is how the clients of a trial come back. It is nil in a trial in which a lost
// connection is a broken invariant. Its methods may be called concurrently.
type recovery struct {
	Reconnect
	seed   uint64
	paced  bool // clients ask at an interval
	struck int  // clients that the fault befalls: those with the lowest numbers
	rec    *account.Recorder
	open   opener
	at     atomic.Int64    // when the fault befell the clients; 0: not yet, or there is none
	bases  []atomic.Uint64 // by topic, the events that other servers were sent; set before the present one is started

	mu        sync.Mutex
	down      time.Duration // until a server that was started again was ready
	got       results.Recovery
	handshake ledger.Books // of the connections that were opened again
	negative  int64
}

func newRecovery(o *Options, rec *account.Recorder) *recovery {
	if o.Reconnect == nil {
		return nil
	}
	return &recovery{
		Reconnect: *o.Reconnect, seed: o.Seed, paced: o.Variant.Transport == wire.Polling,
		struck: o.Fault.befalls(o.Clients), rec: rec, bases: make([]atomic.Uint64, o.Topics),
	}
}

// A comeback is where a client stands that has lost its connection. It belongs to the
// goroutine that has the client.
type comeback struct {
	away   bool   // it is being opened again; guarded by the client's mutex
	since  int64  // what the time until it is back counts from
	losses uint64 // connections that it has lost
	struck bool   // one of them by the fault
	behind uint64 // it is up to date when it has so many events of its topic; 0: it is

	epoch string // of the server's numbers; empty: the client's cursors bear none
	base  uint64 // events of its topic that were not the present server's
}

// lose notes that c has lost its connection, and knows it since the instant at.
func (r *recovery) lose(c *client, at int64) {
	c.losses++
	if c.behind == 0 { // else it was not yet up to date after the loss before
		c.since = at
	}
	c.behind = 0
	if fault := r.at.Load(); fault != 0 && !c.struck && c.Client < r.struck {
		c.struck, c.since = true, fault
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.got.Lost++; c.losses == 1 {
		r.got.Clients++
	}
}

// back notes that c, which has lost its connection, has one again since the instant at,
// and which events it is to have to be up to date.
func (r *recovery) back(c *client, at int64) error {
	below, err := c.link.counters()
	if err != nil {
		return errCounters(err)
	}
	books := c.conn.books()
	books.Add(below.Books())
	r.mu.Lock()
	r.got.Opened++
	r.handshake.Add(books)
	r.record(&r.got.Open, at-c.phases.began)
	r.record(&r.got.Reconnect, at-c.since)
	r.mu.Unlock()
	c.behind = r.rec.DueBy(c.Topic, at)
	r.caughtUp(c, at)
	return nil
}

// caughtUp notes when c is up to date: it has all events that were due before it had a
// connection again.
func (r *recovery) caughtUp(c *client, at int64) {
	if c.Has() < c.behind {
		return
	}
	c.behind = 0
	r.mu.Lock()
	defer r.mu.Unlock()
	r.record(&r.got.Recover, at-c.since)
}

// record is called with the lock.
func (r *recovery) record(h *results.Histogram, ns int64) {
	if h.Record(time.Duration(ns)) != nil {
		r.negative++
	}
}

// refused counts an attempt that failed.
func (r *recovery) refused() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got.Refused++
}

// dropped notes how many connections the kernel dropped in the window. r may be nil.
func (r *recovery) dropped(n int64) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got.Dropped = &n
}

// wait waits for as long as c is to wait before it connects, in its so many-th attempt. The
// error is that of ctx.
func (r *recovery) wait(ctx context.Context, c *client, attempt uint64) error {
	return clock.WaitUntil(ctx, clock.Now()+int64(r.delay(c.Client, c.losses, attempt)))
}

// delay is how long a client waits, after so many losses.
func (r *recovery) delay(client int, losses, attempt uint64) time.Duration {
	random := rand.New(rand.NewPCG(r.seed, uint64(client)<<32|losses<<16|attempt))
	wait := r.After + time.Duration(random.Float64()*float64(r.Jitter))
	if attempt > 0 {
		wait = max(wait, leastWait)
	}
	return wait
}

// fill fills t.
func (r *recovery) fill(t *results.Trial) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got.Handshake = r.handshake.Since(ledger.Books{})
	t.Deliveries.Negative += r.negative
	t.Recovery = &r.got
	if t.Fault != nil {
		t.Fault.Down = r.down.Seconds()
	}
}

// outage is how long clients may be away without an event, beyond what a server or a
// machine is late.
func (o *Options) outage() time.Duration {
	if o.Reconnect == nil {
		return 0
	}
	return o.Reconnect.After + o.Reconnect.Jitter
}

// errStreamEnd is the end of an answer that has none.
var errStreamEnd = errors.New("the server ended the stream")

// A lifetime is done when the trial no longer needs its clients.
type lifetime struct {
	context.Context
	over <-chan struct{}
}

func (l lifetime) Done() <-chan struct{} { return l.over }

func (l lifetime) Err() error {
	select {
	case <-l.over:
		return context.Canceled
	default:
		return nil
	}
}

// revive gives c, to which the server pushes and whose stream has ended with err, another
// connection. The error is err where no connection was lost; else it says why there is no
// other, or that the trial is over.
func (s *session) revive(c *client, err error) error {
	r, ctx := s.recovery, lifetime{context.Background(), s.ending}
	if r == nil || ctx.Err() != nil || !c.broken(err) {
		return err
	}
	r.lose(c, clock.Now())
	if buried := c.bury(); buried != nil {
		return buried
	}
	told := false
	var closed *websocket.CloseError
	if errors.As(err, &closed) && closed.Code == wire.CloseGap {
		if err := c.gap([]byte(closed.Text)); err != nil {
			return err
		}
		told = true // where to go on: there is nothing to wait for
	}
	for attempt := uint64(0); ; attempt++ {
		if !told || attempt > 0 {
			if err := r.wait(ctx, c, attempt); err != nil {
				return err
			}
		}
		err := s.reopen(ctx, c)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || !severed(err) && !c.broken(err) && !s.overloaded(err) {
			return fmt.Errorf("connecting again: %w", err)
		}
		r.refused()
		if err := c.bury(); err != nil {
			return err
		}
	}
}

// reopen opens c once more. After an error what it had opened is still its connection.
func (s *session) reopen(ctx context.Context, c *client) error {
	limit, cancel := context.WithTimeoutCause(ctx, s.answersWithin, noAnswer(s.answersWithin))
	defer cancel()
	err := s.recovery.open(limit, c)
	if unwatch := c.conn.unwatch; unwatch != nil && !unwatch() && err == nil {
		err = context.Cause(limit)
	}
	c.conn.unwatch = nil
	if err != nil && overdue(limit, err) && ctx.Err() == nil {
		return noAnswer(s.answersWithin)
	}
	if err != nil {
		return err
	}
	if err := s.recovery.back(c, c.opened); err != nil {
		return err
	}
	c.mu.Lock()
	c.away, c.link = false, c.conn
	c.mu.Unlock()
	if c.stopped.Load() {
		c.interrupt()
	}
	return nil
}
