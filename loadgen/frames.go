package loadgen

import "encoding/binary"

// A frameScanner follows the heads of the WebSocket frames in a stream that
// may be split anywhere (RFC 6455 section 5.2): the library that reads the
// messages does not tell how they were cut into frames. The zero value is
// ready.
type frameScanner struct {
	head    [14]byte // of the frame that is being read
	have    int      // bytes of it; 0: between two frames
	body    bool     // the head is whole
	left    uint64   // bytes of the frame's data that have not come
	control int      // bytes of the control frame that is being read
	heads   int      // bytes of heads of the message that is not whole
	whole   []int    // the same of whole messages that nobody has taken, the oldest first
}

// feed follows b and returns how many bytes of control frames, data and all,
// became whole in it.
func (f *frameScanner) feed(b []byte) (control int) {
	for {
		if !f.body {
			if len(b) == 0 {
				return control
			}
			f.head[f.have] = b[0]
			f.have++
			b = b[1:]
			if f.have < 2 || f.have < f.size() {
				continue
			}
			f.open()
		}
		n := min(uint64(len(b)), f.left)
		b = b[n:]
		if f.left -= n; f.left > 0 {
			return control
		}
		control += f.close()
	}
}

// size is how long the head is, by its second byte.
func (f *frameScanner) size() int {
	n := 2
	switch f.head[1] & 127 {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if f.head[1]&128 != 0 {
		n += 4 // a mask
	}
	return n
}

func (f *frameScanner) open() {
	f.body = true
	switch n := f.head[1] & 127; n {
	case 126:
		f.left = uint64(binary.BigEndian.Uint16(f.head[2:]))
	case 127:
		f.left = binary.BigEndian.Uint64(f.head[2:])
	default:
		f.left = uint64(n)
	}
	if f.head[0]&8 != 0 {
		f.control = f.have + int(f.left)
	} else {
		f.heads += f.have
	}
}

func (f *frameScanner) close() (control int) {
	const final = 128
	control, f.control = f.control, 0
	if control == 0 && f.head[0]&final != 0 {
		f.whole = append(f.whole, f.heads)
		f.heads = 0
	}
	f.have, f.body = 0, false
	return control
}

// take returns how many bytes the heads of the oldest message had that nobody
// has taken.
func (f *frameScanner) take() int {
	if len(f.whole) == 0 {
		return 0
	}
	n := f.whole[0]
	f.whole = f.whole[:copy(f.whole, f.whole[1:])]
	return n
}

// between reports whether the stream stands between two messages, and all of
// them are taken.
func (f *frameScanner) between() bool { return f.have == 0 && f.heads == 0 && len(f.whole) == 0 }
