//go:build linux

package capture

import (
	"encoding/binary"
	"time"
)

// A packetStore keeps packets as they are, in a few large pieces of memory without
// pointers: while a trial is under way nothing is parsed, allocated for each
// packet, or looked at by the garbage collector. The zero value is empty.
type packetStore struct {
	chunks [][]byte // records, each whole in its chunk
	size   int      // of the chunks
}

const (
	limit = 1 << 30 // bytes of a store
	chunk = 1 << 20

	// A record begins with the time stamp in nanoseconds, the packet's
	// length and a byte that is 1 if it is merged.
	recordHead = 8 + 4 + 1
)

// put copies a packet; an instant of zero is none. It reports false, and does
// nothing, when the store is full.
func (s *packetStore) put(packet []byte, at time.Time, merged bool) bool {
	need := recordHead + len(packet)
	last := len(s.chunks) - 1
	if last < 0 || len(s.chunks[last])+need > chunk {
		if s.size+chunk > limit {
			return false
		}
		s.size += chunk
		s.chunks = append(s.chunks, make([]byte, 0, chunk))
		last++
	}
	nanoseconds, flag := int64(0), byte(0)
	if !at.IsZero() {
		nanoseconds = at.UnixNano()
	}
	if merged {
		flag = 1
	}
	b := binary.NativeEndian.AppendUint64(s.chunks[last], uint64(nanoseconds))
	b = binary.NativeEndian.AppendUint32(b, uint32(len(packet)))
	b = append(b, flag)
	s.chunks[last] = append(b, packet...)
	return true
}

// each gives the packets, in order, as they were put. They stay valid.
func (s *packetStore) each(take sink) {
	for _, b := range s.chunks {
		for len(b) > 0 {
			var at time.Time
			if ns := int64(binary.NativeEndian.Uint64(b)); ns != 0 {
				at = time.Unix(0, ns)
			}
			end := recordHead + int(binary.NativeEndian.Uint32(b[8:]))
			take(b[recordHead:end:end], at, b[12] == 1)
			b = b[end:]
		}
	}
}
