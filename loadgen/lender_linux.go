package loadgen

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// nowhere lends what a read needs that goes to where the caller says.
var nowhere lender

// A space is what one call of recvmsg(2) reads into.
type space struct {
	of  *lender
	b   []byte
	msg unix.Msghdr
	iov unix.Iovec
	oob [stampSpace]byte
}

// lend returns space, which is to be given back.
func (l *lender) lend() *space {
	if s, _ := l.pool.Get().(*space); s != nil {
		return s
	}
	s := &space{of: l, b: make([]byte, l.size.Load())}
	s.msg.Iov, s.msg.Control = &s.iov, &s.oob[0]
	s.msg.SetIovlen(1)
	return s
}

func (s *space) giveBack() { s.of.pool.Put(s) }

// aim has the next call read into b.
func (s *space) aim(b []byte) {
	s.iov.Base = &b[0]
	s.iov.SetLen(len(b))
	s.msg.SetControllen(stampSpace)
}

// stamp is the kernel's stamp of what was read, in nanoseconds since 1970; 0: there is none.
func (s *space) stamp() int64 {
	head := (*unix.Cmsghdr)(unsafe.Pointer(&s.oob[0]))
	if s.msg.Controllen < stampSpace || head.Level != unix.SOL_SOCKET || head.Type != unix.SCM_TIMESTAMPNS {
		return 0
	}
	return (*unix.Timespec)(unsafe.Pointer(&s.oob[stampHead])).Nano()
}
