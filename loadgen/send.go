package loadgen

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/ledger"
	"pushbench/results"
	"pushbench/servers/wire"
)

// An uplink is the way by which a client publishes.
type uplink interface {
	// publish sends an event. It returns when the next one can be sent: over HTTP when the
	// server has acknowledged it, over WebSocket when it is written.
	publish(payload []byte) error

	// books are those of what passes on a connection of the uplink's own, up to the last
	// event that was acknowledged. They may be read at any time.
	books() ledger.Books

	// interrupt makes publish fail, now and from now on.
	interrupt()
}

// sendsProblem says why clients cannot publish in a trial with these options.
func (o *Options) sendsProblem() error {
	switch {
	case o.Send == 0:
		return nil
	case o.Send < 0:
		return fmt.Errorf("a client publishes %g events a second", o.Send)
	case o.Variant.Transport == wire.TCP:
		return errors.New("clients of the tcp floor say nothing")
	case o.Variant.Word(wire.HTTP) != "1.1" && !o.Variant.Tunnels():
		return errors.New("clients that publish by requests do so over HTTP/1.1")
	case o.Variant.On(wire.Compress) || o.Variant.On(wire.Binary):
		return errors.New("clients that publish do so by text that is not compressed")
	case o.Clients%o.Topics != 0:
		return fmt.Errorf("%d clients that publish cannot be shared out equally among %d topics", o.Clients, o.Topics)
	case o.Retained > 0:
		return errors.New("events that clients publish are not there before the clients")
	case o.Fault.Kind != "" || o.Reconnect != nil:
		return errors.New("clients that publish do not survive the loss of their connection")
	}
	return nil
}

// openUplink opens the way by which c publishes. c is open: over WebSocket there is nothing
// to be opened. Else it is a connection beside the one that waits for events, as a browser
// has it: kept, with one request at a time.
func (s *session) openUplink(ctx context.Context, c *client) error {
	if s, ok := c.stream.(speaker); ok {
		c.up = s.speech()
		return nil
	}
	conn, _, err := s.dialer.dial(ctx)
	if err != nil {
		return fmt.Errorf("opening the connection to publish: %w", err)
	}
	p := &poster{pipe: newPipe(conn, bufferFor(0)), head: postHead(s.Options, s.dialer.address, topicName(c.Topic))}
	c.up = p
	if !conn.unwatch() {
		return context.Cause(ctx)
	}
	conn.unwatch = nil
	return p.settle()
}

// A speaker is a stream over which its client can publish.
type speaker interface{ speech() *speech }

func (s *webSocket) speech() *speech {
	m := &speech{webSocket: s}
	s.through.halted, s.through.publishes = &m.halted, true
	return m
}

// speech publishes over the WebSocket by which the client gets its events: each is a text
// message. What they cost is in the books of that connection.
type speech struct {
	*webSocket
	halted atomic.Bool
}

func (m *speech) publish(payload []byte) error {
	err := m.ws.WriteMessage(websocket.TextMessage, payload)
	if q := m.through.queue; q != nil && err == nil {
		err = q.settle(&m.halted)
	}
	return err
}

func (*speech) books() (b ledger.Books) { return b }

func (m *speech) interrupt() {
	m.halted.Store(true)
	m.conn.tcp.SetWriteDeadline(time.Unix(1, 0))
	if q := m.through.queue; q != nil {
		q.wake()
	}
}

// textIn is how many bytes of text are in b, which is a frame of a client as gorilla writes
// it: whole, and at once (RFC 6455 section 5.2).
func textIn(b []byte) int {
	const mask = 4
	if len(b) < 2 || b[0]&0x0f != websocket.TextMessage {
		return 0
	}
	head := 2 + mask
	switch b[1] & 0x7f {
	case 126:
		head += 2
	case 127:
		head += 8
	}
	return max(0, len(b)-head)
}

// A poster publishes by a POST for each event.
type poster struct {
	*pipe
	head    []byte // of each request
	request []byte

	mu      sync.Mutex
	settled ledger.Books
}

// postHead is the head of a request that publishes one event.
func postHead(o *Options, host, topic string) []byte {
	head := fmt.Appendf(nil, "POST %s?%s=%s HTTP/1.1\r\nHost: %s\r\n", wire.RoutePublish, wire.ParamTopic, topic, host)
	if o.Variant.Word(wire.Headers) == "browser" {
		scheme := "http"
		if o.Variant.On(wire.TLS) {
			scheme = "https"
		}
		head = fmt.Appendf(head, "Origin: %s://%s\r\n", scheme, host)
		for _, h := range browserHeaders(wire.Polling, o.Variant.On(wire.TLS), host, "") {
			head = fmt.Appendf(head, "%s: %s\r\n", h.name, h.value)
		}
	}
	return fmt.Appendf(head, "Content-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n", o.Payload)
}

func (p *poster) publish(payload []byte) error {
	p.request = append(append(p.request[:0], p.head...), payload...)
	n, err := p.stream.Write(p.request)
	head := min(n, len(p.head))
	p.sent(results.Head, head)
	p.sent(results.Payload, n-head)
	if err != nil {
		return err
	}
	res, err := p.readResponse()
	if err != nil {
		return err
	}
	if res.Status != 200 {
		return refused(res.Status, p.beginning(res))
	}
	answer, err := p.readBody(res)
	p.received(results.Other, len(answer))
	p.giveBack()
	if err != nil {
		return err
	}
	if err := p.settle(); err != nil {
		return err
	}
	if res.Closes {
		return errors.New("the server closes the connection after the answer")
	}
	return nil
}

// settle takes the books when nothing is half done.
func (p *poster) settle() error {
	below, err := p.conn.counters()
	if err != nil {
		return errCounters(err)
	}
	b := p.conn.books()
	b.Add(below.Books())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settled = b
	return nil
}

func (p *poster) books() ledger.Books {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.settled
}

func (p *poster) interrupt() { p.conn.tcp.SetDeadline(time.Unix(1, 0)) }

// senders are the source of a trial in which the clients publish. The schedule is that of
// all of them together: they take turns, so that each has a schedule of its own, apart from
// the others'.
type senders struct {
	published
	s      *session
	queues []chan uint64 // by client, the events that are due; with room for all of them
	work   sync.WaitGroup
	mu     sync.Mutex // of the histogram of lag
}

// sender is the client that publishes the event seq.
func (s *session) sender(seq int) int { return seq % s.Clients }

func newSenders(s *session) *senders {
	p := &senders{s: s, queues: make([]chan uint64, s.Clients)}
	for i := range p.queues {
		p.queues[i] = make(chan uint64, len(s.rec.Due)/s.Clients+1)
	}
	return p
}

// run tells each client when its events are due, and waits until they are sent.
func (p *senders) run(ctx context.Context) error {
	for i, c := range p.s.clients {
		p.work.Go(func() { p.serve(ctx, c, p.queues[i]) })
	}
	defer func() {
		for _, q := range p.queues {
			close(q)
		}
		p.work.Wait()
	}()
	return p.pace(ctx, p.s.rec, func(first, next int) (int, error) {
		for seq := first; seq < next; seq++ {
			p.sent.Add(1)
			p.queues[p.s.sender(seq)] <- uint64(seq)
		}
		return first, nil
	})
}

// serve publishes the events of one client, until ctx is done.
func (p *senders) serve(ctx context.Context, c *client, due <-chan uint64) {
	var payload []byte
	for seq := range due {
		if ctx.Err() != nil {
			return
		}
		late := time.Duration(clock.Now() - p.s.rec.Due[seq])
		p.mu.Lock()
		err := p.lag.Record(late)
		p.mu.Unlock()
		payload = p.s.Filler.AppendPayload(payload[:0], seq, p.s.Payload)
		if err == nil {
			err = c.up.publish(payload)
		}
		if err != nil {
			select {
			case <-p.s.ending:
			default:
				p.s.rec.Fail(fmt.Errorf("client %d: publishing event %d: %w", c.Client, seq, err))
			}
			return
		}
		p.acked.Add(1)
	}
}

func (p *senders) interrupt() {
	for _, c := range p.s.clients {
		if c.up != nil {
			c.up.interrupt()
		}
	}
}

// finish waits until the last events are published.
func (p *senders) finish(ctx context.Context) error {
	defer context.AfterFunc(ctx, p.interrupt)()
	p.work.Wait()
	return nil
}

func (p *senders) close() {
	p.interrupt()
	p.work.Wait()
	for _, c := range p.s.clients {
		if post, ok := c.up.(*poster); ok {
			post.stream.Close()
		}
	}
}
