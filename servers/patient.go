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
// timeout. It is below TLS, which a write that timed out breaks for good. One
// that stops taking is found after two and a quarter write timeouts at most.
type patient struct {
	closeWriter
	timeout time.Duration
}

func (c *patient) Write(p []byte) (written int, err error) {
	for {
		n, err := c.closeWriter.Write(p[written:])
		if written += n; n == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return written, err
		}
		if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
			return written, err
		}
	}
}
