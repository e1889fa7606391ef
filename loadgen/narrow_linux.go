package loadgen

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// ethernetSegment is the largest segment that Ethernet's packets of 1,500 bytes have room for.
const ethernetSegment = 1460

// narrowed gives a socket that is not connected yet a receive buffer of so many bytes, which the
// kernel doubles for what it needs itself (SO_RCVBUF, socket(7)), and has the other side send
// segments as over Ethernet (TCP_MAXSEG, tcp(7)).
func narrowed(raw syscall.RawConn, room int) (err error) {
	closed := raw.Control(func(fd uintptr) {
		err = errors.Join(
			unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, room),
			unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_MAXSEG, ethernetSegment))
	})
	return errors.Join(closed, os.NewSyscallError("setsockopt", err))
}
