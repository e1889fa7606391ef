package loadgen

import "golang.org/x/sys/unix"

// hungUp reports whether the other side has ended its stream, and there is
// nothing left to read, or the connection is reset.
func (c *conn) hungUp() bool {
	n, err := c.peek()
	return n == 0 && err == nil || c.taken.Load() != nil
}

// readable reports whether a read would not wait.
func (c *conn) readable() bool {
	_, err := c.peek()
	return err != unix.EAGAIN
}

// peek reads a byte that stays where it is, without waiting. An error of the connection
// it keeps.
func (c *conn) peek() (n int, err error) {
	raw, err := c.tcp.SyscallConn()
	if err != nil {
		return 0, err
	}
	failed := raw.Control(func(fd uintptr) {
		var one [1]byte
		n, _, err = unix.Recvfrom(int(fd), one[:], unix.MSG_PEEK|unix.MSG_DONTWAIT)
	})
	if failed != nil {
		return 0, failed
	}
	if err != nil && err != unix.EAGAIN && err != unix.EINTR {
		c.keep(err)
	}
	return n, err
}
