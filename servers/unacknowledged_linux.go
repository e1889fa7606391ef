package servers

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// giveUpAfter has the kernel end a connection when what was sent is not
// acknowledged within d (TCP_USER_TIMEOUT, tcp(7)).
func giveUpAfter(raw syscall.RawConn, d time.Duration) (err error) {
	closed := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, max(1, int(d.Milliseconds())))
	})
	return errors.Join(closed, os.NewSyscallError("setsockopt", err))
}
