//go:build unix

package servers

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
)

// rawOf returns c as a socket; nil: it is none.
func rawOf(c net.Conn) syscall.RawConn {
	socket, ok := c.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// once writes p until it is written, or until the deadline. The gate is told when that has to
// wait for the client.
func (c *patient) once(p []byte) (int, error) {
	if c.raw == nil {
		return c.closeWriter.Write(p)
	}
	w := rawWrites.Get().(*rawWrite)
	w.rest, w.gate = p, &c.gate
	err := c.raw.Write(w.write)
	n := len(p) - len(w.rest)
	if w.waits {
		c.gate.done()
	}
	if err == nil {
		err = w.err
	}
	*w = rawWrite{write: w.write}
	rawWrites.Put(w)
	return n, err
}

// A rawWrite is what is left of one write.
type rawWrite struct {
	rest  []byte
	err   error
	gate  *gate
	waits bool
	write func(fd uintptr) (done bool) // the method try, bound once
}

var rawWrites = sync.Pool{New: func() any {
	w := new(rawWrite)
	w.write = w.try
	return w
}}

// try writes as much as the kernel takes. It returns false when it is to be called again once
// the kernel takes more.
func (w *rawWrite) try(fd uintptr) bool {
	for len(w.rest) > 0 {
		n, err := write(fd, w.rest)
		switch {
		case err == syscall.EINTR:
		case err == syscall.EAGAIN:
			if !w.waits {
				w.waits = true
				w.gate.wait()
			}
			return false
		case err != nil:
			w.err = os.NewSyscallError("write", err)
			return true
		case n == 0:
			w.err = io.ErrUnexpectedEOF
			return true
		default:
			w.rest = w.rest[n:]
		}
	}
	return true
}
