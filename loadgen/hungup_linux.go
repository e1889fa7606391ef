package loadgen

import "golang.org/x/sys/unix"

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
