package loadgen

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"pushbench/loadgen/account"
	"pushbench/loadgen/clock"
	"pushbench/loadgen/ledger"
	"pushbench/loadgen/parse"
)

// A conn is the connection of one client, the same class under every
// transport: it counts what the kernel gave and took, and knows of each read
// when its last byte reached this machine and when it returned. Exactly one
// goroutine reads it at a time.
type conn struct {
	// What every read needs comes first, on few cache lines.
	tcp    *net.TCPConn
	stream net.Conn              // tcp itself, or TLS over it
	kernel *stamper              // nil: what is read is not stamped
	clock  *clock.Wall           // of the stamps
	owner  owner                 // told of reads; nil: nobody
	taken  atomic.Pointer[error] // by peek or counters from the socket, which tells an error once; nil: none
	pace   *pace                 // nil: it is read as fast as it can be
	read   int64                 // when the last read from the socket returned
	end

	lenders *lenders      // nil: its pipe has a buffer of its own
	failed  error         // by which reading from the socket ended; nil: it has not
	records parse.Records // of TLS; between two of them without TLS

	encryptedIn, encryptedOut int64 // bytes of TLS records that were read and written; 0 without TLS
	plain                     int64 // bytes that were read out of TLS records

	writing sync.Mutex // of out and encryptedOut, where another goroutine publishes over the connection

	// unwatch ends the bond to the context that the connection was dialed
	// with; while it lasts, the context's end makes every read and write fail.
	unwatch func() bool
}

// An owner is told of the reads of a connection, by the goroutine that reads.
type owner interface {
	// beforeWait is called when a read is about to wait.
	beforeWait()

	// readsOn reports whether a read goes on after an interruption.
	readsOn() bool
}

// Read reads plaintext. It stamps the read before anything is done with it.
func (c *conn) Read(b []byte) (int, error) {
	if !c.secure() {
		return c.receive(b, nil)
	}
	n, err := c.stream.Read(b)
	c.plain += int64(n)
	c.last.Returned = clock.Now()
	if !c.last.Stamped {
		c.last.Arrived = c.last.Returned
	}
	if n == 0 && err == io.EOF && c.failed == nil { // TLS says that it ends before TCP does
		c.failed = err
	}
	return n, err
}

// receive reads from the socket, into b or, where that is nil and the kernel stamps, into what
// it borrows.
func (c *conn) receive(b []byte, from *lender) (n int, err error) {
	for {
		if c.owner != nil {
			c.owner.beforeWait()
		}
		if c.pace != nil {
			b = c.pace.wait(b)
		}
		var stamp int64
		switch taken := c.taken.Load(); {
		case taken != nil:
			err = *taken
		case from != nil:
			n, stamp, err = c.kernel.borrow(from)
		case c.kernel != nil:
			n, stamp, err = c.kernel.read(b)
		default:
			n, err = c.tcp.Read(b)
		}
		at := clock.Now()
		if c.pace != nil {
			c.pace.took(n, at)
		}
		if err == nil {
			before := c.read
			if c.last.More {
				before = c.last.Before // what came now may have been there then
			}
			c.read = at
			c.last = account.Arrival{Arrived: at, Returned: at, Before: before, Number: c.last.Number + 1}
			c.last.Stamp(c.clock, stamp)
			if c.last.Stamped && c.kernel.held(c.last.Arrived) {
				c.last.Held()
			}
			c.last.More = c.kernel != nil && n == c.kernel.room && c.kernel.unread()
			return n, nil
		}
		if c.owner == nil || !errors.Is(err, os.ErrDeadlineExceeded) || !c.resume() {
			c.failed = err
			return n, err
		}
	}
}

// keep keeps an error of the connection for the next read, which would be told of the end of
// the stream otherwise.
func (c *conn) keep(err error) { c.taken.CompareAndSwap(nil, &err) }

// interrupt makes the read that waits return, as package net does after a
// deadline. The client then reads on, in front of which it may take an edge.
func (c *conn) interrupt() { c.tcp.SetReadDeadline(time.Unix(1, 0)) }

// resume undoes an interruption and reports whether the client reads on: it
// does, unless it is being opened, when the deadline is that of opening, or the
// trial is over.
func (c *conn) resume() bool {
	if opening := c.unwatch != nil; opening || !c.owner.readsOn() {
		return false
	}
	c.tcp.SetReadDeadline(time.Time{})
	if !c.owner.readsOn() { // it was stopped meanwhile, and the deadline of that is gone
		c.interrupt()
	}
	return true
}

// encrypted is the connection below TLS. It counts records and handshake as
// they pass.
type encrypted struct {
	*net.TCPConn
	c *conn
}

func (e encrypted) Read(b []byte) (int, error) {
	n, err := e.c.receive(b, nil)
	e.c.encryptedIn += int64(n)
	e.c.records.Feed(b[:n])
	return n, err
}

func (e encrypted) Write(b []byte) (int, error) {
	n, err := e.TCPConn.Write(b)
	e.c.encryptedOut += int64(n)
	return n, err
}

func (c *conn) secure() bool { return c.stream != net.Conn(c.tcp) }

// books are what the client's end of c has booked.
func (c *conn) books() ledger.Books {
	b := ledger.Plaintext(c.in, c.out, c.secure())
	b.Decoded = c.decoded
	return b
}

// phases are the instants of opening a connection.
type phases struct {
	began, tcp, tls int64 // tls equals tcp without TLS
	resumed         bool
	joined          bool // another client had connected: the others begin with the request
}

// A dialer opens the connections of one trial.
type dialer struct {
	via     Dialer
	address string
	nodes   []string    // addresses of all nodes of the server; nil: it is one process
	config  *tls.Config // nil: no TLS
	clock   *clock.Wall
	lossy   bool         // the way loses packets
	pace    func() *pace // of a connection; nil: it has none
	lenders lenders
}

func newDialer(wall *clock.Wall, via Dialer, address, cert string, useTLS, resume bool) (*dialer, error) {
	d := &dialer{via: via, address: address, clock: wall}
	if via == nil {
		d.via = wayTo(address)
	}
	if !useTLS {
		return d, nil
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(cert)) {
		return nil, errors.New("the server gave no certificate to trust: it does not speak TLS")
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d.config = &tls.Config{RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS13}
	if resume {
		d.config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	}
	return d, nil
}

// watch makes every read and write fail when ctx is done, until it is undone.
func (c *conn) watch(ctx context.Context) (undo func() bool) {
	return context.AfterFunc(ctx, func() { c.tcp.SetDeadline(time.Unix(1, 0)) })
}

// dial connects and, for a variant with TLS, shakes hands. The connection
// obeys ctx until unwatch is called.
func (d *dialer) dial(ctx context.Context) (*conn, phases, error) { return d.dialTo(ctx, d.address) }

// dialTo is dial to another address.
func (d *dialer) dialTo(ctx context.Context, address string) (*conn, phases, error) {
	var p phases
	p.began = clock.Now()
	nc, err := d.via.DialContext(ctx, "tcp", address)
	p.tcp = clock.Now()
	p.tls = p.tcp
	if err != nil {
		return nil, p, err
	}
	tcp := nc.(*net.TCPConn)
	c := &conn{tcp: tcp, kernel: newStamper(tcp, d.lossy), clock: d.clock, lenders: &d.lenders}
	if d.pace != nil {
		c.pace = d.pace()
	}
	c.unwatch = c.watch(ctx)
	c.stream = c.tcp
	if d.config == nil {
		return c, p, nil
	}
	tc := tls.Client(encrypted{c.tcp, c}, d.config)
	c.stream = tc
	if err := tc.HandshakeContext(ctx); err != nil {
		c.unwatch()
		nc.Close()
		return nil, p, err
	}
	p.tls = clock.Now()
	p.resumed = tc.ConnectionState().DidResume
	return c, p, nil
}
