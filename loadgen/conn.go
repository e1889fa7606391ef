package loadgen

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// kind is a column of the byte ledger that the clients fill; TCP/IP headers
// are computed from segment counts and have none.
type kind int

const (
	payload kind = iota
	framing
	head
	chunking
	websocketHead
	tlsRecord
	kinds
)

// A tally is one direction of a connection's ledger. It is written by the
// connection's goroutine and read by the marks.
type tally [kinds]atomic.Int64

func (t *tally) add(k kind, n int) { t[k].Add(int64(n)) }

// A conn is the connection of one client, the same class under every
// transport: it counts what the kernel gave and took, and stamps each read.
// Exactly one goroutine reads it at a time.
type conn struct {
	tcp    *net.TCPConn
	stream net.Conn // tcp itself, or TLS over it
	readAt int64    // instant at which the last Read returned
	in     tally
	out    tally

	// unwatch ends the bond to the context that the connection was dialed
	// with; while it lasts, the context's end makes every read and write fail.
	unwatch func() bool
}

// Read reads plaintext. It stamps the read before anything is done with it.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.stream.Read(b)
	c.readAt = now()
	return n, err
}

// encrypted is the connection below TLS. It counts records and handshake as
// they pass; the plaintext is taken off again by book.
type encrypted struct {
	*net.TCPConn
	c *conn
}

func (e encrypted) Read(b []byte) (int, error) {
	n, err := e.TCPConn.Read(b)
	e.c.in.add(tlsRecord, n)
	return n, err
}

func (e encrypted) Write(b []byte) (int, error) {
	n, err := e.TCPConn.Write(b)
	e.c.out.add(tlsRecord, n)
	return n, err
}

// sent and received book n plaintext bytes under kind k. Under TLS they have
// been counted with the records before, so what remains there is the price of
// TLS alone: record heads, authentication tags, handshake and tickets.
func (c *conn) sent(k kind, n int)     { c.book(&c.out, k, n) }
func (c *conn) received(k kind, n int) { c.book(&c.in, k, n) }

func (c *conn) book(t *tally, k kind, n int) {
	t.add(k, n)
	if c.stream != net.Conn(c.tcp) {
		t.add(tlsRecord, -n)
	}
}

// phases are the instants of opening a connection.
type phases struct {
	began, tcp, tls int64 // tls equals tcp without TLS
	resumed         bool
}

// A dialer opens the connections of one trial.
type dialer struct {
	via     Dialer
	address string
	config  *tls.Config // nil: no TLS
}

// direct is the way from where this process is.
var direct Dialer = &net.Dialer{KeepAlive: -1}

func newDialer(via Dialer, address, cert string, useTLS, resume bool) (*dialer, error) {
	d := &dialer{via: via, address: address}
	if via == nil {
		d.via = direct
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

// dial connects and, for a variant with TLS, shakes hands. The connection
// obeys ctx until unwatch is called.
func (d *dialer) dial(ctx context.Context) (*conn, phases, error) {
	var p phases
	p.began = now()
	nc, err := d.via.DialContext(ctx, "tcp", d.address)
	p.tcp = now()
	p.tls = p.tcp
	if err != nil {
		return nil, p, err
	}
	c := &conn{tcp: nc.(*net.TCPConn)}
	c.unwatch = context.AfterFunc(ctx, func() { nc.SetDeadline(time.Unix(1, 0)) })
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
	p.tls = now()
	p.resumed = tc.ConnectionState().DidResume
	return c, p, nil
}

// socket is what the kernel knows of a connection.
type socket struct {
	in, out         int64 // data bytes received, unread ones included, and sent, retransmissions apart
	unread          int64 // received but not yet read
	segsIn, segsOut int64 // pure acknowledgements and the SYN included
	retransmitted   int64 // bytes
	overhead        int64 // IP and TCP header bytes of one segment
}

// synExtra is what SYN and SYN-ACK together have more than other segments:
// each carries 20 bytes of options (maximum segment size, selective
// acknowledgement, timestamps, window scale) where others carry 12.
const synExtra = 16

// inspect reads TCP_INFO (Linux tcp(7)). It must be called before Close.
func (c *conn) inspect() (s socket, err error) {
	raw, err := c.tcp.SyscallConn()
	if err != nil {
		return s, err
	}
	var info *unix.TCPInfo
	var unread int
	var sysErr error
	err = raw.Control(func(fd uintptr) {
		if unread, sysErr = unix.IoctlGetInt(int(fd), unix.TIOCINQ); sysErr == nil {
			info, sysErr = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		}
	})
	if err = errors.Join(err, sysErr); err != nil {
		return s, err
	}
	s = socket{
		in: int64(info.Bytes_received), unread: int64(unread),
		out:    int64(info.Bytes_sent - info.Bytes_retrans),
		segsIn: int64(info.Segs_in), segsOut: int64(info.Segs_out),
		retransmitted: int64(info.Bytes_retrans),
		overhead:      20 + 20,
	}
	if c.tcp.RemoteAddr().(*net.TCPAddr).IP.To4() == nil {
		s.overhead += 20
	}
	if info.Options&1 != 0 { // TCPI_OPT_TIMESTAMPS
		s.overhead += 12
	}
	return s, nil
}
