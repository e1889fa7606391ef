//go:build linux

package capture

import "time"

// A Count is what passed in one direction of a flow. Bytes is always the sum
// of Headers, Data and Repeated.
//
// What has been seen before is known by sequence numbers, SYN and FIN included
// as RFC 9293 section 3.4 numbers them, and only from what the capture itself
// has seen: the second copy of a segment whose first was lost before it came
// here is new, and one that the network doubled is a retransmission.
type Count struct {
	Segments int64
	Bytes    int64 // of IP packets
	Headers  int64 // of Bytes, the IP and TCP headers
	Sack     int64 // of Headers, selective acknowledgments
	Data     int64 // of Bytes, TCP data not seen before: the length of the stream
	Repeated int64 // of Bytes, TCP data seen before, whatever else is in the segment

	// Retransmitted are the segments with data, SYN or FIN all of which was
	// seen before, and the bytes of their IP packets. A segment that is
	// partly new is not among them: its old part is in Repeated.
	RetransmittedSegments int64
	RetransmittedBytes    int64

	Syn, Fin, Rst int64 // segments with that flag, retransmissions included
}

// Count counts one direction up to and including the instant until; zero: all.
func (f *Flow) Count(in bool, until time.Time) Count { return f.Between(in, time.Time{}, until) }

// Between counts one direction after the instant from, up to and including the
// instant to. A zero from is the beginning, a zero to the end. A segment that
// repeats what was seen before from is a retransmission here, too, so that the
// counts of successive intervals add up to that of the whole.
func (f *Flow) Between(in bool, from, to time.Time) (c Count) {
	var o order
	var seen spans
	for _, p := range f.way(in) {
		start := o.place(p)
		data := start + flag(p, SYN)
		fin := data + int64(len(p.Payload))
		control := seen.add(start, data) + seen.add(fin, fin+flag(p, FIN))
		fresh := seen.add(data, fin)
		if p.At.After(from) && (to.IsZero() || !p.At.After(to)) {
			old := control+fresh == 0 && fin+flag(p, FIN) > start
			c.Add(tally(p, fresh, old))
		}
	}
	return c
}

// tally is the count of p alone, with fresh bytes of its data seen for the
// first time, and old when it is a retransmission as a whole.
func tally(p Packet, fresh int64, old bool) Count {
	c := Count{
		Segments: 1, Bytes: int64(p.Length), Headers: int64(p.Header), Sack: int64(p.Sack), Data: fresh, Repeated: int64(len(p.Payload)) - fresh,
		Syn: flag(p, SYN), Fin: flag(p, FIN), Rst: flag(p, RST),
	}
	if old {
		c.RetransmittedSegments, c.RetransmittedBytes = 1, c.Bytes
	}
	return c
}

// flag is 1 if p has it, else 0: what a SYN or FIN takes of sequence numbers.
func flag(p Packet, f Flags) int64 {
	if p.Flags&f != 0 {
		return 1
	}
	return 0
}

// Add adds o: another interval of the direction, or another flow.
func (c *Count) Add(o Count) {
	c.Segments += o.Segments
	c.Bytes += o.Bytes
	c.Headers += o.Headers
	c.Sack += o.Sack
	c.Data += o.Data
	c.Repeated += o.Repeated
	c.RetransmittedSegments += o.RetransmittedSegments
	c.RetransmittedBytes += o.RetransmittedBytes
	c.Syn += o.Syn
	c.Fin += o.Fin
	c.Rst += o.Rst
}
