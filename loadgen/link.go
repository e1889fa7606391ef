package loadgen

import (
	"errors"
	"fmt"
	"time"

	"pushbench/loadgen/ledger"
)

// A link is what lies below clients: the connection of one client, or one that
// several share as its streams. The ledger, the cuts and the end of a trial
// know no more of it.
type link interface {
	// counters are what the link has counted since its first connect. It must
	// be called before the link is closed.
	counters() (ledger.Socket, error)

	// interrupt makes the reads that wait for the other side return for a
	// moment. It may be called at any time, also after the link's end.
	interrupt()

	// hangUp closes the link. It may be called more than once.
	hangUp()
}

// counters are those of the connection, and of TLS over it.
func (c *conn) counters() (ledger.Socket, error) {
	s, err := c.socket()
	s.EncryptedIn, s.EncryptedOut = c.encryptedIn, c.encryptedOut
	return s, err
}

// socket are those of the kernel.
func (c *conn) socket() (ledger.Socket, error) {
	s, err := ledger.ReadSocket(c.tcp)
	if s.Lost != nil {
		c.keep(s.Lost)
	}
	return s, err
}

// hangUp closes the connection.
func (c *conn) hangUp() { c.stream.Close() }

// present are the books of c's end of the present link. Of a connection that it
// shares, the link takes all plaintext off the records of TLS.
func (c *client) present() ledger.Books {
	if c.own != nil {
		return ledger.Books{In: c.own.in, Out: c.own.out, Decoded: c.own.decoded}
	}
	return c.conn.books()
}

// keep keeps the books of a connection that is closed.
func (c *client) keep(b ledger.Books) {
	if c.past == nil {
		c.past = &ledger.Books{}
	}
	c.past.Add(b)
}

// books are what c has booked on all its connections up to now, without the
// present link's part.
func (c *client) books() ledger.Books {
	b := c.present()
	if c.past != nil {
		b.Add(*c.past)
	}
	if c.up != nil {
		b.Add(c.up.books())
	}
	b.Requests.Add(c.requests)
	b.Delivered += c.Delivered
	return b
}

// addTo adds the books of c to t, with below of its link.
func (c *client) addTo(t *ledger.Totals, below ledger.Socket) (linked bool) {
	return t.Add(c.books(), c.link, c.sharing, below)
}

// errCounters says that the kernel's counters could not be read.
func errCounters(err error) error { return fmt.Errorf("reading the sockets' counters: %w", err) }

// retransmittedIn asks what the server's ends have retransmitted, where that is
// known.
func (s *session) retransmittedIn() (n int64, err error) {
	if s.Target.Retransmitted != nil {
		n, err = s.Target.Retransmitted()
	}
	return n, err
}

// finalBooks reads the books of all clients for the last time, and names what
// does not add up in those of the first link with which it does not.
func (s *session) finalBooks() (all ledger.Books, unbalanced string, err error) {
	all.RetransmittedIn, err = s.retransmittedIn()
	links := map[link]*ledger.Totals{}
	for _, c := range s.clients {
		if links[c.link] == nil {
			links[c.link] = &ledger.Totals{}
		}
		one := links[c.link]
		from := time.Now()
		below, failed := c.link.counters()
		err = errors.Join(err, failed)
		if !c.addTo(one, below) {
			continue
		}
		if s.Trace != nil {
			s.Trace.Counted(c.Client, below.Local, below.Remote, one.Since(ledger.Books{}), from, time.Now())
		}
		if unbalanced == "" && failed == nil {
			unbalanced = one.Unbalanced(c.Client, s.interpreter.payload(s.Payload))
		}
		all.Add(one.Books)
	}
	return all, unbalanced, err
}

// links is how many links the clients have.
func (s *session) links() int {
	all := map[link]bool{}
	for _, c := range s.clients {
		all[c.link] = true
	}
	return len(all)
}
