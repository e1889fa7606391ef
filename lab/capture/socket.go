//go:build linux

package capture

import (
	"encoding/binary"
	"fmt"
	"net"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A socket is a packet socket (packet(7)) bound to one interface. It is
// cooked (SOCK_DGRAM): the kernel takes the link layer's header off, so that
// Ethernet and TUN give the same bytes and no link type need be known.
//
// It is read now and then, in system calls that do not block, and is in no
// poller: a packet that is captured wakes nobody up.
//
// Note: gopacket's pcapgo.EthernetHandle keeps its descriptor to itself. The
// queue cannot be enlarged, closing it loses what is queued and its drop
// counter, an ended read looks like a failed one, every other interface's
// packets come in until it is bound, and it makes up a time stamp where the
// kernel gives none.
type socket struct {
	fd  int
	box *mailbox
}

const (
	queue = 64 << 20 // what is asked for; the kernel grants twice as much (socket(7))
	batch = 32       // packets to a system call
	room  = 1 << 16  // bytes for a packet of IP, which has at most one less
)

// A mailbox is the memory that recvmmsg(2) fills: it is the same for each call.
type mailbox struct {
	heads    [batch]mmsghdr
	froms    [batch]unix.RawSockaddrLinklayer
	vectors  [batch]unix.Iovec
	controls [batch][128]byte
	packets  [batch][room]byte
}

// mmsghdr is struct mmsghdr of recvmmsg(2).
type mmsghdr struct {
	unix.Msghdr
	length uint32
}

func openSocket(iface string) (*socket, error) {
	i, err := net.InterfaceByName(iface)
	if err != nil {
		return nil, err
	}
	if i.Flags&net.FlagUp == 0 {
		return nil, unix.ENETDOWN
	}
	// Protocol 0 takes nothing until bind names the interface.
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("packet socket: %w", err)
	}
	if err := setUp(fd, i); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("packet socket: %w", err)
	}
	s := &socket{fd, new(mailbox)}
	for i := range batch {
		h := &s.box.heads[i]
		s.box.vectors[i].Base = &s.box.packets[i][0]
		s.box.vectors[i].SetLen(room)
		h.Iov = &s.box.vectors[i]
		h.SetIovlen(1)
		h.Name = (*byte)(unsafe.Pointer(&s.box.froms[i]))
		h.Control = &s.box.controls[i][0]
	}
	return s, nil
}

// setUp sets a packet socket's options and lets packets in as soon as they are
// stamped.
func setUp(fd int, i *net.Interface) error {
	type option struct {
		name               string
		level, code, value int
	}
	options := []option{
		{"queue", unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, queue},
		{"time stamps", unix.SOL_SOCKET, unix.SO_TIMESTAMPING, stamps},
		{"auxiliary data", unix.SOL_PACKET, unix.PACKET_AUXDATA, 1},
	}
	if i.Flags&net.FlagLoopback != 0 {
		options = append(options, option{"incoming only", unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1})
	}
	for _, o := range options {
		if err := unix.SetsockoptInt(fd, o.level, o.code, o.value); err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
	}
	if err := awaitStamps(); err != nil {
		return err
	}
	// Of a single protocol a packet socket sees what enters, but not what leaves.
	if err := unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: network(unix.ETH_P_ALL), Ifindex: i.Index}); err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	return nil
}

// A sink is given an IP packet, which is valid until it returns, the instant
// at which it passed, and whether it is several segments in one.
type sink func(packet []byte, at time.Time, merged bool)

// receive takes all that is queued, without waiting for more.
func (s *socket) receive(take sink) error {
	m := s.box
	for {
		for i := range m.heads {
			h := &m.heads[i]
			h.Namelen = uint32(unsafe.Sizeof(m.froms[i]))
			h.SetControllen(len(m.controls[i]))
			h.Flags = 0
		}
		n, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, uintptr(s.fd), uintptr(unsafe.Pointer(&m.heads[0])), batch, unix.MSG_DONTWAIT, 0, 0)
		switch errno {
		case 0:
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return nil
		default:
			return errno
		}
		for i := range int(n) {
			if p := m.froms[i].Protocol; p == network(unix.ETH_P_IP) || p == network(unix.ETH_P_IPV6) {
				at, merged := note(m.controls[i][:m.heads[i].Controllen])
				take(m.packets[i][:m.heads[i].length], at, merged)
			}
		}
	}
}

// deafen makes the socket take no further packets, by a filter that lets none
// pass; its queue stays.
func (s *socket) deafen() error {
	none := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K}
	return unix.SetsockoptSockFprog(s.fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &none})
}

// dropped is the number of packets that found the queue full.
func (s *socket) dropped() (int64, error) {
	stats, err := unix.GetsockoptTpacketStats(s.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if err != nil {
		return 0, err
	}
	return int64(stats.Drops), nil
}

func (s *socket) close() error { return unix.Close(s.fd) }

// note reads a packet's control messages: its time stamp, zero if there is
// none, and whether it is several segments in one.
func note(control []byte) (at time.Time, merged bool) {
	for len(control) >= unix.SizeofCmsghdr {
		head, data, rest, err := unix.ParseOneSocketControlMessage(control)
		if err != nil {
			break
		}
		switch {
		case head.Level == unix.SOL_SOCKET && head.Type == unix.SCM_TIMESTAMPING:
			at = stamp(data)
		case head.Level == unix.SOL_PACKET && head.Type == unix.PACKET_AUXDATA && len(data) >= int(unsafe.Sizeof(unix.TpacketAuxdata{})):
			merged = (*unix.TpacketAuxdata)(unsafe.Pointer(&data[0])).Status&unix.TP_STATUS_GSO_TCP != 0
		}
		control = rest
	}
	return at, merged
}

// network is htons(3).
func network(n uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], n)
	return binary.NativeEndian.Uint16(b[:])
}
