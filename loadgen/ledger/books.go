package ledger

import (
	"fmt"
	"strings"

	"pushbench/results"
)

// Books are what one or many clients have counted up to an instant.
type Books struct {
	In, Out         results.Bytes
	Decoded         results.Bytes // what compressed content was when it was decompressed
	Socket          Socket        // sums
	RetransmittedIn int64         // bytes that the server's ends have retransmitted
	Requests        Requests
	Delivered       int64
}

// Requests are what a client asked and was answered, each counted when it
// happened.
type Requests struct {
	Sent, Full, Empty                int64 // requests; answers with events and without
	SentBytes, FullBytes, EmptyBytes int64 // of their heads
	Reopened                         int64 // connections that took the place of one that the server closed
}

// Add adds o.
func (r *Requests) Add(o Requests) {
	r.Sent += o.Sent
	r.Full += o.Full
	r.Empty += o.Empty
	r.SentBytes += o.SentBytes
	r.FullBytes += o.FullBytes
	r.EmptyBytes += o.EmptyBytes
	r.Reopened += o.Reopened
}

// Add adds o.
func (b *Books) Add(o Books) {
	b.In, b.Out, b.Decoded = b.In.Plus(o.In), b.Out.Plus(o.Out), b.Decoded.Plus(o.Decoded)
	b.Socket.In += o.Socket.In
	b.Socket.Out += o.Socket.Out
	b.Socket.Unread += o.Socket.Unread
	b.Socket.SegmentsIn += o.Socket.SegmentsIn
	b.Socket.SegmentsOut += o.Socket.SegmentsOut
	b.Socket.Retransmitted += o.Socket.Retransmitted
	b.RetransmittedIn += o.RetransmittedIn
	b.Requests.Add(o.Requests)
	b.Delivered += o.Delivered
}

// Since is what was booked after the earlier reading from, the zero value for
// all of it.
func (b Books) Since(from Books) results.Ledger {
	return results.Ledger{
		In: b.In.Plus(from.In.Times(-1)), Out: b.Out.Plus(from.Out.Times(-1)), Decoded: b.Decoded.Plus(from.Decoded.Times(-1)),
		SegmentsIn:    b.Socket.SegmentsIn - from.Socket.SegmentsIn,
		SegmentsOut:   b.Socket.SegmentsOut - from.Socket.SegmentsOut,
		Retransmitted: b.Socket.Retransmitted - from.Socket.Retransmitted, RetransmittedIn: b.RetransmittedIn - from.RetransmittedIn,
	}
}

// Since is what was asked and answered after the earlier reading from.
func (r Requests) Since(from Requests) results.HTTPCount {
	mean := func(bytes, n int64) float64 {
		if n == 0 {
			return 0
		}
		return float64(bytes) / float64(n)
	}
	return results.HTTPCount{
		Sent: r.Sent - from.Sent, Full: r.Full - from.Full, Empty: r.Empty - from.Empty, Reopened: r.Reopened - from.Reopened,
		Heads: results.Heads{
			Request: mean(r.SentBytes-from.SentBytes, r.Sent-from.Sent),
			Answer:  mean(r.FullBytes-from.FullBytes, r.Full-from.Full),
			Empty:   mean(r.EmptyBytes-from.EmptyBytes, r.Empty-from.Empty),
		},
	}
}

// Balance compares the books with the sockets of so many connections, counted
// from their first connect.
func (b Books) Balance(connections int) results.Balance {
	return results.Balance{
		Connections: int64(connections),
		LedgerIn:    b.In.Data(), SocketIn: b.Socket.In - b.Socket.Unread,
		LedgerOut: b.Out.Data(), SocketOut: b.Socket.Out,
	}
}

// Unbalanced says what does not add up in the books of one client, or of all
// clients of one link, which received events of size bytes, or of sizes that nobody
// knows when it is negative: "" when all does.
func (b Books) Unbalanced(client, size int) string {
	r, payload := b.Balance(1), b.In[results.Payload]+b.Decoded[results.Payload]
	switch {
	case r.LedgerIn != r.SocketIn:
		return fmt.Sprintf("the ledger of client %d does not balance: it received %d bytes by the ledger (%s) and %d by its socket",
			client, r.LedgerIn, kindsOf(b.In), r.SocketIn)
	case r.LedgerOut != r.SocketOut:
		return fmt.Sprintf("the ledger of client %d does not balance: it sent %d bytes by the ledger (%s) and %d by its socket",
			client, r.LedgerOut, kindsOf(b.Out), r.SocketOut)
	case size >= 0 && payload != b.Delivered*int64(size):
		return fmt.Sprintf("the ledger of client %d has %d bytes of payload for %d events of %d bytes",
			client, payload, b.Delivered, size)
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
