package ledger

import (
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// ReadSocket reads TCP_INFO (Linux tcp(7)) of a connection that is not closed.
// hadEnded says that the other side's end of the stream has been read; ended
// says the same or that the kernel knows of it.
func ReadSocket(c *net.TCPConn, hadEnded bool) (s Socket, ended bool, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return s, hadEnded, err
	}
	var info *unix.TCPInfo
	var unread, after int
	var sysErr error
	err = raw.Control(func(fd uintptr) {
		// Nothing may come between the two.
		for moved := true; moved && sysErr == nil; moved = unread != after {
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
		return s, hadEnded, err
	}
	ended = hadEnded
	s = Socket{
		Local: c.LocalAddr().(*net.TCPAddr).AddrPort(), Remote: c.RemoteAddr().(*net.TCPAddr).AddrPort(),
		In: int64(info.Bytes_received), Unread: int64(unread),
		Out:        int64(info.Bytes_sent - info.Bytes_retrans),
		SegmentsIn: int64(info.Segs_in), SegmentsOut: int64(info.Segs_out),
		Retransmitted: int64(info.Bytes_retrans),
	}
	switch info.State {
	case unix.BPF_TCP_CLOSE_WAIT, unix.BPF_TCP_LAST_ACK, unix.BPF_TCP_CLOSING, unix.BPF_TCP_TIME_WAIT:
		ended = true
	}
	if ended {
		s.In--
	}
	header := int64(20 + 20)
	if s.Remote.Addr().Unmap().Is6() {
		header += 20
	}
	if info.Options&1 != 0 { // TCPI_OPT_TIMESTAMPS
		header += 12
	}
	s.HeadersIn, s.HeadersOut = header*s.SegmentsIn+synExtra, header*s.SegmentsOut+synExtra
	return s, ended, nil
}
