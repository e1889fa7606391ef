package ledger

import (
	"encoding/binary"
	"errors"
	"net"

	"golang.org/x/sys/unix"
)

// ReadSocket reads TCP_INFO (Linux tcp(7)) of a connection whose descriptor is open. It
// may be called whatever has become of the connection: how it ended, who read its end
// and who was told of an error make no difference. A byte that is received meanwhile is
// in all counters or in none, so that nobody else may read.
func ReadSocket(c *net.TCPConn) (s Socket, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return s, err
	}
	var r reading
	var sysErr error
	err = raw.Control(func(fd uintptr) { r, sysErr = read(int(fd)) })
	if err = errors.Join(err, sysErr); err != nil {
		return s, err
	}
	s = Socket{
		Local: c.LocalAddr().(*net.TCPAddr).AddrPort(), Remote: c.RemoteAddr().(*net.TCPAddr).AddrPort(),
		In: int64(r.info.Bytes_received), Unread: int64(r.unread),
		Out:        int64(r.info.Bytes_sent - r.info.Bytes_retrans),
		SegmentsIn: int64(r.info.Segs_in), SegmentsOut: int64(r.info.Segs_out),
		Retransmitted: int64(r.info.Bytes_retrans),
		Closed:        r.info.State == unix.BPF_TCP_CLOSE, Lost: r.lost,
	}
	if r.ended {
		s.In--
	}
	header := int64(20 + 20)
	if s.Remote.Addr().Unmap().Is6() {
		header += 20
	}
	if r.info.Options&1 != 0 { // TCPI_OPT_TIMESTAMPS
		header += 12
	}
	s.HeadersIn, s.HeadersOut = header*s.SegmentsIn+synExtra, header*s.SegmentsOut+synExtra
	return s, nil
}

// A reading is what the kernel says of a connection at one instant.
type reading struct {
	info   *unix.TCPInfo
	unread int   // bytes
	ended  bool  // the other side's FIN has come, which the kernel counts as a byte received
	lost   error // see Socket.Lost
}

// read reads until nothing was received between its system calls. One TCP_INFO is not of
// one instant: the kernel reads the state before it locks the connection to read the
// counters, among which a FIN may be that has come since. That nothing was received
// between two of them makes the state of the second that of both.
func read(fd int) (r reading, err error) {
	before, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
	for err == nil {
		if r.unread, err = unix.IoctlGetInt(fd, unix.TIOCINQ); err != nil {
			break
		}
		if r.info, err = unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO); err != nil {
			break
		}
		if r.info.Bytes_received == before.Bytes_received {
			break
		}
		before = r.info
	}
	if err != nil {
		return r, err
	}
	switch r.info.State {
	case unix.BPF_TCP_CLOSE_WAIT, unix.BPF_TCP_LAST_ACK, unix.BPF_TCP_CLOSING, unix.BPF_TCP_TIME_WAIT:
		r.ended = true
	case unix.BPF_TCP_CLOSE:
		r.ended, r.lost, err = endedBefore(fd, r.unread)
	}
	return r, err
}

// endedBefore reports whether the other side's FIN had come to a connection that is closed,
// which it is after a reset without one, too. A read returns 0 after either of them, and an
// error is told once, to whoever calls first. But of what there is to read the kernel tells
// two numbers: for TIOCINQ, which the caller knows, the FIN counts for nothing, and for
// TCP_INQ (<linux/tcp.h>) as a byte, also when it has been read. If there is nothing to
// read, not even a FIN, and an error is to be told, this call takes it.
func endedBefore(fd, unread int) (ended bool, lost, err error) {
	if err = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_INQ, 1); err != nil {
		return false, nil, err
	}
	defer func() { err = errors.Join(err, unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_INQ, 0)) }()
	var one [1]byte
	var oob [256]byte // the kernel's stamp of a byte comes first
	n := 0
	for lost = unix.EINTR; lost == unix.EINTR; {
		_, n, _, _, lost = unix.Recvmsg(fd, one[:], oob[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	}
	if lost != nil {
		return false, lost, nil
	}
	messages, err := unix.ParseSocketControlMessage(oob[:n])
	if err != nil {
		return false, nil, err
	}
	for _, m := range messages {
		if m.Header.Level == unix.IPPROTO_TCP && m.Header.Type == unix.TCP_CM_INQ && len(m.Data) >= 4 {
			return int(binary.NativeEndian.Uint32(m.Data)) > unread, nil, nil
		}
	}
	return false, nil, errors.New("the kernel does not tell what there is to read (TCP_INQ)")
}
