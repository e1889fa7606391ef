package loadgen

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"golang.org/x/sys/unix"
)

// ends are the addresses of a TCP connection, seen from this side.
type ends struct{ local, remote netip.AddrPort }

// sever aborts connections of the network namespace that the calling thread is in, as
// "ss --kill" does (SOCK_DESTROY of sock_diag(7)): the kernel sends a reset for each of
// them, and what reads or writes at either side fails. One that is not there any more is
// passed over.
func sever(all []ends) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return fmt.Errorf("cutting connections: %w", err)
	}
	defer unix.Close(fd)
	var request []byte
	answer := make([]byte, 4096)
	for some := range slices.Chunk(all, severedAtOnce) {
		request = request[:0]
		for _, e := range some {
			request = append(request, e.destroy()...)
		}
		if err := unix.Sendto(fd, request, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
			return fmt.Errorf("cutting connections: %w", err)
		}
		for _, e := range some {
			n, _, err := unix.Recvfrom(fd, answer, 0)
			if err == nil {
				err = acknowledged(answer[:n])
			}
			if err != nil && !errors.Is(err, unix.ENOENT) {
				return fmt.Errorf("cutting the connection from %s to %s: %w", e.local, e.remote, err)
			}
		}
	}
	return nil
}

// severedAtOnce is how many connections one call to the kernel aborts, whose answers all find
// room in the socket. Between calls clients run that are back already, and a thousand calls
// with so many of them in between are no moment any more.
const severedAtOnce = 128

const netlinkHead = 16 // struct nlmsghdr, netlink(7)

// destroy is the request for one connection: struct nlmsghdr and struct inet_diag_req_v2
// of <linux/inet_diag.h>. Addresses and ports are in network order, all else is in the
// machine's.
func (e ends) destroy() []byte {
	const size = netlinkHead + 56
	native, network := binary.NativeEndian, binary.BigEndian
	family := byte(unix.AF_INET)
	if e.local.Addr().Unmap().Is6() {
		family = unix.AF_INET6
	}
	b := native.AppendUint32(make([]byte, 0, size), size)
	b = native.AppendUint16(b, unix.SOCK_DESTROY)
	b = native.AppendUint16(b, unix.NLM_F_REQUEST|unix.NLM_F_ACK)
	b = append(b, make([]byte, 8)...) // sequence number and sender: there is one request at a time
	b = append(b, family, unix.IPPROTO_TCP, 0, 0)
	b = native.AppendUint32(b, ^uint32(0)) // in any state
	b = network.AppendUint16(b, e.local.Port())
	b = network.AppendUint16(b, e.remote.Port())
	for _, side := range []netip.AddrPort{e.local, e.remote} {
		var address [16]byte
		copy(address[:], side.Addr().Unmap().AsSlice())
		b = append(b, address[:]...)
	}
	b = native.AppendUint32(b, 0)                            // on any interface
	return append(b, 255, 255, 255, 255, 255, 255, 255, 255) // no cookie: the addresses tell which it is
}

// acknowledged is the error that an answer of the kernel has.
func acknowledged(answer []byte) error {
	if len(answer) < netlinkHead+4 || binary.NativeEndian.Uint16(answer[4:]) != unix.NLMSG_ERROR {
		return errors.New("the kernel's answer is not understood")
	}
	if code := int32(binary.NativeEndian.Uint32(answer[netlinkHead:])); code != 0 {
		return unix.Errno(-code)
	}
	return nil
}

// CanCut says why this process cannot cut connections from outside of the programs that
// have them, or returns nil.
func CanCut() error {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	c, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		return err
	}
	defer c.Close()
	if err := sever([]ends{endsOf(c)}); err != nil {
		return fmt.Errorf("%w: it takes the capability CAP_NET_ADMIN, and a kernel with CONFIG_INET_DIAG_DESTROY", err)
	}
	return nil
}

// endsOf are the addresses of a TCP connection.
func endsOf(c net.Conn) ends {
	return ends{c.LocalAddr().(*net.TCPAddr).AddrPort(), c.RemoteAddr().(*net.TCPAddr).AddrPort()}
}
