package servers

import (
	"net"
	"sync"
)

// returns are connections that go back to net/http because of a request that is for it. It is a
// listener: net/http takes them as new ones.
type returns struct {
	addr    net.Addr
	waiting chan net.Conn
	closed  chan struct{}
	closing sync.Once
}

func newReturns(addr net.Addr) *returns {
	return &returns{addr: addr, waiting: make(chan net.Conn), closed: make(chan struct{})}
}

// give gives c back, with what was read from it and is still to be answered.
func (l *returns) give(c net.Conn, unread []byte, b *burden) {
	select {
	case l.waiting <- &returned{c.(closeWriter), unread, b}:
	case <-l.closed:
		c.Close()
	}
}

func (l *returns) Accept() (net.Conn, error) {
	select {
	case c := <-l.waiting:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *returns) Close() error {
	l.closing.Do(func() { close(l.closed) })
	return nil
}

func (l *returns) Addr() net.Addr { return l.addr }

// A returned is a connection of which something was read already.
type returned struct {
	closeWriter
	unread []byte
	burden *burden // which it goes on to bear; nil: none
}

func (c *returned) Read(p []byte) (int, error) {
	if len(c.unread) == 0 {
		return c.closeWriter.Read(p)
	}
	n := copy(p, c.unread)
	if c.unread = c.unread[n:]; len(c.unread) == 0 {
		c.unread = nil
	}
	return n, nil
}
