package loadgen

import (
	"bytes"
	"context"
	"errors"
	"io"

	"pushbench/loadgen/dialect"
	"pushbench/loadgen/parse"
	"pushbench/results"
)

// openSSE opens clients that read one endless answer.
func (f *interpreter) openSSE(d *dialer) opener {
	return func(ctx context.Context, c *client) error {
		if err := c.dial(ctx, d); err != nil {
			return err
		}
		pipe := newPipe(c.conn, bufferFor(f.size))
		s := &foreignSSE{listener: f.listen(c), wants: f.SSE.Wants}
		var scratch []byte
		if err := pipe.writeRequest(f.appendRequest(nil, &scratch, f.headers, &f.SSE.Request, &s.values)); err != nil {
			return err
		}
		res, err := pipe.readResponse()
		c.opened = c.conn.last.Arrived
		if err == nil {
			err = redirected(pipe, res)
		}
		if err == nil {
			err = acceptStream(res, func() []byte { return pipe.beginning(res) })
		}
		if err != nil {
			return err
		}
		if s.body, err = newContent(pipe, untilClose(res)); err != nil {
			return err
		}
		s.events.Dispatch, s.events.Passed = s.dispatch, s.pass
		c.stream, c.atRest = s, s.between
		return s.untilOpen(f.SSE.Opened)
	}
}

// foreignSSE reads the event stream of a server that is not ours. Where an event with a
// payload ends, what is around that is framing. What else there is, such as comments
// and events that nobody wants, is other framing.
type foreignSSE struct {
	*listener
	wants    func(name []byte) bool
	body     *content
	events   parse.EventStream
	piece    []byte       // that is being parsed
	unbooked int          // bytes since the last event or empty line
	lineFeed bool         // the line feed of the last event's CR LF may be to come
	last     results.Kind // what it is then: of an event with a payload, framing
}

// untilOpen reads on until the client counts as open.
func (s *foreignSSE) untilOpen(opened dialect.Opened) error {
	for pieces := 0; ; pieces++ {
		waits := opened == dialect.AtByte && pieces == 0 || opened == dialect.AtEvent && !s.proved.Load()
		if !waits && !s.body.buffered() {
			break
		}
		if err := s.receive(); err != nil {
			return err
		}
		if opened == dialect.AtByte && pieces == 0 {
			s.opened = s.conn.last.Arrived
		}
	}
	if opened == dialect.AtEvent {
		s.opened = s.first
	}
	return nil
}

func (s *foreignSSE) receive() error {
	piece, more, err := s.body.next()
	if errors.Is(err, io.ErrUnexpectedEOF) && !s.body.chunked || err == nil && !more {
		return errors.New("the server ended the stream")
	}
	if err != nil {
		return err
	}
	s.piece = piece
	s.unbooked += len(piece)
	if s.lineFeed && piece[0] == '\n' {
		s.conn.received(s.last, 1)
		s.unbooked--
	}
	s.lineFeed = false
	s.events.Feed(piece)
	if s.events.Pending() > maxBuffer {
		return errTooLong
	}
	return nil
}

// behind is how many of the last left bytes of the piece are behind the line that has
// just ended: the line feed of CR LF is a part of it.
func (s *foreignSSE) behind(left int) int {
	if !s.events.AfterCR() {
		return left
	}
	if left > 0 && s.piece[len(s.piece)-left] == '\n' {
		return left - 1
	}
	s.lineFeed = left == 0
	return left
}

// dispatch takes an event.
func (s *foreignSSE) dispatch(name, data, _ []byte, left int) {
	left = s.behind(left)
	var h heard
	if s.wants(name) {
		h = s.find(data)
	}
	if s.last = results.Other; h.events+h.repeated > 0 {
		s.last = results.Framing
	}
	around := s.unbooked - left - len(data)
	s.unbooked = left
	// Fields of the next event without its data are no second event.
	const chunkEnd = 2
	more := bytes.Contains(s.piece[len(s.piece)-left:], []byte("data")) || s.body.w-s.body.r > chunkEnd
	s.book(h, data, around, results.Other, more)
	if more {
		if left == 0 {
			s.body.endChunk()
		}
		s.takeBetween()
	}
}

// pass takes the end of an event without data, or an empty line.
func (s *foreignSSE) pass(left int) {
	left = s.behind(left)
	s.conn.received(results.Other, s.unbooked-left)
	s.unbooked, s.last = left, results.Other
}

// between reports whether the stream stands between two events. Some servers send the
// name of the next event right behind one: what has come of the next is booked then.
func (s *foreignSSE) between() bool {
	if s.body.r != s.body.w || !s.events.Resting() {
		return false
	}
	s.bookRest()
	return true
}

// bookRest books what has come since the last event: fields are of the next one.
func (s *foreignSSE) bookRest() {
	kind := results.Other
	if s.events.Begun() || !s.events.Resting() {
		kind = results.Framing
	}
	s.conn.received(kind, s.unbooked)
	s.unbooked = 0
}

func (s *foreignSSE) flush() {
	s.bookRest()
	s.conn.received(results.Framing, s.body.w-s.body.r)
}
