package loadgen

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"pushbench/loadgen/account"
	"pushbench/loadgen/ledger"
	"pushbench/loadgen/parse"
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
	rec     *account.Recorder
	conn    *conn        // its own end, which its goroutine reads and writes
	link    link         // what lies below
	sharing int          // clients over link, this one included; 0: it alone
	past    ledger.Books // of connections that are closed
	phases
	opened   int64 // the answer's head has come
	first    int64 // the first event has come; 0: none yet
	requests ledger.Requests
	stream   streamer
	request  asker
	atRest   func() bool // nothing is half done while it waits in a read; nil: never
	leave    func()      // says goodbye as the protocol asks, before the close; may be nil
	listener *listener   // nil: the server is ours

	cuts    *cuts
	cut     int        // edges of the window that it has taken
	passed  bool       // it has let one moment pass, see takeBetween
	mu      sync.Mutex // of conn and link, while the client may be interrupted
	stopped atomic.Bool
}

// dial connects the client and notes the phases of it.
func (c *client) dial(ctx context.Context, d *dialer) (err error) {
	conn, phases, err := d.dial(ctx)
	if err != nil {
		return err
	}
	c.phases = phases
	c.attach(conn)
	return nil
}

// attach makes conn the client's connection.
func (c *client) attach(conn *conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn, c.link = conn, conn
	conn.owner = c
}

// redial opens a new connection instead of the present one, which the server
// has closed or is about to. What passed on the old one stays in the books.
// After an error the old one is still the client's.
func (c *client) redial(ctx context.Context, d *dialer) error {
	limit, cancel := context.WithTimeoutCause(ctx, openTimeout, errTimeout)
	defer cancel()
	conn, _, err := d.dial(limit)
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
	c.past.Add(c.conn.books())
	c.past.Add(below.Books())
	c.requests.Reopened++
	c.conn.stream.Close()
	c.attach(conn)
	if c.stopped.Load() {
		c.interrupt()
	}
	return nil
}

// message books a message of a stream that is one event, and hands the event to
// the recorder. White space around its JSON is framing: some encoders end a
// value with a line feed. more is as in event.
func (c *client) message(text []byte, more bool) {
	event := parse.TrimSpace(text)
	c.conn.received(results.Payload, len(event))
	c.conn.received(results.Framing, len(text)-len(event))
	c.event(event, more)
}

// event hands one event to the recorder; more says that the read that brought
// its last byte brought some of what follows, too.
func (c *client) event(b []byte, more bool) {
	r := c.conn.last
	if c.request != nil {
		r.Number, r.More = 0, false // an event is there when its answer is complete, with all others of it
	}
	if c.first == 0 {
		c.first = r.Arrived
	}
	c.rec.Receive(&c.Account, b, r, more)
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
