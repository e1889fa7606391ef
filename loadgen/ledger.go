package loadgen

import (
	"errors"

	"pushbench/results"
)

// books is the sum of many connections' ledgers at one instant.
type books struct {
	in, out [kinds]int64
	socket  socket // sums; overhead is the TCP/IP header bytes of all segments
}

// add adds what c has counted up to now.
func (b *books) add(c *conn) error {
	for k := range kinds {
		b.in[k] += c.in[k].Load()
		b.out[k] += c.out[k].Load()
	}
	s, err := c.inspect()
	b.socket.in += s.in
	b.socket.out += s.out
	b.socket.unread += s.unread
	b.socket.segsIn += s.segsIn
	b.socket.segsOut += s.segsOut
	b.socket.retransmitted += s.retransmitted
	b.socket.overhead += s.overhead
	return err
}

// read adds up the ledgers of all clients. Each connection's counters are
// read at one instant, the connections one after the other.
func readBooks(clients []*client) (b books, err error) {
	for _, c := range clients {
		err = errors.Join(err, b.add(c.conn))
	}
	return b, err
}

// ledger is what was booked between two readings. extra is what the segments
// between them had in TCP/IP headers beyond the usual.
func ledger(from, to books, perSegment float64, extra int64) results.Ledger {
	l := results.Ledger{
		In: column(from.in, to.in), Out: column(from.out, to.out),
		SegmentsIn:    to.socket.segsIn - from.socket.segsIn,
		SegmentsOut:   to.socket.segsOut - from.socket.segsOut,
		Retransmitted: to.socket.retransmitted - from.socket.retransmitted,
	}
	l.In.TCPIP = int64(perSegment*float64(l.SegmentsIn)) + extra
	l.Out.TCPIP = int64(perSegment*float64(l.SegmentsOut)) + extra
	return l
}

func column(from, to [kinds]int64) results.Bytes {
	d := func(k kind) int64 { return to[k] - from[k] }
	return results.Bytes{
		Payload: d(payload), Framing: d(framing), Head: d(head), Chunking: d(chunking),
		WebSocket: d(websocketHead), TLS: d(tlsRecord),
	}
}

// balance compares the books with the sockets, connections from the first.
func balance(b books, connections int) results.Balance {
	r := results.Balance{Connections: int64(connections), SocketIn: b.socket.in - b.socket.unread, SocketOut: b.socket.out}
	for k := range kinds {
		r.LedgerIn += b.in[k]
		r.LedgerOut += b.out[k]
	}
	return r
}
