//go:build linux

package capture

import "slices"

// An order turns the sequence numbers of one direction, which wrap around
// after 4 GiB, into positions that do not: the first packet is at position 0.
// The zero value is ready.
type order struct {
	first uint32 // sequence number of position 0
	next  int64  // behind all positions so far
	begun bool
}

// place returns the position of p's sequence number: the one nearest to what
// was the end of the stream when p came (RFC 9293 section 3.4).
func (o *order) place(p Packet) int64 {
	if !o.begun {
		o.begun, o.first = true, p.Seq
	}
	at := o.next + int64(int32(p.Seq-o.first-uint32(o.next)))
	o.next = max(o.next, at+flag(p, SYN)+int64(len(p.Payload))+flag(p, FIN))
	return at
}

// spans are positions, as intervals in order that neither overlap nor touch.
type spans []span

type span struct{ from, to int64 }

// add puts the positions from (included) to to (excluded) in and returns how
// many were not there before.
func (s *spans) add(from, to int64) (fresh int64) {
	if from >= to {
		return 0
	}
	// The spans i to j-1 are those that overlap or touch the new one.
	i, _ := slices.BinarySearchFunc(*s, from, func(x span, from int64) int {
		if x.to < from {
			return -1
		}
		return 1
	})
	fresh = to - from
	whole := span{from, to}
	j := i
	for ; j < len(*s) && (*s)[j].from <= to; j++ {
		x := (*s)[j]
		fresh -= max(0, min(x.to, to)-max(x.from, from))
		whole = span{min(whole.from, x.from), max(whole.to, x.to)}
	}
	if j == i+1 { // almost always: the stream has grown
		(*s)[i] = whole
		return fresh
	}
	*s = slices.Replace(*s, i, j, whole)
	return fresh
}
