package loadgen

import (
	"context"
	"fmt"

	"pushbench/servers/wire"
)

// A streamer is a client to which the server pushes: SSE, WebSocket and the
// tcp floor.
type streamer interface {
	// receive reads, without returning before it has read something, and
	// hands every event that is complete to the recorder. It returns the
	// connection's error when that ends.
	receive() error
}

// An asker is a client that asks for what is new: polling and long-polling.
type asker interface {
	// ask makes one request, reads the answer and hands its events to the
	// recorder.
	ask() (answer, error)

	// send makes the next request now, so that the server holds it; ask then
	// only reads the answer.
	send() error
}

// An answer is what came of one request.
type answer struct {
	empty bool // it brought no events
	head  int  // bytes of its head
}

// A client is one simulated subscriber. Its fields belong to the goroutine
// that opens it and then to the one that receives; the marks read conn.
type client struct {
	account
	rec  *recorder
	conn *conn
	phases
	opened  int64 // the answer's head has been read
	first   int64 // the first event has been read; 0: none yet
	stream  streamer
	request asker
	leave   func() // says goodbye as the protocol asks, before the close; may be nil
}

// dial connects the client and notes the phases of it.
func (c *client) dial(ctx context.Context, d *dialer) (err error) {
	c.conn, c.phases, err = d.dial(ctx)
	return err
}

// event hands one event to the recorder.
func (c *client) event(b []byte, at int64) {
	if c.first == 0 {
		c.first = at
	}
	c.rec.receive(&c.account, b, at)
}

// wait makes an open connection go on until its first event is there.
func (c *client) wait() error {
	for c.first == 0 {
		var err error
		if c.stream != nil {
			err = c.stream.receive()
		} else {
			_, err = c.request.ask()
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

// openers is the one list of transports. The file of each has its opener.
var openers = map[wire.Transport]func(o *Options, d *dialer) opener{
	wire.Polling:   openPolling,
	wire.LongPoll:  openLongPoll,
	wire.SSE:       openSSE,
	wire.WebSocket: openWebSocket,
	wire.TCP:       openTCP,
}

func topicName(i int) string { return fmt.Sprintf("t%d", i) }
