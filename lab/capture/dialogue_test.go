//go:build linux

package capture

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"pushbench/servers/wire"
)

const (
	upward     = 300_000 // bytes that the client writes
	eventSize  = 700
	eventCount = 500
)

// A dialogue is one connection: the client writes and ends its side, then the
// server writes events and ends the other.
type dialogue struct {
	listener net.Listener
	downward []byte
	address  netip.AddrPort
	client   netip.AddrPort
	served   chan error
}

func newDialogue(t *testing.T, there *namespace, host string) *dialogue {
	d := &dialogue{served: make(chan error, 1)}
	for seq := range uint64(eventCount) {
		d.downward = wire.AppendPayload(append(d.downward, "data: "...), seq, eventSize)
	}
	there.do(t, func() (err error) {
		d.listener, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
		return err
	})
	t.Cleanup(func() { d.listener.Close() })
	d.address = d.listener.Addr().(*net.TCPAddr).AddrPort()
	return d
}

// hold holds it, with the client in a namespace, and returns the client's
// TCP_INFO when both sides have ended and before it is closed.
func (d *dialogue) hold(t *testing.T, here *namespace) (info *unix.TCPInfo) {
	go func() { d.served <- d.serve() }()
	here.do(t, func() error {
		conn, err := net.Dial("tcp", d.address.String())
		if err != nil {
			return err
		}
		defer conn.Close()
		d.client = conn.LocalAddr().(*net.TCPAddr).AddrPort()
		if _, err := conn.Write(make([]byte, upward)); err != nil {
			return err
		}
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, conn); err != nil {
			return err
		}
		raw, err := conn.(*net.TCPConn).SyscallConn()
		if err != nil {
			return err
		}
		refused := raw.Control(func(fd uintptr) { info, err = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO) })
		return errors.Join(refused, err)
	})
	if err := <-d.served; err != nil {
		t.Fatal(err)
	}
	return info
}

func (d *dialogue) serve() error {
	conn, err := d.listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := io.Copy(io.Discard, conn); err != nil {
		return err
	}
	_, err = conn.Write(d.downward)
	return err
}
