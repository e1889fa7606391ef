package servers

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"pushbench/servers/wire"
)

// A frameError is what a client's WebSocket frames do wrong, and the close
// code by which it is told.
type frameError struct {
	code int
	text string
}

func (e *frameError) Error() string { return "websocket: " + e.text }

// frames follows the frames that a client sends and finds what gorilla does
// not tell by the code that RFC 6455 asks for: it reports a length of 2^63
// without a close frame, a reason that is not UTF-8 as a protocol error, and it
// takes a close frame of one byte and lengths in more bytes than they need. It
// does not look at anything else. The zero value is before the first frame.
type frames struct {
	head   wire.WebSocketHeader
	left   uint64 // bytes of payload that are to come
	reason []byte // the payload of a close frame; nil: another frame's
}

// follow looks at what came next. The error is a *frameError, and good how
// many bytes of b are before the frame's head that is wrong, or its payload.
func (f *frames) follow(b []byte) (good int, err error) {
	for good < len(b) {
		if f.left > 0 {
			n := int(min(f.left, uint64(len(b)-good)))
			if f.reason != nil {
				f.reason = append(f.reason, b[good:good+n]...)
			}
			f.left -= uint64(n)
			if f.left == 0 {
				if err := f.checkReason(); err != nil {
					return good, err
				}
			}
			good += n
			continue
		}
		sized, complete := f.head.Add(b[good])
		if sized { // gorilla must not have all of a wrong one
			if err := f.checkLength(); err != nil {
				return good, err
			}
		}
		if complete {
			f.left, _ = f.head.Size()
		}
		good++
	}
	return good, nil
}

// checkLength looks at the frame's length, of which the head's last byte has
// come, whether or not a mask follows.
func (f *frames) checkLength() error {
	wrong := func(format string, args ...any) error {
		return &frameError{websocket.CloseProtocolError, fmt.Sprintf(format, args...)}
	}
	const opClose = 8
	f.reason = nil
	size, shortest := f.head.Size()
	isClose := f.head.Opcode() == opClose
	switch {
	case size > 1<<63-1:
		return wrong("the most significant bit of a length is set")
	case !shortest:
		return wrong("a length of %d in more bytes than it needs", size)
	case isClose && size == 1:
		return wrong("a close frame of one byte")
	case isClose && size > 2 && size <= 125: // a longer one is gorilla's to refuse
		f.reason = make([]byte, 0, 125)
	}
	return nil
}

// checkReason looks at the whole payload of a close frame.
func (f *frames) checkReason() error {
	if f.reason == nil {
		return nil
	}
	f.head.Unmask(f.reason)
	if !utf8.Valid(f.reason[2:]) {
		return &frameError{websocket.CloseInvalidFramePayloadData, "a close reason that is not UTF-8"}
	}
	return nil
}

// errNotText ends a WebSocket whose client sent text that is not UTF-8 (RFC
// 6455 section 8.1), which gorilla leaves to its users.
var errNotText = &frameError{websocket.CloseInvalidFramePayloadData, "text that is not UTF-8"}

// closeCode returns by which code a client is told how reading from it ended.
// Where gorilla has told it already, the code is not sent.
func closeCode(err error) int {
	var wrong *frameError
	switch {
	case errors.As(err, &wrong):
		return wrong.code
	case errors.Is(err, websocket.ErrReadLimit):
		return websocket.CloseMessageTooBig
	}
	return websocket.CloseGoingAway
}

// A framedConn is the conn under a WebSocket. Reads give up before what is
// wrong with the client's frames.
type framedConn struct {
	*conn
	in       frames
	bad      error
	answered bool // the head has been written
}

func (c *framedConn) Read(b []byte) (int, error) {
	if c.bad != nil {
		return 0, c.bad
	}
	n, err := c.conn.Read(b)
	good, bad := c.in.follow(b[:n])
	if bad != nil {
		c.bad = bad
		return good, bad
	}
	return n, err
}

// Write writes what gorilla does: the head of its answer, and then frames.
func (c *framedConn) Write(p []byte) (int, error) {
	const closeFrame = 0x88 // the last fragment, opcode 8
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := c.send(p)
	switch {
	case !c.answered:
		c.answered, c.deflates = true, bytes.Contains(p, []byte("\r\nSec-WebSocket-Extensions: "))
	case c.controls && p[0] == closeFrame:
		c.closed = true
	}
	return n, err
}
