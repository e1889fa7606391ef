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

// end writes what is left, returns the buffer and reports the first error.
func (b *batch) end() error {
	b.flush()
	buffers.Put(b.buf)
	b.buf = nil
	return b.err
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
