package servers

import (
	"io"
	"net"
	"sync"
	"time"
)

// A conn is a connection that the server writes to by itself: a tcp client's
// or, once net/http gave it up, a WebSocket's. Writes may be called
// concurrently and each goes out whole. A write may take as long as the write
// timeout; the deadline is moved only when a quarter of it is used up, because
// to move it costs as much as a small write's own bookkeeping.
type conn struct {
	net.Conn
	timeout time.Duration
	gone    chan struct{} // closed when the client left or is to leave
	leaving sync.Once
	closing sync.Once
	closed  func()

	mu      sync.Mutex
	limit   deadline
	gather  bool
	gathers batch
}

// Write writes p, or adds it to the batch between cork and uncork.
func (c *conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.gather {
		return c.send(p)
	}
	c.gathers.add(p)
	if c.gathers.err != nil {
		return 0, c.gathers.err
	}
	return len(p), nil
}

// cork makes the writes that follow one batch, which uncork writes.
func (c *conn) cork() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gather, c.gathers = true, newBatch(sender{c})
}

func (c *conn) uncork() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gather = false
	return c.gathers.end()
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
	c.closing.Do(c.closed)
	return err
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
func (c *conn) leave() { c.leaving.Do(func() { close(c.gone) }) }

// sender is the way of a batch past the cork.
type sender struct{ c *conn }

func (s sender) Write(p []byte) (int, error) { return s.c.send(p) }

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
	c.closed = func() {
		s.stats.connections.Add(-1)
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
