package loadgen

import (
	"context"
	"fmt"
	"strings"

	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// openSSE opens clients that read one endless response.
func openSSE(o *Options, d *dialer) opener {
	connect := newConnector(o, d)
	return func(ctx context.Context, c *client) error {
		http, err := connect(ctx, c, o.epochs(), o.epochs())
		if err != nil {
			return err
		}
		if err := http.send(ctx, cursor{c.epoch, c.after()}); err != nil {
			return err
		}
		res, answer, err := http.receive(ctx)
		c.opened = c.end().last.Arrived
		if err != nil {
			http.flush()
			return err
		}
		if err := c.coded(&res); err != nil {
			return err
		}
		quoted := func() []byte { // a client that is refused may come back, and its books must balance
			text := answer.beginning()
			c.book(results.Framing, len(text))
			return text
		}
		if err := acceptStream(res, quoted); err != nil {
			http.flush()
			return err
		}
		if c.losses == 0 {
			c.epoch = res.Epoch
		}
		s := &sse{client: c, http: http}
		s.events.Dispatch = s.dispatch
		take := s.take
		if c.compress {
			s.gunzip = newGunzip(bufferFor(o.Payload), s.take)
			c.release, take = s.gunzip.stop, s.decompress
		}
		if s.feed, err = answer.feed(take); err != nil {
			return err
		}
		c.stream, c.atRest = s, s.between
		for s.buffered() && s.broken == nil {
			if err := s.receive(); err != nil {
				return err
			}
		}
		return s.broken
	}
}

// acceptStream says why an answer is no event stream: an EventSource takes
// status 200 with that media type and nothing else (WHATWG HTML section 9.2.2).
func acceptStream(res parse.Response, beginning func() []byte) error {
	const media = "text/event-stream"
	switch {
	case res.Status != 200:
		return refused(res.Status, beginning())
	case !strings.EqualFold(res.Media, media):
		return fmt.Errorf("the answer's Content-Type is %s instead of %s: %s", parse.Excerpt([]byte(res.Media)), media, parse.Excerpt(beginning()))
	}
	return res.Readable()
}

// sse reads an event stream.
type sse struct {
	*client
	feed
	http     httpExchange
	gunzip   *gunzip // nil: the stream is not compressed
	events   parse.EventStream
	follows  bool // more has been read than the compressed piece at hand
	behind   bool // more has been read than the piece at hand
	unbooked int  // bytes of the stream that belong to an event which is not complete
	broken   error
}

// take takes one piece of the stream. What is no payload is framing: fields,
// comments and line ends. It is booked when its event is complete.
func (s *sse) take(piece []byte, behind bool) error {
	s.behind = behind || s.follows
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

// decompress takes one piece of a stream that is compressed.
func (s *sse) decompress(piece []byte, behind bool) error {
	s.compressed(len(piece))
	s.follows = behind
	return s.gunzip.take(piece)
}

// bookRest books what belongs to no event.
func (s *sse) bookRest() {
	s.book(results.Framing, s.unbooked)
	s.unbooked = 0
}

func (s *sse) flush() {
	s.bookRest()
	s.http.flush()
}

// between reports whether the stream stands between two events.
func (s *sse) between() bool {
	return s.rest() && s.unbooked == 0 && (s.gunzip == nil || s.gunzip.between())
}

// dispatch takes an event. One of a type to which nobody listens is framing:
// servers keep a stream alive with such (WHATWG HTML section 9.2.6).
func (s *sse) dispatch(name, data, _ []byte, left int) {
	switch string(name) {
	case wire.EventGap:
		s.broken = s.gap(data)
		return
	case "message":
	default:
		return
	}
	s.book(results.Framing, s.unbooked-left-len(data))
	s.unbooked = left
	const lineEnd = 1 // the line feed of a CR LF may follow
	more := left > lineEnd || s.behind
	s.message(data, more)
	if more {
		if left == 0 {
			s.endPiece()
		}
		s.takeBetween()
	}
}
