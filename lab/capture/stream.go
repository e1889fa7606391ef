//go:build linux

package capture

import (
	"slices"
	"sort"
	"time"
)

// A stream is the bytes of one direction as its reader gets them.
type stream struct {
	bytes []byte
	ends  []streamEnd // in order
}

// A streamEnd says that the stream up to end was complete at at, not before.
type streamEnd struct {
	end int
	at  time.Time
}

// reassemble puts the data of one direction in order. The stream begins behind
// its SYN; if the capture has none, with the lowest sequence number in it. What
// is behind a hole that is never filled is not in it.
func reassemble(packets []Packet) stream {
	var o order
	pieces := make([]piece, 0, len(packets))
	var begin int64
	anchored := false
	for _, p := range packets {
		at := o.place(p) + flag(p, SYN)
		if p.Flags&SYN != 0 && !anchored {
			begin, anchored = at, true
		}
		if len(p.Payload) > 0 {
			pieces = append(pieces, piece{at, p})
		}
	}
	if !anchored && len(pieces) > 0 {
		begin = slices.MinFunc(pieces, func(a, b piece) int { return int(a.from - b.from) }).from
	}
	var s stream
	var early []piece // those behind a hole, by position
	for _, p := range pieces {
		if p.from > begin+int64(len(s.bytes)) {
			i := sort.Search(len(early), func(i int) bool { return early[i].from > p.from })
			early = slices.Insert(early, i, p)
			continue
		}
		before := len(s.bytes)
		s.append(begin, p)
		filled := 0
		for filled < len(early) && early[filled].from <= begin+int64(len(s.bytes)) {
			s.append(begin, early[filled])
			filled++
		}
		early = early[filled:]
		if len(s.bytes) > before {
			s.ends = append(s.ends, streamEnd{len(s.bytes), p.At})
		}
	}
	return s
}

// A piece is a packet's data at its position.
type piece struct {
	from int64
	Packet
}

// append adds what of p, which begins within the stream or right behind it,
// goes beyond its end.
func (s *stream) append(begin int64, p piece) {
	if old := begin + int64(len(s.bytes)) - p.from; old < int64(len(p.Payload)) {
		s.bytes = append(s.bytes, p.Payload[old:]...)
	}
}

// complete returns when the stream up to end was complete.
func (s *stream) complete(end int) time.Time {
	i := sort.Search(len(s.ends), func(i int) bool { return s.ends[i].end >= end })
	return s.ends[i].at
}
