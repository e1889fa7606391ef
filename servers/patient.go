package servers

import (
	"errors"
	"net"
	"os"
	"time"
)

// A patientListener accepts connections as patient ones.
type patientListener struct {
	net.Listener
	timeout time.Duration
}

func (l patientListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &patient{closeWriter: c.(closeWriter), timeout: l.timeout}, nil
}

// A closeWriter is a connection of TCP, or one like it.
type closeWriter interface {
	net.Conn
	CloseWrite() error
}

// A patient is a connection whose writes go on beyond their deadline for as
// long as the client takes something: a deadline is for nothing being taken. A
// write of one large event to a slow client may need many times the write
// timeout. The kernel makes room for more only when a third of its buffer has
// gone, so that what it has not sent on is looked at, too. It is below TLS, which
// a write that timed out breaks for good. A client that stops taking is found
// after three and a quarter write timeouts at most.
type patient struct {
	closeWriter
	timeout time.Duration
}

func (c *patient) Write(p []byte) (written int, err error) {
	last := -1 // bytes that waited in the kernel at the last deadline; -1: more was taken since
	for {
		n, err := c.closeWriter.Write(p[written:])
		if written += n; !errors.Is(err, os.ErrDeadlineExceeded) {
			return written, err
		}
		waiting, known := unsent(c.closeWriter)
		switch {
		case n > 0:
			last = -1
		case !known || last >= 0 && waiting >= last:
			return written, err
		default:
			last = waiting
		}
		if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
			return written, err
		}
	}
}
