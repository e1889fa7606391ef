package loadgen

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// Lenders lend what connections are read into, by size: to a pipe while there is something in
// it that was not taken yet. So an idle client holds none of it, and the next one that has
// something to read gets what the processor has in its caches. The zero value is ready; safe
// for concurrent use.
type lenders [32]lender

// of is the lender of space for size bytes, or more.
func (l *lenders) of(size int) *lender {
	i := bits.Len(uint(max(size, 1) - 1))
	l[i].size.Store(1 << i)
	return &l[i]
}

// A lender lends space of one size.
type lender struct {
	pool sync.Pool
	size atomic.Int64
}
