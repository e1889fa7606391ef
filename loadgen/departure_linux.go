package loadgen

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// departures learn from the kernel when what was written to a TCP socket left
// the machine: the stamp that the network device's driver takes
// (SO_TIMESTAMPING, the kernel's documentation of timestamping). One goroutine
// at a time may use it.
type departures struct {
	raw     syscall.RawConn
	total   uint32      // bytes written; the kernel numbers them alike, from 0
	pending []departing // writes whose stamp has not come
	try     func(fd uintptr)
	oob     [128]byte
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
	_, n, _, _, err := unix.Recvmsg(int(fd), nil, d.oob[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
	if err != nil {
		return
	}
	d.got, d.stamp, d.id = true, 0, 0
	messages, err := unix.ParseSocketControlMessage(d.oob[:n])
	if err != nil {
		return
	}
	for _, m := range messages {
		switch {
		case m.Header.Level == unix.SOL_SOCKET && m.Header.Type == unix.SCM_TIMESTAMPING:
			d.stamp = timespec(m.Data)
		case m.Header.Level == unix.SOL_IP && m.Header.Type == unix.IP_RECVERR,
			m.Header.Level == unix.SOL_IPV6 && m.Header.Type == unix.IPV6_RECVERR:
			d.id = stampID(m.Data)
		}
	}
}
