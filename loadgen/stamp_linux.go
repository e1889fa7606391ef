package loadgen

import (
	"io"
	"net"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"pushbench/loadgen/clock"
)

// A stamper reads from a TCP socket and learns, with what it reads, when the
// last byte of it reached this machine (SO_TIMESTAMPNS, socket(7)): the
// kernel's own stamp of the segment, CLOCK_REALTIME, taken before the data
// waits for anybody. One goroutine at a time may read.
type stamper struct {
	raw   syscall.RawConn
	try   func(fd uintptr) bool // recvmsg, made once so that no read allocates it
	from  *lender               // of the space for the read that is under way
	to    []byte                // where that goes; nil: into what is lent
	lent  *space                // nil: none is
	room  int                   // bytes that the last read had room for
	n     int
	errno syscall.Errno

	lossy  bool             // packets are lost on the way
	empty  int64            // where they are: when nothing was left to read last; 0: at no time
	early  uint32           // where they are: packets that had come behind a gap by then
	behind uint32           // and by the last read
	ioctl  func(fd uintptr) // as try: how much can be read
	there  int              // bytes
}

// A control message with a timespec: 16 bytes of head (length, SOL_SOCKET,
// SCM_TIMESTAMPNS) and 16 of seconds and nanoseconds, on 64-bit machines.
const (
	stampHead  = 16
	stampSpace = 32
)

// newStamper asks the kernel to stamp what c receives; nil when it does not. lossy says that packets
// are lost on the way.
func newStamper(c *net.TCPConn, lossy bool) *stamper {
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
	s := &stamper{raw: raw, lossy: lossy}
	s.try = func(fd uintptr) bool { return s.recvmsg(fd) } // no method value: its wrapper is a frame on the stack
	s.ioctl = s.inq
	return s
}

// held reports whether what was read last, whose stamp is of the instant at, may have waited in
// the kernel behind a lost packet. The kernel keeps it there with the stamp of its arrival, and
// tells nobody; what it tells is how many packets have come behind a gap (TCP_INFO, tcp(7)).
// Either there were more of them since nothing was left to read, or it was there then.
func (s *stamper) held(at int64) bool { return s.lossy && (at < s.empty || s.behind != s.early) }

// behindGaps is how many packets have come behind a gap since the connection was opened.
func behindGaps(fd uintptr) uint32 {
	info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return 0 // the socket has ended, and no packet comes
	}
	return info.Rcv_ooopack
}

// unread reports whether there is more to read.
func (s *stamper) unread() bool {
	s.there = 0
	return s.raw.Control(s.ioctl) == nil && s.there > 0
}

func (s *stamper) inq(fd uintptr) { s.there, _ = unix.IoctlGetInt(int(fd), unix.TIOCINQ) }

func (s *stamper) recvmsg(fd uintptr) bool {
	if s.lent == nil {
		s.lent = s.from.lend()
	}
	to := s.to
	if to == nil {
		to = s.lent.b
	}
	s.room = len(to)
	for {
		s.lent.aim(to)
		n, _, errno := syscall.Syscall(syscall.SYS_RECVMSG, fd, uintptr(unsafe.Pointer(&s.lent.msg)), 0)
		if errno == syscall.EINTR {
			continue
		}
		s.n, s.errno = int(n), errno
		drained := errno == syscall.EAGAIN
		if s.lossy {
			s.behind = behindGaps(fd)
			if drained {
				s.early, s.empty = s.behind, clock.Now()
			}
		}
		if drained && s.to == nil {
			s.release()
		}
		return !drained
	}
}

// release gives back what is lent.
func (s *stamper) release() {
	if s.lent != nil {
		s.lent.giveBack()
		s.lent = nil
	}
}

// read is Read of io.Reader. at is the kernel's stamp in nanoseconds since
// 1970; 0 when there is none. It is that of the last segment of which the read
// took something; segments that the kernel has joined have that of the last.
func (s *stamper) read(b []byte) (n int, at int64, err error) {
	if len(b) == 0 {
		return 0, 0, nil
	}
	held := s.lent != nil
	s.from, s.to = &nowhere, b
	n, at, err = s.receive()
	s.to = nil // it is the caller's
	if s.lent != nil {
		s.lent.iov.Base = nil
		if !held {
			s.release()
		}
	}
	return n, at, err
}

// borrow is read into space that is borrowed from a lender while there is something to read:
// it is lent from then on, until the next time that there is nothing.
func (s *stamper) borrow(from *lender) (n int, at int64, err error) {
	s.from = from
	if n, at, err = s.receive(); err != nil {
		s.release()
	}
	return n, at, err
}

func (s *stamper) receive() (n int, at int64, err error) {
	err = s.raw.Read(s.try)
	switch {
	case err != nil:
		return 0, 0, err
	case s.errno != 0:
		return 0, 0, os.NewSyscallError("recvmsg", s.errno)
	case s.n == 0:
		return 0, 0, io.EOF
	}
	return s.n, s.lent.stamp(), nil
}
