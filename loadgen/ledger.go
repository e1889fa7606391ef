package loadgen

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"pushbench/results"
)

// books are what one or many clients have counted up to an instant.
type books struct {
	in, out   results.Bytes
	socket    socket // sums
	again     int64  // bytes that the server's ends have retransmitted
	requests  requests
	delivered int64
}

// requests are what a client asked and was answered, each counted when it
// happened.
type requests struct {
	sent, full, empty                int64 // requests; answers with events and without
	sentBytes, fullBytes, emptyBytes int64 // of their heads
	reopened                         int64 // connections that took the place of one that the server closed
}

func (r *requests) add(o requests) {
	r.sent += o.sent
	r.full += o.full
	r.empty += o.empty
	r.sentBytes += o.sentBytes
	r.fullBytes += o.fullBytes
	r.emptyBytes += o.emptyBytes
	r.reopened += o.reopened
}

// books are what c has booked on all its connections up to now, without the
// present link's part.
func (c *client) books() books {
	b := c.past
	b.merge(c.conn.books())
	b.requests.add(c.requests)
	b.delivered += c.delivered
	return b
}

// merge adds o.
func (b *books) merge(o books) {
	b.in, b.out = b.in.Plus(o.in), b.out.Plus(o.out)
	b.socket.in += o.socket.in
	b.socket.out += o.socket.out
	b.socket.unread += o.socket.unread
	b.socket.segsIn += o.socket.segsIn
	b.socket.segsOut += o.socket.segsOut
	b.socket.retransmitted += o.socket.retransmitted
	b.again += o.again
	b.requests.add(o.requests)
	b.delivered += o.delivered
}

// sentAgain asks what the server's ends have retransmitted, where that is known.
func (s *session) sentAgain() (n int64, err error) {
	if s.Target.SentAgain != nil {
		n, err = s.Target.SentAgain()
	}
	return n, err
}

// ledger is what was booked between two readings.
func ledger(from, to books) results.Ledger {
	return results.Ledger{
		In: to.in.Plus(from.in.Times(-1)), Out: to.out.Plus(from.out.Times(-1)),
		SegmentsIn:    to.socket.segsIn - from.socket.segsIn,
		SegmentsOut:   to.socket.segsOut - from.socket.segsOut,
		Retransmitted: to.socket.retransmitted - from.socket.retransmitted, RetransmittedIn: to.again - from.again,
	}
}

// balance compares the books with the sockets, connections from the first.
func balance(b books, connections int) results.Balance {
	return results.Balance{
		Connections: int64(connections),
		LedgerIn:    b.in.Data(), SocketIn: b.socket.in - b.socket.unread,
		LedgerOut: b.out.Data(), SocketOut: b.socket.out,
	}
}

// unbalanced says what does not add up in the books of one client, or of all
// clients of one link, which received events of size bytes: "" when all does.
func unbalanced(client int, b books, size int) string {
	r := balance(b, 1)
	switch {
	case r.LedgerIn != r.SocketIn:
		return fmt.Sprintf("the ledger of client %d does not balance: it received %d bytes by the ledger (%s) and %d by its socket",
			client, r.LedgerIn, kindsOf(b.in), r.SocketIn)
	case r.LedgerOut != r.SocketOut:
		return fmt.Sprintf("the ledger of client %d does not balance: it sent %d bytes by the ledger (%s) and %d by its socket",
			client, r.LedgerOut, kindsOf(b.out), r.SocketOut)
	case b.in[results.Payload] != b.delivered*int64(size):
		return fmt.Sprintf("the ledger of client %d has %d bytes of payload for %d events of %d bytes",
			client, b.in[results.Payload], b.delivered, size)
	}
	return ""
}

// kindsOf names the kinds of bytes that TCP carried.
func kindsOf(b results.Bytes) string {
	var parts []string
	for k, n := range b {
		if k := results.Kind(k); n != 0 && k != results.TCPIP {
			parts = append(parts, fmt.Sprintf("%s %d", k, n))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// errCounters says that the kernel's counters could not be read.
func errCounters(err error) error { return fmt.Errorf("reading the sockets' counters: %w", err) }

// finalBooks reads the books of all clients for the last time, and names what
// does not add up in those of the first link with which it does not.
func (s *session) finalBooks() (all books, uneven string, err error) {
	all.again, err = s.sentAgain()
	links := map[link]*totals{}
	for _, c := range s.clients {
		if links[c.link] == nil {
			links[c.link] = &totals{}
		}
		one := links[c.link]
		from := time.Now()
		below, failed := c.link.counters()
		err = errors.Join(err, failed)
		if !one.add(c, below) {
			continue
		}
		if s.Trace != nil {
			s.Trace.Counted(c.client, below.local, below.remote, ledger(books{}, one.books), from, time.Now())
		}
		if uneven == "" && failed == nil {
			uneven = unbalanced(c.client, one.books, s.Payload)
		}
		all.merge(one.books)
	}
	return all, uneven, err
}
