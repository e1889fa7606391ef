package loadgen

import (
	"net/netip"

	"pushbench/results"
)

// A link is what lies below clients: the connection of one client, or one that
// several share as its streams. The ledger, the cuts and the end of a trial
// know no more of it.
type link interface {
	// counters are what the link has counted since its first connect. It must
	// be called before the link is closed.
	counters() (socket, error)

	// interrupt makes the reads that wait for the other side return for a
	// moment. It may be called at any time, also after the link's end.
	interrupt()
}

// socket is what is known of a link: by the kernel and, of TLS, by the link.
type socket struct {
	local, remote   netip.AddrPort
	in, out         int64 // data bytes received, unread ones included, and sent, retransmissions apart; the kernel counts a FIN as a byte, which is taken off
	unread          int64 // received but not yet read
	segsIn, segsOut int64 // pure acknowledgements and the SYN included
	retransmitted   int64 // bytes

	headersIn, headersOut     int64 // bytes of the IP and TCP headers of all segments
	encryptedIn, encryptedOut int64 // bytes of TLS records that were read and written; 0 without TLS
}

// synExtra is what a SYN or SYN-ACK has more than other segments: it carries
// 20 bytes of options (maximum segment size, selective acknowledgement,
// timestamps, window scale) where others carry 12.
const synExtra = 8

// books are the link's own part of the books of its clients, to be booked once
// for all of them: the TCP/IP headers and all of the TLS records, of which each
// client takes its plaintext off.
func (s socket) books() (b books) {
	b.socket = s
	b.in[results.TLS], b.out[results.TLS] = s.encryptedIn, s.encryptedOut
	b.in[results.TCPIP], b.out[results.TCPIP] = s.headersIn, s.headersOut
	return b
}

// totals add up the books of clients and of the links below them. The zero
// value has none.
type totals struct {
	books
	missing map[link]int // for each link that several clients share, how many of them are still to come
}

// add adds the books of c, and with the last client of its link those of the
// link, whose counters are below. linked says that it was the last.
func (t *totals) add(c *client, below socket) (linked bool) {
	t.merge(c.books())
	if c.sharing > 1 {
		left, begun := t.missing[c.link]
		if !begun {
			left = c.sharing
		}
		if t.missing == nil {
			t.missing = map[link]int{}
		}
		if t.missing[c.link] = left - 1; left > 1 {
			return false
		}
	}
	t.merge(below.books())
	return true
}
