package loadgen

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// bindLate has the kernel choose the port of a socket when it connects, and not before,
// when its source address is set (IP_BIND_ADDRESS_NO_PORT, ip(7)): then a port is taken for
// this server alone, and what is missing is told by the same error as without an address.
func bindLate(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.SOL_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
	})
	if err != nil {
		return err
	}
	return failed
}
