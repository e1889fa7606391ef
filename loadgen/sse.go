package loadgen

import (
	"context"
	"errors"
	"fmt"

	"pushbench/servers/wire"
)

// openSSE opens clients that read one endless response.
func openSSE(o *Options, d *dialer) opener {
	return func(ctx context.Context, c *client) error {
		if err := c.dial(ctx, d); err != nil {
			return err
		}
		pipe := newPipe(c.conn, bufferFor(o.Payload))
		req := newRequester(o.Variant, d.address, topicName(c.topic), "")
		if err := pipe.write(head, req.appendTo(nil, 0)); err != nil {
			return err
		}
		res, err := pipe.readResponse()
		c.opened = c.conn.readAt
		if err != nil {
			return err
		}
		if res.status != 200 {
			return fmt.Errorf("status %d", res.status)
		}
		s := &sse{client: c}
		s.events.dispatch = s.dispatch
		if !res.chunked { // a stream without chunks ends with the connection
			res.length = 1 << 62
		}
		if s.body, err = newBody(pipe, res); err != nil {
			return err
		}
		c.stream = s
		for s.body.buffered() && s.broken == nil {
			if err := s.receive(); err != nil {
				return err
			}
		}
		return s.broken
	}
}

// sse reads an event stream.
type sse struct {
	*client
	body   *body
	events eventStream
	broken error
}

// receive reads one piece of the stream. What is no payload is framing:
// fields, comments and line ends.
func (s *sse) receive() error {
	piece, more, err := s.body.next()
	if err != nil {
		return err
	}
	if !more {
		return errors.New("the server ended the stream")
	}
	s.body.received(framing, len(piece))
	s.events.feed(piece)
	if s.events.pending() > maxBuffer {
		return errTooLong
	}
	return s.broken
}

func (s *sse) dispatch(name, data, _ []byte) {
	if string(name) == wire.EventGap {
		s.broken = fmt.Errorf("the server's history no longer has the events: %s", data)
		return
	}
	s.body.received(payload, len(data))
	s.body.received(framing, -len(data))
	s.event(data, s.body.readAt)
}
