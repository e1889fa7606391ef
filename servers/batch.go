package servers

import (
	"io"
	"sync"
)

// batchSize is the most that a batch gathers before it writes.
const batchSize = 64 << 10

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// A batch gathers small pieces so that they reach w in one write, or in one
// per 64 KiB. Its buffer is on loan from a pool, so an idle connection holds
// none. The first error sticks.
type batch struct {
	w   io.Writer
	buf *[]byte
	err error
}

func newBatch(w io.Writer) batch { return batch{w: w, buf: buffers.Get().(*[]byte)} }

func (b *batch) add(piece []byte) {
	if len(*b.buf)+len(piece) > batchSize {
		b.flush()
	}
	if len(piece) >= batchSize {
		b.write(piece)
		return
	}
	*b.buf = append(*b.buf, piece...)
}

// encode adds what f appends, which is no more than a piece (see cut).
func (b *batch) encode(f func(to []byte) []byte) { *b.buf = f(*b.buf) }

// end writes what is left, returns the buffer and reports the first error.
func (b *batch) end() error {
	b.flush()
	giveBack(b.buf)
	b.buf = nil
	return b.err
}

// giveBack returns a buffer to the pool. A large event's is left to the collector.
func giveBack(buf *[]byte) {
	if cap(*buf) <= 2*batchSize {
		*buf = (*buf)[:0]
		buffers.Put(buf)
	}
}

func (b *batch) flush() {
	if len(*b.buf) > 0 {
		b.write(*b.buf)
		*b.buf = (*b.buf)[:0]
	}
}

func (b *batch) write(p []byte) {
	if b.err == nil {
		_, b.err = b.w.Write(p)
	}
}

// eventHead is at least what a transport adds to a payload: an event stream's
// 13 bytes, an epoch of 8 digits, a dash and a number of up to 20 digits.
const eventHead = 48

// cut returns the first of events, as many as a batch gathers without a write
// between them, but at least one.
//
// Note: a client may take its time with each write, and a slice of a view holds
// on to all of its history. So writers take a view, gather a piece, let go of
// the view, write, and take a new view for the next piece.
func cut(events []*Event) []*Event {
	size := 0
	for i, e := range events {
		if size += len(e.Payload) + eventHead; size > batchSize && i > 0 {
			return events[:i]
		}
	}
	return events
}

// A gathering is a buffer as a writer: what is written is appended.
type gathering []byte

func (g *gathering) Write(p []byte) (int, error) {
	*g = append(*g, p...)
	return len(p), nil
}
