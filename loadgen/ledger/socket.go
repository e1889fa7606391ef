package ledger

import (
	"net/netip"

	"pushbench/results"
)

// A Socket is what is known of a connection: by the kernel and, of TLS, by who
// reads and writes it.
type Socket struct {
	Local, Remote           netip.AddrPort
	In, Out                 int64 // data bytes received, unread ones included, and sent, retransmissions apart; the kernel counts a FIN as a byte, which is taken off
	Unread                  int64 // received but not yet read
	SegmentsIn, SegmentsOut int64 // pure acknowledgements and the SYN included
	Retransmitted           int64 // bytes

	HeadersIn, HeadersOut     int64 // bytes of the IP and TCP headers of all segments
	EncryptedIn, EncryptedOut int64 // bytes of TLS records that were read and written; 0 without TLS

	OwnIn, OwnOut results.Bytes // what was read and written that belongs to none of several clients
	Closed        bool          // both ends have closed, and nothing more is counted

	// Lost is the error by which the connection was reset, where this reading took it from the
	// socket, which tells it once: whoever reads next is not told of it any more.
	Lost error
}

// Add adds what o has counted. The addresses stay, and so do Closed and Lost.
func (s *Socket) Add(o Socket) {
	s.In += o.In
	s.Out += o.Out
	s.Unread += o.Unread
	s.SegmentsIn += o.SegmentsIn
	s.SegmentsOut += o.SegmentsOut
	s.Retransmitted += o.Retransmitted
	s.HeadersIn += o.HeadersIn
	s.HeadersOut += o.HeadersOut
	s.EncryptedIn += o.EncryptedIn
	s.EncryptedOut += o.EncryptedOut
	s.OwnIn, s.OwnOut = s.OwnIn.Plus(o.OwnIn), s.OwnOut.Plus(o.OwnOut)
}

// synExtra is what a SYN or SYN-ACK has more than other segments: it carries
// 20 bytes of options (maximum segment size, selective acknowledgement,
// timestamps, window scale) where others carry 12.
const synExtra = 8

// Books are the connection's own part of the books of its clients, to be booked
// once for all of them: the TCP/IP headers and all of the TLS records, of which
// each client takes its plaintext off, see Plaintext.
func (s Socket) Books() (b Books) {
	b.Socket = s
	b.In, b.Out = s.OwnIn, s.OwnOut
	b.In[results.TLS], b.Out[results.TLS] = s.EncryptedIn, s.EncryptedOut
	b.In[results.TCPIP], b.Out[results.TCPIP] = s.HeadersIn, s.HeadersOut
	return b
}

// Plaintext are the books of what a client read and wrote, by kind. Under TLS it
// is taken off the records: the rest is the price of TLS, heads of records,
// authentication tags, handshake and tickets.
func Plaintext(in, out results.Bytes, tls bool) (b Books) {
	b.In, b.Out = in, out
	if tls {
		b.In[results.TLS], b.Out[results.TLS] = -in.Total(), -out.Total()
	}
	return b
}
