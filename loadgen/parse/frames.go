package parse

import (
	"encoding/binary"

	"pushbench/servers/wire"
)

// A Frames follows the heads of the WebSocket frames in a stream that
// may be split anywhere (RFC 6455 section 5.2): the library that reads the
// messages does not tell how they were cut into frames. The zero value is
// ready.
type Frames struct {
	head     wire.WebSocketHeader
	body     bool      // the head is complete, and the frame's data is being read
	left     uint64    // bytes of it that have not come
	control  int       // bytes of the control frame that is being read
	message  Message   // that is not complete
	complete []Message // those that nobody has taken, the oldest first
}

// A Message is what a WebSocket message had on the wire.
type Message struct {
	Heads      int  // bytes of the heads of its frames
	Data       int  // bytes of data
	Compressed bool // the data is compressed (RFC 7692 section 6)
}

// Feed follows b and returns how many bytes of control frames, data and all,
// became complete in it.
func (f *Frames) Feed(b []byte) (control int) {
	for len(b) > 0 {
		n, complete := f.Next(b)
		b = b[n:]
		control += complete
	}
	return control
}

// Next is Feed up to the end of a frame: it returns how many bytes of b it followed.
func (f *Frames) Next(b []byte) (n, control int) {
	for n < len(b) {
		if !f.body {
			_, f.body = f.head.Add(b[n])
			if n++; !f.body {
				continue
			}
			f.open()
		}
		part := min(uint64(len(b)-n), f.left)
		n += int(part)
		if f.left -= part; f.left > 0 {
			return n, 0
		}
		return n, f.close()
	}
	return n, 0
}

// Whole returns the data of the message at the beginning of b, and the size of the head before
// it, where the message is one frame, without mask, extension and reserved bits. The kind is
// its opcode. A head of 0 says that the frame is not all there; other says that it is anything
// else, such as a fragment, a control frame or one with more than most bytes of data.
func Whole(b []byte, most int) (kind, head int, data []byte, other bool) {
	if len(b) > 0 && b[0] != 0x81 && b[0] != 0x82 || len(b) > 1 && b[1]&0x80 != 0 {
		return 0, 0, nil, true
	}
	if len(b) < 2 {
		return 0, 0, nil, false
	}
	head = 2
	size := uint64(b[1])
	switch size {
	case 126:
		if head += 2; len(b) >= head {
			size = uint64(binary.BigEndian.Uint16(b[2:]))
		}
	case 127:
		if head += 8; len(b) >= head {
			size = binary.BigEndian.Uint64(b[2:])
		}
	}
	switch {
	case len(b) < head:
		return 0, 0, nil, false
	case size > uint64(most):
		return 0, 0, nil, true
	case uint64(len(b)-head) < size:
		return 0, 0, nil, false
	}
	return int(b[0] & 15), head, b[head : head+int(size)], false
}

func (f *Frames) open() {
	f.left, _ = f.head.Size()
	if f.head.Opcode() >= 8 {
		f.control = f.head.Len() + int(f.left)
	} else {
		f.message.Heads += f.head.Len()
		f.message.Data += int(f.left)
		f.message.Compressed = f.message.Compressed || f.head.Compressed()
	}
}

func (f *Frames) close() (control int) {
	control, f.control = f.control, 0
	if control == 0 && f.head.Final() {
		f.complete = append(f.complete, f.message)
		f.message = Message{}
	}
	f.body = false
	return control
}

// Take returns the oldest complete message that nobody has taken.
func (f *Frames) Take() (m Message) {
	if len(f.complete) > 0 {
		m = f.complete[0]
		f.complete = f.complete[:copy(f.complete, f.complete[1:])]
	}
	return m
}

// Between reports whether the stream stands between two messages, and all of
// them are taken.
func (f *Frames) Between() bool {
	return !f.body && !f.head.Partial() && f.message.Heads == 0 && len(f.complete) == 0
}
