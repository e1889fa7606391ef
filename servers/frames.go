package servers

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/gorilla/websocket"
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
	head   [14]byte // RFC 6455 section 5.2: 2 bytes, up to 8 of length, 4 of mask
	n      int      // of head
	size   uint64   // of the payload; known once the length is there
	left   uint64   // bytes of payload that are to come
	reason []byte   // the payload of a close frame; nil: another frame's
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
		f.head[f.n] = b[good]
		f.n++
		length, mask := f.sizes()
		if f.n == length { // gorilla must not have all of a wrong one
			if f.size, err = f.checkLength(); err != nil {
				return good, err
			}
		}
		if f.n == length+mask {
			f.n, f.left = 0, f.size
		}
		good++
	}
	return good, nil
}

// sizes returns how long the head is that has begun, as far as it is known: up
// to the end of its length, and its mask.
func (f *frames) sizes() (length, mask int) {
	if length = 2; f.n < 2 {
		return length, 0
	}
	switch f.head[1] & 0x7f {
	case 126:
		length += 2
	case 127:
		length += 8
	}
	if f.head[1]&0x80 != 0 {
		mask = 4
	}
	return length, mask
}

// checkLength returns the size of the payload, of which the head's part before
// the mask is there.
func (f *frames) checkLength() (size uint64, err error) {
	wrong := func(format string, args ...any) (uint64, error) {
		return 0, &frameError{websocket.CloseProtocolError, fmt.Sprintf(format, args...)}
	}
	const opClose, tooLong = 8, "a length of %d in more bytes than it needs"
	f.reason = nil
	switch size = uint64(f.head[1] & 0x7f); size {
	case 126:
		if size = uint64(binary.BigEndian.Uint16(f.head[2:])); size < 126 {
			return wrong(tooLong, size)
		}
	case 127:
		size = binary.BigEndian.Uint64(f.head[2:])
		switch {
		case size > 1<<63-1:
			return wrong("the most significant bit of a length is set")
		case size < 1<<16:
			return wrong(tooLong, size)
		}
	default: // a longer close frame is gorilla's to refuse
		switch isClose := f.head[0]&0xf == opClose; {
		case isClose && size == 1:
			return wrong("a close frame of one byte")
		case isClose && size > 2:
			f.reason = make([]byte, 0, 125)
		}
	}
	return size, nil
}

// checkReason looks at the whole payload of a close frame, of which the mask is
// the head's last part.
func (f *frames) checkReason() error {
	if f.reason == nil {
		return nil
	}
	if f.head[1]&0x80 != 0 {
		for i := range f.reason {
			f.reason[i] ^= f.head[2+i%4]
		}
	}
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
	in  frames
	bad error
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
