package servers

import (
	"bytes"
	"strconv"
)

// chunkRoom is room for what stands before the data of a chunk: its size in hexadecimal digits
// and a line end (RFC 9112 section 7.1).
const chunkRoom = 8 + len("\r\n")

// lastChunk ends an answer that is in chunks.
const lastChunk = "0\r\n\r\n"

// A block is text of an event stream as a chunk.
type block []byte

// closeBlock makes a block of b, which has chunkRoom bytes before the text. It takes over b.
func closeBlock(b []byte) block {
	var digits [8]byte
	size := strconv.AppendInt(digits[:0], int64(len(b)-chunkRoom), 16)
	b = append(b, "\r\n"...)[chunkRoom-len(size)-len("\r\n"):]
	copy(b, size)
	copy(b[len(size):], "\r\n")
	return b
}

// textBlock returns a block of its own.
func textBlock(text string) block { return closeBlock(append(make([]byte, chunkRoom), text...)) }

// text is the block without what makes a chunk of it.
func (b block) text() []byte {
	return b[bytes.IndexByte(b, '\n')+1 : len(b)-len("\r\n")]
}

// A gatherer collects what is to leave at once over a connection that net/http has let go of.
type gatherer struct {
	c      *conn
	chunks bool // each Write is one
	buf    []byte
}

func (g *gatherer) Write(p []byte) (int, error) {
	if !g.chunks {
		g.buf = append(g.buf, p...)
		return len(p), nil
	}
	g.buf = strconv.AppendInt(g.buf, int64(len(p)), 16)
	g.buf = append(append(append(g.buf, "\r\n"...), p...), "\r\n"...)
	return len(p), nil
}

// Flush sends it.
func (g *gatherer) Flush() error {
	_, err := g.c.Write(g.buf)
	if g.buf = g.buf[:0]; cap(g.buf) > 2*batchSize {
		g.buf = nil
	}
	return err
}
