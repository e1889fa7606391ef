package loadgen

import (
	"io"
	"net"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A stamper reads from a TCP socket and learns, with what it reads, when the
// last byte of it reached this machine (SO_TIMESTAMPNS, socket(7)): the
// kernel's own stamp of the segment, CLOCK_REALTIME, taken before the data
// waits for anybody. One goroutine at a time may read.
type stamper struct {
	raw   syscall.RawConn
	try   func(fd uintptr) bool // recvmsg, made once so that no read allocates it
	ioctl func(fd uintptr)      // likewise: how much can be read
	there int                   // bytes
	msg   unix.Msghdr
	iov   unix.Iovec
	oob   [stampSpace]byte
	n     int
	errno syscall.Errno
}

// A control message with a timespec: 16 bytes of head (length, SOL_SOCKET,
// SCM_TIMESTAMPNS) and 16 of seconds and nanoseconds, on 64-bit machines.
const (
	stampHead  = 16
	stampSpace = 32
)

// newStamper asks the kernel to stamp what c receives; nil when it does not.
func newStamper(c *net.TCPConn) *stamper {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil
	}
	refused := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	})
	if refused != nil || err != nil || unsafe.Sizeof(unix.Timespec{}) != stampSpace-stampHead {
		return nil
	}
	s := &stamper{raw: raw}
	s.try, s.ioctl = s.recvmsg, s.inq
	return s
}

// unread reports whether there is more to read.
func (s *stamper) unread() bool {
	s.there = 0
	return s.raw.Control(s.ioctl) == nil && s.there > 0
}

func (s *stamper) inq(fd uintptr) { s.there, _ = unix.IoctlGetInt(int(fd), unix.TIOCINQ) }

func (s *stamper) recvmsg(fd uintptr) bool {
	for {
		s.msg.Control = &s.oob[0]
		s.msg.SetControllen(stampSpace)
		n, _, errno := syscall.Syscall(syscall.SYS_RECVMSG, fd, uintptr(unsafe.Pointer(&s.msg)), 0)
		if errno == syscall.EINTR {
			continue
		}
		s.n, s.errno = int(n), errno
		return errno != syscall.EAGAIN
	}
}

// read is Read of io.Reader. at is the kernel's stamp in nanoseconds since
// 1970; 0 when there is none. It is that of the last segment of which the read
// took something; segments that the kernel has joined have that of the last.
func (s *stamper) read(b []byte) (n int, at int64, err error) {
	if len(b) == 0 {
		return 0, 0, nil
	}
	s.iov.Base = &b[0]
	s.iov.SetLen(len(b))
	s.msg.Iov = &s.iov
	s.msg.SetIovlen(1)
	err = s.raw.Read(s.try)
	s.iov.Base = nil // the buffer is the caller's
	switch {
	case err != nil:
		return 0, 0, err
	case s.errno != 0:
		return 0, 0, os.NewSyscallError("recvmsg", s.errno)
	case s.n == 0:
		return 0, 0, io.EOF
	}
	head := (*unix.Cmsghdr)(unsafe.Pointer(&s.oob[0]))
	if s.msg.Controllen >= stampSpace && head.Level == unix.SOL_SOCKET && head.Type == unix.SCM_TIMESTAMPNS {
		at = (*unix.Timespec)(unsafe.Pointer(&s.oob[stampHead])).Nano()
	}
	return s.n, at, nil
}
