package servers

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// unsent is how many bytes that were written to c its client has not
// acknowledged (SIOCOUTQ, tcp(7)); known is false when c is no socket.
func unsent(c any) (n int, known bool) {
	socket, ok := c.(syscall.Conn)
	if !ok {
		return 0, false
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return 0, false
	}
	closed := raw.Control(func(fd uintptr) { n, err = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ) })
	return n, closed == nil && err == nil
}

// giveUpAfter has the kernel end a connection when what was sent is not
// acknowledged within d (TCP_USER_TIMEOUT, tcp(7)).
func giveUpAfter(raw syscall.RawConn, d time.Duration) (err error) {
	closed := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, max(1, int(d.Milliseconds())))
	})
	return errors.Join(closed, os.NewSyscallError("setsockopt", err))
}
