package loadgen

import (
	"errors"

	"pushbench/results"
)

// books is the sum of many connections' ledgers at one instant.
type books struct {
	in, out [kinds]int64
	socket  socket // sums; overhead is the TCP/IP header bytes of all segments
	again   int64  // bytes that the server's ends have retransmitted
}

// add adds what c has counted up to now.
func (b *books) add(c *conn) error {
	var one books
	var err error
	for k := range kinds {
		one.in[k], one.out[k] = c.in[k].Load(), c.out[k].Load()
	}
	one.socket, err = c.inspect()
	b.merge(one)
	return err
}

// merge adds o.
func (b *books) merge(o books) {
	for k := range kinds {
		b.in[k] += o.in[k]
		b.out[k] += o.out[k]
	}
	b.socket.in += o.socket.in
	b.socket.out += o.socket.out
	b.socket.unread += o.socket.unread
	b.socket.segsIn += o.socket.segsIn
	b.socket.segsOut += o.socket.segsOut
	b.socket.retransmitted += o.socket.retransmitted
	b.socket.overhead += o.socket.overhead
}

// readBooks adds up the ledgers of all clients. Each connection's counters are
// read at one instant, the connections one after the other.
func (s *session) readBooks() (b books, err error) {
	err = s.sentAgain(&b)
	for _, c := range s.clients {
		err = errors.Join(err, b.add(c.conn))
	}
	return b, err
}

// sentAgain asks what the server's ends have retransmitted, where that is known.
func (s *session) sentAgain(b *books) (err error) {
	if s.Target.SentAgain != nil {
		b.again, err = s.Target.SentAgain()
	}
	return err
}

// ledger is what was booked between two readings. extra is what the segments
// between them had in TCP/IP headers beyond the usual.
func ledger(from, to books, perSegment float64, extra int64) results.Ledger {
	l := results.Ledger{
		In: column(from.in, to.in), Out: column(from.out, to.out),
		SegmentsIn:    to.socket.segsIn - from.socket.segsIn,
		SegmentsOut:   to.socket.segsOut - from.socket.segsOut,
		Retransmitted: to.socket.retransmitted - from.socket.retransmitted, RetransmittedIn: to.again - from.again,
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
