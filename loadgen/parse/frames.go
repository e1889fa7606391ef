package parse

import "pushbench/servers/wire"

// A Frames follows the heads of the WebSocket frames in a stream that
// may be split anywhere (RFC 6455 section 5.2): the library that reads the
// messages does not tell how they were cut into frames. The zero value is
// ready.
type Frames struct {
	head     wire.WebSocketHeader
	body     bool   // the head is complete, and the frame's data is being read
	left     uint64 // bytes of it that have not come
	control  int    // bytes of the control frame that is being read
	heads    int    // bytes of heads of the message that is not complete
	complete []int  // the same of complete messages that nobody has taken, the oldest first
}

// Feed follows b and returns how many bytes of control frames, data and all,
// became complete in it.
func (f *Frames) Feed(b []byte) (control int) {
	for {
		if !f.body {
			if len(b) == 0 {
				return control
			}
			_, f.body = f.head.Add(b[0])
			if b = b[1:]; !f.body {
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

func (f *Frames) open() {
	f.left, _ = f.head.Size()
	if f.head.Opcode() >= 8 {
		f.control = f.head.Len() + int(f.left)
	} else {
		f.heads += f.head.Len()
	}
}

func (f *Frames) close() (control int) {
	control, f.control = f.control, 0
	if control == 0 && f.head.Final() {
		f.complete = append(f.complete, f.heads)
		f.heads = 0
	}
	f.body = false
	return control
}

// Take returns how many bytes the heads of the oldest message had that nobody
// has taken.
func (f *Frames) Take() int {
	if len(f.complete) == 0 {
		return 0
	}
	n := f.complete[0]
	f.complete = f.complete[:copy(f.complete, f.complete[1:])]
	return n
}

// Between reports whether the stream stands between two messages, and all of
// them are taken.
func (f *Frames) Between() bool {
	return !f.body && !f.head.Partial() && f.heads == 0 && len(f.complete) == 0
}
