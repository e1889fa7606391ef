package loadgen

import (
	"bytes"
	"net"
	"time"

	"pushbench/loadgen/parse"
	"pushbench/results"
)

// upgrading is a connection during and after the HTTP upgrade: it books the
// heads and hands the last one to gorilla, without the interim answers before
// it, which gorilla would take for a refusal (RFC 9110 section 15.2). What
// follows is booked by webSocket, message by message. A message that is one frame, as it is,
// is taken here; all else gorilla reads, frame by frame.
type upgrading struct {
	net.Conn
	passage
	c      *conn
	in     *pipe
	over   bool  // the last head is there
	head   int   // bytes of it that are still to be handed out
	heads  int64 // bytes of all heads
	failed error // by which reading has ended, which is to be told to gorilla
	opened bool  // gorilla has a WebSocket
}

func newUpgrading(c *conn, size int) *upgrading {
	return &upgrading{Conn: c.stream, c: c, in: newPipe(c, size), passage: passage{own: &c.end}}
}

func (u *upgrading) have() []byte { return u.in.buf[u.in.r:u.in.w] }

func (u *upgrading) Read(b []byte) (int, error) {
	for !u.over {
		if err := u.upgraded(); err != nil {
			return 0, err
		}
	}
	if u.head > 0 {
		n := copy(b, u.have()[:u.head])
		u.in.r += n
		u.head -= n
		return n, nil
	}
	if len(u.have()) == 0 && u.failed == nil {
		u.more()
	}
	if len(u.have()) == 0 {
		err := u.failed
		u.failed = nil
		return 0, err
	}
	n, control := u.frames.Next(u.have()[:min(len(b), len(u.have()))])
	copy(b, u.have()[:n])
	u.in.r += n
	u.own.received(results.WebSocket, control)
	u.behind = u.in.r < u.in.w
	return n, nil
}

// upgraded looks for the end of a head, in what there is and then in what a read brings.
func (u *upgrading) upgraded() error {
	have := u.have()
	i := bytes.Index(have, parse.HeadEnd)
	switch {
	case i >= 0:
		n := i + len(parse.HeadEnd)
		u.c.received(results.Head, n)
		if parse.Interim(have) {
			u.in.r += n
			return nil
		}
		u.over, u.head = true, n
		u.heads = u.in.total - int64(len(have)-n)
		return nil
	case len(have) > maxHead:
		return errLongHead // each time, for bufio.Reader may lose an error
	}
	_, err := u.in.more()
	return err
}

// more reads once.
func (u *upgrading) more() { _, u.failed = u.in.more() }

// message returns the next message where it is one frame as it is; none: gorilla is to read it,
// or the error that reading has ended with. It is valid until the next call.
func (u *upgrading) message() (kind int, text []byte, none bool) {
	for u.frames.Between() && u.failed == nil {
		kind, head, text, other := parse.Whole(u.have(), maxBuffer)
		if other {
			break
		}
		if head > 0 {
			u.in.r += head + len(text)
			u.single, u.alone = parse.Message{Heads: head, Data: len(text)}, true
			u.behind = u.in.r < u.in.w
			return kind, text, false
		}
		u.more()
	}
	return 0, nil, true
}

// between reports whether the connection stands between two messages, and all of them are taken.
func (u *upgrading) between() bool { return u.frames.Between() && len(u.have()) == 0 }

func (u *upgrading) Write(b []byte) (int, error) {
	u.c.writing.Lock()
	defer u.c.writing.Unlock()
	n, err := u.Conn.Write(b)
	if !u.over {
		u.c.sent(results.Head, n)
		return n, err
	}
	text := min(n, u.payload(b))
	u.c.sent(results.Payload, text)
	u.c.sent(results.WebSocket, n-text)
	return n, err
}

// Close closes the connection of a WebSocket. Gorilla closes one whose handshake fails, too: that is
// left to the client, who first looks at the socket's counters.
func (u *upgrading) Close() error {
	if !u.opened {
		return nil
	}
	return u.Conn.Close()
}

// unread books what came and belongs to no head, of a handshake that failed.
func (u *upgrading) unread() {
	u.c.received(results.Framing, int(u.in.total-u.c.in.Total()))
}

// SetWriteDeadline is called by gorilla for each message. What halts meanwhile sets its
// own deadline behind halted: one of the two sees the other.
func (u *upgrading) SetWriteDeadline(t time.Time) error {
	err := u.Conn.SetWriteDeadline(t)
	if u.halted != nil && u.halted.Load() {
		err = u.Conn.SetWriteDeadline(time.Unix(1, 0))
	}
	return err
}
