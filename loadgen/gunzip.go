package loadgen

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"iter"
	"slices"
	"sync"
)

// gunzips are readers of gzip that nobody uses.
var gunzips = sync.Pool{New: func() any { return new(gzip.Reader) }}

// decompress appends to b what the whole text is that has the content coding
// gzip (RFC 1952). With an error it is what came before.
func decompress(b, text []byte) ([]byte, error) {
	z := gunzips.Get().(*gzip.Reader)
	defer gunzips.Put(z)
	err := z.Reset(bytes.NewReader(text))
	for err == nil && len(b) <= maxBuffer {
		b = slices.Grow(b, 512)
		var n int
		n, err = z.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
	}
	switch err {
	case nil:
		err = errTooLong
	case io.EOF: // there is no text
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

// A gunzip decompresses content with the content coding gzip while it comes: a
// piece of it is there as soon as the server has flushed what has the piece, for
// a flush ends with a block of no bytes, at which package flate hands out what it
// has (RFC 1951 section 3.2.4). It reads no byte further.
//
// Package flate asks for bytes where content is handed over: it runs as a
// coroutine, which waits while there are none.
type gunzip struct {
	piece []byte // that was handed over, not yet consumed
	half  bool   // some was consumed since something was handed out
	last  uint32 // the last four bytes that were
	full  bool   // what was handed out last filled the buffer: there may be more
	ended bool   // the content has come to its end
	each  func(plain []byte, behind bool) error
	next  func() ([]byte, bool)
	stop  func()
	err   error
}

// newGunzip returns a gunzip that hands out pieces of size bytes at most, which
// each may not keep. Behind says that more of the content has been handed over than
// they came from. The caller must call stop.
func newGunzip(size int, each func(plain []byte, behind bool) error) *gunzip {
	g := &gunzip{each: each}
	g.next, g.stop = iter.Pull(func(yield func([]byte) bool) { g.err = g.run(yield, make([]byte, size)) })
	return g
}

// run yields what was compressed, and nil when all that was handed over is consumed.
func (g *gunzip) run(yield func([]byte) bool, buf []byte) error {
	z, err := gzip.NewReader(&handed{g, yield})
	if err == nil {
		z.Multistream(false) // else it waits for another one behind the end
	}
	for err == nil {
		var n int
		n, err = z.Read(buf)
		if n > 0 {
			g.half, g.full = false, n == len(buf)
			if !yield(buf[:n]) {
				return nil
			}
		}
	}
	return err
}

// take decompresses a piece, and hands out what it brings.
func (g *gunzip) take(piece []byte) error {
	g.piece = piece
	for {
		plain, more := g.next()
		switch {
		case !more && g.err == io.EOF && len(g.piece) == 0:
			g.ended = true
			return nil
		case !more && g.err == io.EOF:
			return errors.New("content goes on behind its compressed end")
		case !more:
			return g.err
		case plain == nil:
			return nil
		}
		if err := g.each(plain, len(g.piece) > 0 || g.full); err != nil {
			return err
		}
	}
}

// between reports whether all that was consumed was handed out. Where a piece ended
// with a window of package flate, what is consumed behind it is a flush alone.
func (g *gunzip) between() bool {
	const flush = 0x0000ffff // LEN and NLEN of a block of no bytes (RFC 1951 section 3.2.4)
	return len(g.piece) == 0 && (!g.half || g.last == flush)
}

// handed are the bytes that a gunzip is handed. Package flate takes single ones,
// so that it need not read more than it uses.
type handed struct {
	*gunzip
	yield func([]byte) bool
}

func (p *handed) Read(b []byte) (int, error) {
	if err := p.fill(); err != nil {
		return 0, err
	}
	n := copy(b, p.piece)
	p.consumed(n)
	return n, nil
}

func (p *handed) ReadByte() (byte, error) {
	if err := p.fill(); err != nil {
		return 0, err
	}
	b := p.piece[0]
	p.consumed(1)
	return b, nil
}

func (p *handed) consumed(n int) {
	for _, b := range p.piece[max(0, n-4):n] {
		p.last = p.last<<8 | uint32(b)
	}
	p.piece = p.piece[n:]
	p.half = true
}

// fill waits for bytes.
func (p *handed) fill() error {
	for len(p.piece) == 0 {
		if !p.yield(nil) {
			return io.ErrUnexpectedEOF
		}
	}
	return nil
}
