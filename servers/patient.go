package servers

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"sync/atomic"
	"syscall"
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
	return newPatient(c.(closeWriter), l.timeout), nil
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
	raw     syscall.RawConn // nil: c is no socket
	gate    gate            // of writes to raw
	heard   atomic.Int64    // bytes of the client, up to a preface; two may read where a connection is ended
	mute    atomic.Bool     // it took too long to say so many
}

func newPatient(c closeWriter, timeout time.Duration) *patient {
	return &patient{closeWriter: c, timeout: timeout, raw: rawOf(c)}
}

func (c *patient) Write(p []byte) (written int, err error) {
	last := -1 // bytes that waited in the kernel at the last deadline; -1: more was taken since
	for {
		n, err := c.once(p[written:])
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

// gateOf returns the gate of the socket under a connection; nil: there is none.
func gateOf(c net.Conn) *gate {
	if back, ok := c.(*returned); ok {
		c = back.closeWriter
	}
	if secured, ok := c.(*tls.Conn); ok {
		c = secured.NetConn()
	}
	if p, ok := c.(*patient); ok && p.raw != nil {
		return &p.gate
	}
	return nil
}

// preface is as much of the beginning of a connection as net/http reads to tell
// HTTP/2 from a request (RFC 9113 section 3.4).
const preface = int64(len("PRI * HTTP/2.0"))

// Read fails for good when a deadline passes before there is a preface: net/http
// would wait for a request then, once more for as long.
func (c *patient) Read(p []byte) (int, error) {
	if c.heard.Load() >= preface {
		return c.closeWriter.Read(p)
	}
	if c.mute.Load() {
		return 0, os.ErrDeadlineExceeded
	}
	n, err := c.closeWriter.Read(p)
	if c.heard.Add(int64(n)) < preface && errors.Is(err, os.ErrDeadlineExceeded) {
		c.mute.Store(true)
	}
	return n, err
}
