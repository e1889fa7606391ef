package servers

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// A conn is a connection that the server writes to by itself: a tcp client's
// or, once net/http gave it up, an event stream's or a WebSocket's, which over HTTP/2 is a tunnel.
// Writes may be called concurrently and each goes out whole. A write may take as
// long as the write timeout; the deadline is moved only when a quarter of it is used up, because
// to move it costs as much as a small write's own bookkeeping.
type conn struct {
	net.Conn
	timeout time.Duration
	gone    chan struct{} // closed when the client left or is to leave
	leaving sync.Once
	depart  atomic.Pointer[func()] // called when it leaves
	closing sync.Once
	counted func() // counts it out

	mu    sync.Mutex
	limit deadline

	// Of a WebSocket.
	deflates bool // permessage-deflate was agreed on
	controls bool // gorilla writes nothing but control frames
	closed   bool // it has written a close frame
}

// Write writes p. It writes nothing behind the close frame of a WebSocket (RFC 6455 section 5.5.1).
func (c *conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return 0, websocket.ErrCloseSent
	}
	return c.send(p)
}

// send writes p within the write timeout. The caller holds mu.
func (c *conn) send(p []byte) (int, error) {
	if err := c.limit.extend(c.timeout, c.Conn.SetWriteDeadline); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// SetWriteDeadline does nothing: Write keeps the deadline.
func (c *conn) SetWriteDeadline(time.Time) error { return nil }

// Close closes the connection and counts it out, once.
func (c *conn) Close() error {
	c.leave()
	err := c.Conn.Close()
	c.closing.Do(c.counted)
	return err
}

// release gives up the connection, which stays open, and counts it out.
func (c *conn) release() net.Conn {
	c.closing.Do(c.counted)
	return c.Conn
}

// drain ends the connection without destroying what was written last: it
// sends the end of the stream and reads until the client has ended its own,
// for a second at most. On a closed connection it does nothing.
func (c *conn) drain() {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		c.SetReadDeadline(time.Now().Add(closeTimeout))
		io.Copy(io.Discard, c.Conn)
	}
	c.Close()
}

// leave tells the one that serves c to end.
func (c *conn) leave() {
	c.leaving.Do(func() {
		close(c.gone)
		if f := c.depart.Load(); f != nil {
			go (*f)()
		}
	})
}

// whenLeaving has f called, once or twice, in a goroutine of its own when the one that serves c
// is to end. Nil: nothing is called any more.
func (c *conn) whenLeaving(f func()) {
	if f == nil {
		c.depart.Store(nil)
		return
	}
	c.depart.Store(&f)
	select {
	case <-c.gone:
		go f()
	default:
	}
}

// ignore reads what the client says and drops it, until it has left. io.Discard would hold
// 8 KiB for that.
func (c *conn) ignore() error {
	for said := make([]byte, 64); ; {
		if _, err := c.Read(said); err != nil {
			return err
		}
	}
}

// shut ends the connection towards the client, who has a second to do the same.
func (c *conn) shut() {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		c.SetReadDeadline(time.Now().Add(closeTimeout))
		return
	}
	c.Close()
}

// stream runs st, which is written to c, and ends it when c is to leave.
func (c *conn) stream(st *stream, hear func() error) (err, heard error) {
	return st.run(func() error {
		c.whenLeaving(st.leave)
		defer c.whenLeaving(nil)
		return hear()
	})
}

// A deadline is when writes to a client have to be over. The zero value is
// one that was never set.
type deadline struct{ set time.Time }

// extend sees to it that a write that begins now has at least timeout to
// finish, and at most a quarter more.
func (d *deadline) extend(timeout time.Duration, set func(time.Time) error) error {
	now := time.Now()
	if now.Sub(d.set) <= timeout/4 {
		return nil
	}
	d.set = now
	return set(now.Add(timeout + timeout/4))
}

// connections is the set of a server's open conns.
type connections struct {
	mu      sync.Mutex
	open    map[*conn]struct{}
	leaving bool
}

// track takes charge of nc until it is closed.
func (s *Server) track(nc net.Conn) *conn {
	c := &conn{Conn: nc, timeout: s.o.WriteTimeout, gone: make(chan struct{})}
	c.counted = func() {
		if !c.tunnels() { // else connState counts its connection
			s.stats.connections.Add(-1)
		}
		s.conns.mu.Lock()
		defer s.conns.mu.Unlock()
		delete(s.conns.open, c)
	}
	s.conns.mu.Lock()
	defer s.conns.mu.Unlock()
	if s.conns.open == nil {
		s.conns.open = make(map[*conn]struct{})
	}
	s.conns.open[c] = struct{}{}
	if s.conns.leaving {
		c.leave()
	}
	return c
}

// leave tells everybody, and those who are yet to come, to end.
func (cs *connections) leave() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.leaving = true
	for c := range cs.open {
		c.leave()
	}
}

// cut closes whatever is open. Those who serve it find out by themselves.
func (cs *connections) cut() {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for c := range cs.open {
		c.Conn.Close()
	}
}
