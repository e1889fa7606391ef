//go:build linux

package path

import "sync"

// A packet is on its way until the instant due.
type packet struct {
	buf  []byte // of the MTU's size
	size int
	due  int64
}

// A line holds the packets that are on their way, in order, and their buffers
// afterwards. It has no limit of its own: what may be on its way is for the
// Link and for the congestion control of the ends to say.
type line struct {
	mtu int

	mu     sync.Mutex
	more   sync.Cond // of mu: a packet came, or the line was closed
	way    fifo[packet]
	spare  [][]byte
	closed bool
}

func newLine(mtu int) *line {
	l := &line{mtu: mtu}
	l.more.L = &l.mu
	return l
}

// buffer returns a buffer for a packet.
func (l *line) buffer() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.spare); n > 0 {
		b := l.spare[n-1]
		l.spare = l.spare[:n-1]
		return b
	}
	return make([]byte, l.mtu)
}

// push takes a packet and its buffer. What a closed line takes is gone: its
// pump has stopped and says why.
func (l *line) push(p packet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	l.way.push(p)
	l.more.Signal()
}

// pop waits for a packet and returns it; the line is closed when ok is false.
func (l *line) pop() (p packet, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.way.len() == 0 && !l.closed {
		l.more.Wait()
	}
	if l.closed {
		return packet{}, false
	}
	return l.way.pop(), true
}

// recycle takes a buffer back.
func (l *line) recycle(b []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spare = append(l.spare, b)
}

func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.more.Signal()
}
