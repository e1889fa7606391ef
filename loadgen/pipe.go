package loadgen

import (
	"errors"
	"fmt"
	"io"

	"pushbench/results"
)

// A pipe is a connection with a read buffer, which is borrowed where the kernel stamps what
// is read. Slices that it returns are valid until the next call.
type pipe struct {
	*conn
	from  *lender // nil: it has a buffer of its own
	buf   []byte
	early error // by which reading ahead has ended
	total int64 // bytes that were read
	r, w  int   // buf[r:w] is read but not consumed
}

// errTooLong is a line, head or body beyond what a server of ours would send.
var errTooLong = errors.New("answer is longer than the 64 MiB that a client accepts")

const maxBuffer = 64 << 20

// bufferFor is the size of a client's read buffer for events of n bytes: an
// event with its framing fits, an idle client stays small.
func bufferFor(n int) int {
	size := 1024
	for size < n+256 && size < 32<<10 {
		size *= 2
	}
	return size
}

func newPipe(c *conn, size int) *pipe {
	if c.lenders == nil {
		return &pipe{conn: c, buf: make([]byte, size)}
	}
	return &pipe{conn: c, from: c.lenders.of(size)}
}

// fill reads once, making room first. It returns nil when it got at least one
// byte; an end of stream is io.ErrUnexpectedEOF.
func (p *pipe) fill() error {
	n, err := p.more()
	if n > 0 {
		return nil
	}
	if err == io.EOF || err == nil {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readAhead reads once where nothing is left, before somebody asks for it: he would wait on a
// deeper stack, of which an idle client takes twice as much memory.
func (p *pipe) readAhead() {
	if p.r == p.w && p.early == nil && p.borrows() {
		_, p.early = p.borrow()
	}
}

func (p *pipe) borrow() (n int, err error) {
	p.r, p.w, p.buf = 0, 0, nil
	if n, err = p.receive(nil, p.from); err == nil {
		p.buf, p.w = p.kernel.lent.b, n
		p.total += int64(n)
	}
	return n, err
}

// more is fill with the connection's own error.
func (p *pipe) more() (n int, err error) {
	switch {
	case p.early != nil:
		err, p.early = p.early, nil
		return 0, err
	case p.r == p.w && p.borrows():
		return p.borrow()
	case p.r == p.w:
		p.r, p.w = 0, 0
		if p.buf == nil {
			p.buf = make([]byte, p.from.size.Load())
		}
	case p.w == len(p.buf) && p.r > 0:
		p.w = copy(p.buf, p.buf[p.r:p.w])
		p.r = 0
	case p.w == len(p.buf):
		if len(p.buf) >= maxBuffer {
			return 0, errTooLong
		}
		p.buf = append(p.buf, make([]byte, len(p.buf))...)
		if p.borrows() {
			p.kernel.lent.b = p.buf
		}
	}
	n, err = p.Read(p.buf[p.w:])
	p.w += n
	p.total += int64(n)
	return n, err
}

// giveBack gives a borrowed buffer back of which all was taken.
func (p *pipe) giveBack() {
	if p.r == p.w && p.borrows() {
		p.r, p.w, p.buf = 0, 0, nil
		p.kernel.release()
	}
}

// borrows reports whether what is read goes into a borrowed buffer. Under TLS the connection
// has one, and a client that reads slowly does not read as much as there is.
func (p *pipe) borrows() bool {
	return p.from != nil && p.kernel != nil && p.pace == nil && !p.secure()
}

// need fills until n bytes are in the buffer and returns them without
// consuming them. The error says what was cut off.
func (p *pipe) need(what string, n int) ([]byte, error) {
	for p.w-p.r < n {
		if n > maxBuffer {
			return nil, errTooLong
		}
		if err := p.fill(); err != nil {
			return nil, fmt.Errorf("%s cut off after %d of %d bytes: %w", what, p.w-p.r, n, err)
		}
	}
	return p.buf[p.r : p.r+n], nil
}

// write sends b and books it under kind k, whatever the error says.
func (p *pipe) write(k results.Kind, b []byte) error {
	n, err := p.stream.Write(b)
	p.sent(k, n)
	return err
}
