package servers

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"
)

// upgraded returns the request that opens over HTTP/1.1 the WebSocket for which r, an
// extended CONNECT, asks (RFC 8441 section 4); nil: r is something else. net/http takes
// such a request only in a process that was told so: see wire.Tunneling. The key is what
// HTTP/1.1 needs and HTTP/2 does not.
func upgraded(r *http.Request) *http.Request {
	if r.ProtoMajor != 2 || r.Method != http.MethodConnect || r.Header.Get(":protocol") != "websocket" {
		return nil
	}
	u := r.Clone(r.Context())
	u.Method, u.ContentLength = http.MethodGet, 0 // what comes is no body
	u.Header.Set("Connection", "Upgrade")
	u.Header.Set("Upgrade", "websocket")
	u.Header.Set("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
	return u
}

// A tunnel is a stream of HTTP/2 as a connection: it reads what the client sends behind its
// request, and what is written leaves at once, each write within the write timeout. What is
// written first is the head of a 101 response, which the client gets as one of HTTP/2.
//
// It is there until the request's handler returns, which ends the stream towards the client.
// Close makes reads and writes fail. It must not be called after that.
type tunnel struct {
	body          io.ReadCloser
	out           *timedWriter
	local, remote net.Addr
	agreed        bool // the head has been written
	closed        atomic.Bool
}

func newTunnel(w http.ResponseWriter, r *http.Request, timeout time.Duration) *tunnel {
	t := &tunnel{body: r.Body, out: newTimedWriter(w, r, timeout)}
	t.local, _ = r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	at, _ := netip.ParseAddrPort(r.RemoteAddr) // of a connection that has no address it is the zero value
	t.remote = net.TCPAddrFromAddrPort(at)
	return t
}

func (t *tunnel) Read(p []byte) (int, error) { return t.body.Read(p) }

func (t *tunnel) Write(p []byte) (n int, err error) {
	if t.closed.Load() {
		return 0, net.ErrClosed
	}
	if !t.agreed {
		t.agreed = true
		err = t.agree(p)
		return len(p), err
	}
	if n, err = t.out.Write(p); err == nil {
		err = t.out.Flush()
	}
	return n, err
}

// agree answers the request with status 200 and the fields of a 101 response, but for those
// that HTTP/2 does not have (RFC 8441 section 5).
func (t *tunnel) agree(head []byte) error {
	res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(head)), nil)
	if err != nil {
		return err
	}
	h := t.out.w.Header()
	for name, values := range res.Header {
		switch name {
		case "Upgrade", "Connection", "Sec-Websocket-Accept":
		default:
			h[name] = values
		}
	}
	t.out.w.WriteHeader(http.StatusOK)
	return t.out.Flush()
}

func (t *tunnel) Close() error {
	t.closed.Store(true)
	t.out.watch.abort()
	return t.body.Close()
}

func (t *tunnel) LocalAddr() net.Addr  { return t.local }
func (t *tunnel) RemoteAddr() net.Addr { return t.remote }

func (t *tunnel) SetReadDeadline(at time.Time) error { return t.out.rc.SetReadDeadline(at) }

// SetWriteDeadline does nothing: each write has the write timeout.
func (t *tunnel) SetWriteDeadline(time.Time) error { return nil }

func (t *tunnel) SetDeadline(at time.Time) error { return t.SetReadDeadline(at) }

// carry has serve carry events over c to its end. Over HTTP/1.1 it returns at once, so that
// net/http can let go of its buffers and its goroutine's stack: a goroutine of the server's
// own goes on. A tunnel lasts no longer than its handler. False: the server ends, and serve
// was not called.
func (s *Server) carry(c *conn, serve func()) bool {
	if !c.tunnels() {
		return s.work.spawn(serve)
	}
	serve()
	return true
}

// tunnels reports whether c is a stream of HTTP/2.
func (c *conn) tunnels() bool {
	_, is := c.Conn.(*tunnel)
	return is
}
