package loadgen

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// openSSE opens clients that read one endless response.
func openSSE(o *Options, d *dialer) opener {
	return func(ctx context.Context, c *client) error {
		if err := c.dial(ctx, d); err != nil {
			return err
		}
		pipe := newPipe(c.conn, bufferFor(o.Payload))
		req := newRequester(o.Variant, d.address, topicName(c.Topic), "")
		if err := pipe.write(results.Head, req.appendTo(nil, 0)); err != nil {
			return err
		}
		res, err := pipe.readResponse()
		c.opened = c.conn.last.Arrived
		if err != nil {
			return err
		}
		if err := acceptStream(pipe, res); err != nil {
			return err
		}
		s := &sse{client: c}
		s.events.Dispatch = s.dispatch
		if !res.Chunked { // a stream without chunks ends with the connection
			res.Length = 1 << 62
		}
		if s.body, err = newBody(pipe, res); err != nil {
			return err
		}
		c.stream, c.atRest = s, s.between
		for s.body.buffered() && s.broken == nil {
			if err := s.receive(); err != nil {
				return err
			}
		}
		return s.broken
	}
}

// acceptStream says why an answer is no event stream: an EventSource takes
// status 200 with that media type and nothing else (WHATWG HTML section 9.2.2).
func acceptStream(p *pipe, res parse.Response) error {
	const media = "text/event-stream"
	switch {
	case res.Status != 200:
		return refused(res.Status, p.beginning(res))
	case !strings.EqualFold(res.Media, media):
		return fmt.Errorf("the answer's Content-Type is %s instead of %s: %s", parse.Excerpt([]byte(res.Media)), media, parse.Excerpt(p.beginning(res)))
	}
	return res.Readable()
}

// sse reads an event stream.
type sse struct {
	*client
	body     *body
	events   parse.EventStream
	unbooked int // bytes of the stream that belong to an event which is not complete
	broken   error
}

// receive reads one piece of the stream. What is no payload is framing:
// fields, comments and line ends. It is booked when its event is complete.
func (s *sse) receive() error {
	piece, more, err := s.body.next()
	if err != nil {
		return err
	}
	if !more {
		return errors.New("the server ended the stream")
	}
	s.unbooked += len(piece)
	s.events.Feed(piece)
	if s.events.Pending() == 0 { // comments, and the fields of an event without data
		s.bookRest()
	}
	if s.events.Pending() > maxBuffer {
		return errTooLong
	}
	return s.broken
}

// bookRest books what belongs to no event.
func (s *sse) bookRest() {
	s.conn.received(results.Framing, s.unbooked)
	s.unbooked = 0
}

func (s *sse) flush() {
	s.bookRest()
	s.conn.received(results.Framing, s.body.w-s.body.r)
}

// between reports whether the stream stands between two events.
func (s *sse) between() bool { return s.body.r == s.body.w && s.unbooked == 0 }

// dispatch takes an event. One of a type to which nobody listens is framing:
// servers keep a stream alive with such (WHATWG HTML section 9.2.6).
func (s *sse) dispatch(name, data, _ []byte, left int) {
	switch string(name) {
	case wire.EventGap:
		s.broken = fmt.Errorf("the server's history no longer has the events: %s", parse.Excerpt(data))
		return
	case "message":
	default:
		return
	}
	s.conn.received(results.Framing, s.unbooked-left-len(data))
	s.unbooked = left
	// The line feed of a CR LF and the line end of the chunk may follow.
	const lineEnd, chunkEnd = 1, 2
	more := left > lineEnd || s.body.w-s.body.r > chunkEnd
	s.message(data, more)
	if more {
		if left == 0 {
			s.body.endChunk()
		}
		s.takeBetween()
	}
}
