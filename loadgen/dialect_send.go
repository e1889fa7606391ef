package loadgen

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/results"
)

// messages publish each event by a message over a WebSocket, which nobody answers.
type messages struct {
	published
	rec     *account.Recorder
	in      *interpreter
	senders []*sender // one for each topic
	readers sync.WaitGroup
	ending  atomic.Bool
	halted  atomic.Bool // no write waits for the server any more
}

// A sender publishes the events of one topic.
type sender struct {
	conn    *conn
	frames  *webSocket
	talk    talk
	payload []byte
	message []byte
}

// newMessages opens the connections. The caller must call close.
func (f *interpreter) newMessages(ctx context.Context, rec *account.Recorder, d *dialer) (_ *messages, err error) {
	p := &messages{rec: rec, in: f}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	for topic := range f.topics {
		if err := p.open(ctx, d, topic); err != nil {
			return nil, fmt.Errorf("publisher: %w", err)
		}
	}
	return p, nil
}

// open opens the connection of one topic, and waits for the subscription that the server
// may ask of a publisher, too.
func (p *messages) open(ctx context.Context, d *dialer, topic int) error {
	limit, cancel := context.WithTimeoutCause(ctx, openTimeout, errTimeout)
	defer cancel()
	s := &sender{talk: talk{spec: p.in.Publish.WebSocket, values: p.in.publisher(topic)}}
	err := s.open(limit, p.in, d)
	if s.conn != nil {
		p.senders = append(p.senders, s)
		if !s.conn.unwatch() && err == nil {
			err = limit.Err()
		}
	}
	if overdue(limit, err) && ctx.Err() == nil {
		err = errTimeout
	}
	if err == nil {
		s.frames.through.halted = &p.halted
		p.readers.Go(func() { p.read(s) })
	}
	return err
}

func (s *sender) open(ctx context.Context, f *interpreter, d *dialer) error {
	connect := func(ctx context.Context) (c *conn, err error) {
		c, _, err = d.dial(ctx)
		s.conn = c
		return c, err
	}
	longest := max(4096, len(s.compose(f, 0))) // all are of the same length
	ws, through, err := f.upgrade(ctx, s.talk.spec, longest, nil, &s.talk.values, connect)
	if err != nil {
		return err
	}
	s.talk.ws = ws
	s.frames = &webSocket{client: &client{conn: s.conn}, ws: ws, through: &through.passage, direct: through, size: f.size}
	ws.SetPingHandler(s.frames.ping)
	if err := s.talk.begin(); err != nil {
		return err
	}
	for s.talk.waits() {
		if err := s.hear(); err != nil {
			return err
		}
	}
	return nil
}

// hear reads a message, which is no concern of a publisher unless it has to answer.
func (s *sender) hear() error {
	text, err := s.frames.read()
	if err == nil {
		s.conn.received(results.WebSocket, s.frames.through.take().Heads)
		s.conn.received(results.Other, len(text))
		_, err = s.talk.hear(text)
	}
	return err
}

// read takes what the server says to the publisher until the connection ends, which
// breaks the trial unless it is closed.
func (p *messages) read(s *sender) {
	for {
		if err := s.hear(); err != nil {
			if !p.ending.Load() {
				p.rec.Fail(fmt.Errorf("publisher: %w", err))
			}
			return
		}
	}
}

func (p *messages) run(ctx context.Context) error {
	return p.pace(ctx, p.rec, func(first, next int) (int, error) {
		for seq := first; seq < next; seq++ {
			if p.lag.Record(time.Duration(clock.Now()-p.rec.Due[seq])) != nil {
				return seq, errors.New("it was sent before it was due")
			}
			p.rec.Sent[seq].Store(true)
			if err := p.send(uint64(seq)+1, seq%len(p.senders)); err != nil {
				return seq, err
			}
			p.rec.AtServer[seq].Store(clock.Now())
			p.sent.Add(1)
			p.acked.Add(1)
		}
		return next, nil
	})
}

// compose returns the message by which the event with that number is published. It is
// valid until the next call.
func (s *sender) compose(f *interpreter, number uint64) []byte {
	s.payload = f.marker.AppendPayload(s.payload[:0], number, f.size)
	v := s.talk.values
	v.Event = s.payload
	s.message = f.Publish.Message.Append(s.message[:0], &v)
	return s.message
}

// send publishes the event with that number.
func (p *messages) send(number uint64, topic int) error {
	if p.ending.Load() {
		return context.Canceled
	}
	s := p.senders[topic]
	return s.talk.write(s.compose(p.in, number), p.in.answers)
}

// prove publishes an event that proves subscriptions in each topic where a client waits
// for one.
func (p *messages) prove(ctx context.Context) error {
	defer context.AfterFunc(ctx, p.interrupt)()
	for topic := range p.senders {
		if !p.in.wanted(topic) {
			continue
		}
		if err := p.send(0, topic); err != nil {
			return err
		}
	}
	return nil
}

// interrupt makes a write fail for which the server has no room, now and from now on.
func (p *messages) interrupt() {
	p.ending.Store(true)
	p.halted.Store(true)
	for _, s := range p.senders {
		s.conn.tcp.SetWriteDeadline(time.Unix(1, 0))
	}
}

// finish has nothing to wait for: nobody answers.
func (*messages) finish(context.Context) error { return nil }

func (p *messages) close() {
	p.ending.Store(true)
	p.halted.Store(false) // for the goodbye
	for _, s := range p.senders {
		if s.frames != nil {
			s.frames.close()
		}
		s.conn.stream.Close()
	}
	p.readers.Wait()
}
