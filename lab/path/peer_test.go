//go:build linux

package path

import (
	"io"
	"net"
	"sync"
	"testing"
)

// echo starts a server that sends back what comes, and returns its address.
func echo(t testing.TB, p *Path) string {
	return serve(t, p, func(c net.Conn) { _, _ = io.Copy(c, c) })
}

// sink starts a server that reads what comes.
func sink(t testing.TB, p *Path) string {
	return serve(t, p, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
}

// serve starts a server in the path's server namespace, which ends with the
// test.
func serve(t testing.TB, p *Path, handle func(net.Conn)) string {
	t.Helper()
	var l net.Listener
	err := p.Server().Do(func() (err error) {
		l, err = net.Listen("tcp", net.JoinHostPort(p.Server().Addr().String(), "0"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var open []net.Conn
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			conns.Go(func() {
				defer c.Close()
				handle(c)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		conns.Wait()
	})
	return l.Addr().String()
}

// connect dials from the path's client namespace; the connection is closed
// with the test.
func connect(t testing.TB, p *Path, addr string) *net.TCPConn {
	t.Helper()
	c, err := p.Client().DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.(*net.TCPConn)
}
