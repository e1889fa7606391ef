package loadgen

import (
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// counters reads TCP_INFO (Linux tcp(7)).
func (c *conn) counters() (s socket, err error) {
	raw, err := c.tcp.SyscallConn()
	if err != nil {
		return s, err
	}
	var info *unix.TCPInfo
	var unread, after int
	var sysErr error
	err = raw.Control(func(fd uintptr) {
		// Nothing may come between the two.
		for again := true; again && sysErr == nil; again = unread != after {
			if unread, sysErr = unix.IoctlGetInt(int(fd), unix.TIOCINQ); sysErr != nil {
				return
			}
			if info, sysErr = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); sysErr != nil {
				return
			}
			after, sysErr = unix.IoctlGetInt(int(fd), unix.TIOCINQ)
		}
	})
	if err = errors.Join(err, sysErr); err != nil {
		return s, err
	}
	s = socket{
		local: c.tcp.LocalAddr().(*net.TCPAddr).AddrPort(), remote: c.tcp.RemoteAddr().(*net.TCPAddr).AddrPort(),
		in: int64(info.Bytes_received), unread: int64(unread),
		out:    int64(info.Bytes_sent - info.Bytes_retrans),
		segsIn: int64(info.Segs_in), segsOut: int64(info.Segs_out),
		retransmitted: int64(info.Bytes_retrans),
		encryptedIn:   c.encryptedIn, encryptedOut: c.encryptedOut,
	}
	switch info.State {
	case unix.BPF_TCP_CLOSE_WAIT, unix.BPF_TCP_LAST_ACK, unix.BPF_TCP_CLOSING, unix.BPF_TCP_TIME_WAIT:
		c.ended = true
	}
	if c.ended {
		s.in--
	}
	header := int64(20 + 20)
	if s.remote.Addr().Unmap().Is6() {
		header += 20
	}
	if info.Options&1 != 0 { // TCPI_OPT_TIMESTAMPS
		header += 12
	}
	s.headersIn, s.headersOut = header*s.segsIn+synExtra, header*s.segsOut+synExtra
	return s, nil
}

// hungUp reports whether the other side has ended its stream, and there is
// nothing left to read.
func (c *conn) hungUp() (ended bool) {
	raw, err := c.tcp.SyscallConn()
	if err != nil {
		return false
	}
	_ = raw.Control(func(fd uintptr) {
		var one [1]byte
		n, _, err := unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
		ended = n == 0 && err == nil
	})
	return ended
}
