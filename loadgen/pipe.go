package loadgen

import (
	"errors"
	"fmt"
	"io"
	"syscall"

	"pushbench/results"
)

// A pipe is a connection with a read buffer of its own. Slices that it returns
// are valid until the next call.
type pipe struct {
	*conn
	buf  []byte
	r, w int // buf[r:w] is read but not consumed
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

func newPipe(c *conn, size int) *pipe { return &pipe{conn: c, buf: make([]byte, size)} }

// fill reads once, making room first. It returns nil when it got at least one
// byte; an end of stream is io.ErrUnexpectedEOF.
func (p *pipe) fill() error {
	switch {
	case p.r == p.w:
		p.r, p.w = 0, 0
	case p.w == len(p.buf) && p.r > 0:
		p.w = copy(p.buf, p.buf[p.r:p.w])
		p.r = 0
	case p.w == len(p.buf):
		if len(p.buf) >= maxBuffer {
			return errTooLong
		}
		p.buf = append(p.buf, make([]byte, len(p.buf))...)
	}
	n, err := p.Read(p.buf[p.w:])
	p.w += n
	if n > 0 {
		return nil
	}
	if err == io.EOF || err == nil {
		return io.ErrUnexpectedEOF
	}
	return err
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
	p.ended = p.ended || errors.Is(err, syscall.EPIPE)
	return err
}
