package loadgen

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"pushbench/loadgen/account"
	"pushbench/loadgen/ledger"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A streamer is a client to which the server pushes: SSE, WebSocket and the
// tcp floor.
type streamer interface {
	// receive reads, without returning before it has read something, and
	// hands every event that is complete to the recorder. It returns the
	// connection's error when that ends.
	receive() error

	// flush books what was read of a message whose end will not come. No more
	// is read.
	flush()
}

// An asker is a client that asks for what is new: polling and long-polling.
type asker interface {
	// ask makes one request, reads the answer and hands its events to the
	// recorder.
	ask(ctx context.Context) (answer, error)

	// send makes the next request now, so that the server holds it; ask then
	// only reads the answer.
	send(ctx context.Context) error

	// flush books what was read of an answer whose end will not come.
	flush()
}

// An answer is what came of one request.
type answer struct {
	empty bool // it brought no events
}

// A client is one simulated subscriber. Its fields belong to the goroutine
// that opens it, then to the one that receives, and then to the one that ends
// the trial.
type client struct {
	account.Account
	coding
	rec     *account.Recorder
	conn    *conn         // which its goroutine reads and writes
	own     *end          // its end of a connection that it shares; nil: it has conn for itself
	link    link          // what lies below
	series  *series       // that link, where each request has a connection of its own; nil: the client keeps one
	sharing int           // clients over link, this one included; 0: it alone
	past    *ledger.Books // of connections that are closed; nil: there are none
	phases
	opened   int64 // the answer's head has come
	first    int64 // the first event has come; 0: none yet
	requests ledger.Requests
	stream   streamer
	ahead    *pipe // from which stream reads, if nobody else does; nil: it is not read ahead
	request  asker
	atRest   func() bool // nothing is half done while it waits in a read; nil: never
	leave    func()      // says goodbye as the protocol asks, before the close; may be nil
	listener *listener   // nil: the server is ours

	up       uplink    // nil: it does not publish
	recovery *recovery // nil: a lost connection is an error
	comeback
	slow bool // it reads slowly, and may be told that events are lost to it

	cuts    *cuts
	cut     int        // edges of the window that it has taken
	passed  bool       // it has let one moment pass, see takeBetween
	mu      sync.Mutex // of conn and link, while the client may be interrupted
	stopped atomic.Bool
}

// dial connects the client and notes the phases of it.
func (c *client) dial(ctx context.Context, d *dialer) (err error) {
	conn, phases, err := d.dialNode(ctx, c.node(c.losses))
	if err != nil {
		return err
	}
	c.phases = phases
	return c.attach(conn)
}

// attach makes conn the client's connection.
func (c *client) attach(conn *conn) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn, c.link = conn, conn
	c.Anew()
	if c.away {
		c.link = undisturbed{conn}
	}
	conn.owner = c
	if c.series == nil {
		return nil
	}
	c.link = c.series
	return c.series.next(conn)
}

// redial opens a new connection instead of the present one, which the server
// has closed or is about to. What passed on the old one stays in the books.
// After an error the old one is still the client's.
func (c *client) redial(ctx context.Context, d *dialer) error {
	limit, cancel := context.WithTimeoutCause(ctx, openTimeout, errTimeout)
	defer cancel()
	losses := c.losses
	if c.recovery != nil {
		losses++ // this one is counted when c is back
	}
	conn, phases, err := d.dialNode(limit, c.node(losses))
	if err != nil {
		return fmt.Errorf("opening a new connection: %w", err)
	}
	below, err := c.link.counters()
	if err != nil || !conn.unwatch() {
		conn.stream.Close()
		if err == nil {
			return context.Cause(limit)
		}
		return errCounters(err)
	}
	if conn.unwatch = nil; c.conn.unwatch != nil { // the client is being opened, until ctx is done
		conn.unwatch = conn.watch(ctx)
	}
	c.keep(c.conn.books())
	c.requests.Reopened++
	if c.series == nil {
		c.keep(below.Books())
		c.conn.stream.Close()
	}
	if err := c.attach(conn); err != nil {
		return errCounters(err)
	}
	if c.stopped.Load() {
		c.interrupt()
	}
	if c.recovery == nil {
		return nil
	}
	c.phases = phases
	c.recovery.lose(c, phases.began)
	return c.recovery.back(c, phases.tls)
}

// message books what carries one event, and hands the event to the recorder.
// White space around its JSON is framing: some encoders end a value with a line
// feed. So is what base64 adds. more is as in event.
func (c *client) message(text []byte, more bool) {
	event, err := c.payload(text)
	if err != nil {
		c.book(results.Framing, len(text))
		c.rec.Fail(fmt.Errorf("client %d received %w", c.Client, err))
		return
	}
	c.book(results.Payload, len(event))
	c.book(results.Framing, len(text)-len(event))
	c.event(event, more)
}

// event hands one event to the recorder; more says that the read that brought
// its last byte brought some of what follows, too.
func (c *client) event(b []byte, more bool) {
	r := c.end().last
	if c.request != nil {
		r.Number, r.More = 0, false // an event is there when its answer is complete, with all others of it
	}
	if c.first == 0 {
		c.first = r.Arrived
	}
	c.rec.Receive(&c.Account, b, r, more)
	if c.behind > 0 {
		c.recovery.caughtUp(c, r.Arrived)
	}
}

// wait makes an open connection go on until its first event is there.
func (c *client) wait(ctx context.Context) error {
	for c.first == 0 {
		var err error
		if c.stream != nil {
			err = c.stream.receive()
		} else {
			_, err = c.request.ask(ctx)
		}
		if err != nil {
			return fmt.Errorf("waiting for the first event: %w", err)
		}
	}
	return nil
}

// An opener opens clients of one variant: it connects, completes one round
// trip, sets stream or request, and notes the phases.
type opener func(ctx context.Context, c *client) error

// A protocol is what the file of a transport has.
type protocol struct {
	open func(o *Options, d *dialer) opener

	// ask makes the clients ask until ctx is done; nil: the server pushes.
	ask func(s *session, ctx context.Context)

	// pend makes open clients wait for events as they do on the transport; nil:
	// they do.
	pend func(s *session, ctx context.Context) error
}

// protocols is the one list of transports.
var protocols = map[wire.Transport]protocol{
	wire.Polling:   {open: openPolling, ask: (*session).poll},
	wire.LongPoll:  {open: openLongPoll, ask: (*session).longPoll, pend: (*session).pend},
	wire.SSE:       {open: openSSE},
	wire.WebSocket: {open: openWebSocket},
	wire.TCP:       {open: openTCP},
}

func topicName(i int) string { return fmt.Sprintf("t%d", i) }
