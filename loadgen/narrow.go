package loadgen

import (
	"context"
	"net"
	"syscall"
)

// A narrow dialer connects with little room for what is received and not read, and as over
// Ethernet: over loopback, whose segments are 64 KiB, a server's kernel takes megabytes for a
// client before the server has to wait.
type narrow struct {
	inside func(f func() error) error // as Target.Inside
	room   int                        // bytes
}

func (n narrow) DialContext(ctx context.Context, network, address string) (c net.Conn, err error) {
	d := net.Dialer{KeepAlive: -1, Control: func(_, _ string, raw syscall.RawConn) error { return narrowed(raw, n.room) }}
	d.SetMultipathTCP(false)
	if n.inside == nil {
		return d.DialContext(ctx, network, address)
	}
	err = n.inside(func() (err error) {
		c, err = d.DialContext(ctx, network, address)
		return err
	})
	if err != nil && c != nil {
		c.Close()
	}
	return c, err
}
