package loadgen

import (
	"net"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// departures learn from the kernel when what was written to a TCP socket left
// the machine: the stamp that the network device's driver takes
// (SO_TIMESTAMPING, the kernel's documentation of timestamping). One goroutine
// at a time may use it.
type departures struct {
	raw     syscall.RawConn
	total   uint32           // bytes written; the kernel numbers them alike, from 0
	pending []departing      // writes whose stamp has not come
	try     func(fd uintptr) // next, made once so that no write allocates it
	msg     unix.Msghdr
	oob     [256]byte
	stamp   int64
	id      uint32
	got     bool
}

// departing is one write: the number of its last byte, and when it began; 0
// when nobody asks.
type departing struct {
	last  uint32
	began int64
}

// newDepartures asks the kernel to stamp what c sends from now on; nil when it
// does not.
func newDepartures(c *net.TCPConn) *departures {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil
	}
	const flags = unix.SOF_TIMESTAMPING_TX_SOFTWARE | unix.SOF_TIMESTAMPING_SOFTWARE |
		unix.SOF_TIMESTAMPING_OPT_ID | unix.SOF_TIMESTAMPING_OPT_TSONLY
	refused := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPING, flags)
	})
	if refused != nil || err != nil {
		return nil
	}
	d := &departures{raw: raw}
	d.try = d.next
	return d
}

// maxPending bounds the writes whose stamps are waited for: a kernel that
// joins segments stamps the last write of each only.
const maxPending = 64

// wrote notes a write of n bytes that began at the instant began.
func (d *departures) wrote(n int, began int64) {
	if n <= 0 {
		return
	}
	d.total += uint32(n)
	if len(d.pending) == maxPending {
		d.pending = d.pending[:copy(d.pending, d.pending[1:])]
	}
	d.pending = append(d.pending, departing{d.total - 1, began})
}

// collect calls left for each write whose stamp has come since: when it began,
// and when its last byte left, CLOCK_REALTIME in nanoseconds since 1970.
func (d *departures) collect(left func(began, unixNano int64)) {
	for {
		d.got = false
		if d.raw.Control(d.try) != nil || !d.got {
			return
		}
		for i, p := range d.pending {
			if p.last != d.id {
				continue
			}
			if p.began != 0 && d.stamp != 0 {
				left(p.began, d.stamp)
			}
			d.pending = d.pending[:copy(d.pending, d.pending[i+1:])]
			break
		}
	}
}

// next takes one stamp from the socket's error queue.
func (d *departures) next(fd uintptr) {
	d.msg.Control = &d.oob[0]
	d.msg.SetControllen(len(d.oob))
	_, _, errno := syscall.Syscall(syscall.SYS_RECVMSG, fd, uintptr(unsafe.Pointer(&d.msg)), unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
	if errno != 0 {
		return
	}
	d.got, d.stamp, d.id = true, 0, 0
	for b := d.oob[:d.msg.Controllen]; len(b) >= unix.SizeofCmsghdr; {
		h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
		size := int(h.Len)
		if size < unix.SizeofCmsghdr || size > len(b) {
			return
		}
		switch data := b[unix.SizeofCmsghdr:size]; {
		case h.Level == unix.SOL_SOCKET && h.Type == unix.SCM_TIMESTAMPING:
			d.stamp = timespec(data)
		case h.Level == unix.SOL_IP && h.Type == unix.IP_RECVERR, h.Level == unix.SOL_IPV6 && h.Type == unix.IPV6_RECVERR:
			d.id = stampID(data)
		}
		b = b[min(len(b), unix.CmsgSpace(size-unix.SizeofCmsghdr)):]
	}
}
