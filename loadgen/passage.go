package loadgen

import (
	"sync/atomic"

	"pushbench/loadgen/parse"
	"pushbench/results"
)

// A passage is what the frames of a client's WebSocket pass through: it follows them, and
// books what belongs to no message. Messages are booked by who reads them.
type passage struct {
	own       *end
	frames    parse.Frames
	single    parse.Message // that was not followed, since it is one frame
	alone     bool          // nobody has taken it
	read      int64         // bytes of frames that were followed
	behind    bool          // more has been read on the connection than of the frames
	queue     *outgoing     // in which may wait what is written; nil: it is sent when it is written
	halted    *atomic.Bool  // what is written waits for no room; nil: it does, until its deadline
	publishes bool          // text that is written is payload
}

// follow notes how messages are cut into frames, and books control frames.
func (p *passage) follow(b []byte) {
	p.read += int64(len(b))
	p.own.received(results.WebSocket, p.frames.Feed(b))
}

// payload is how many bytes of b, which is written, are payload: its last ones.
func (p *passage) payload(b []byte) int {
	if !p.publishes {
		return 0
	}
	return textIn(b)
}

// take returns what the message that was read had on the wire.
func (p *passage) take() parse.Message {
	if p.alone {
		p.alone = false
		return p.single
	}
	return p.frames.Take()
}

// follows reports whether more has come than the message that was taken last.
func (p *passage) follows() bool { return p.behind || !p.frames.Between() }
