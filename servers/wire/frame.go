package wire

import "encoding/binary"

// FrameHead is the size of a frame's head on the tcp floor: the length of the
// payload, big-endian. A frame of length zero is a heartbeat; the first frame
// from the server is one and says that the subscription stands.
//
// A tcp client writes one line, `topic after\n`, and then only reads. A frame
// length of FrameGap says that events are lost (a Gap document follows in the
// next frame), after which the server closes. A frame length of FrameError says
// that it does not accept the line (a sentence that says why follows in the
// next frame), after which it closes, too.
const (
	FrameHead  = 4
	FrameGap   = 1<<32 - 1
	FrameError = 1<<32 - 2
)

// AppendFrame appends the frame of payload to b.
func AppendFrame(b, payload []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(payload))), payload...)
}
