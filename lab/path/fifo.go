package path

// A fifo is a queue without a limit that keeps its memory. The zero value is
// empty.
type fifo[T any] struct {
	ring  []T // its length is 0 or a power of two
	first int
	n     int
}

func (f *fifo[T]) len() int { return f.n }

func (f *fifo[T]) push(v T) {
	if f.n == len(f.ring) {
		f.grow()
	}
	f.ring[(f.first+f.n)&(len(f.ring)-1)] = v
	f.n++
}

// peek returns the oldest; there must be one.
func (f *fifo[T]) peek() T { return f.ring[f.first] }

// pop removes and returns the oldest; there must be one.
func (f *fifo[T]) pop() T {
	v := f.ring[f.first]
	clear(f.ring[f.first : f.first+1])
	f.first = (f.first + 1) & (len(f.ring) - 1)
	f.n--
	return v
}

func (f *fifo[T]) grow() {
	ring := make([]T, max(16, 2*len(f.ring)))
	n := copy(ring, f.ring[f.first:])
	copy(ring[n:], f.ring[:f.first])
	f.ring, f.first = ring, 0
}
