//go:build linux

package path

import (
	"pushbench/scenarios/link"

	"encoding/binary"
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

func TestAVethPairCarriesWhatAnEthernetWould(t *testing.T) {
	for _, mtu := range []int{1500, 600} {
		p := open(t, link.Link{MTU: mtu})
		var tap int
		if err := p.Client().Do(func() (err error) { tap, err = newTap(p.Client().Interface()); return err }); err != nil {
			t.Fatal(err)
		}
		defer unix.Close(tap)
		exchange(t, connect(t, p, echo(t, p)), 300_000)
		const header = 14
		longest, frames := 0, 0
		b := make([]byte, 1<<16)
		for {
			n, _, err := unix.Recvfrom(tap, b, unix.MSG_TRUNC)
			if errors.Is(err, unix.EAGAIN) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			frames++
			longest = max(longest, n)
			if kind := binary.BigEndian.Uint16(b[12:]); kind != unix.ETH_P_IP {
				t.Fatalf("a frame of type %#x, want IPv4 alone", kind)
			}
			if !tcpChecksumIsRight(b[header:n]) {
				t.Fatalf("frame %d has a wrong checksum", frames)
			}
		}
		if longest != header+mtu {
			t.Errorf("the longest of %d frames has %d bytes, want the MTU of %d and a header", frames, longest, mtu)
		}
	}
}

// newTap returns a socket that gets a copy of every frame of an interface, in
// the thread's namespace.
func newTap(name string) (int, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	request, err := unix.NewIfreq(name)
	if err != nil {
		return 0, err
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, request); err != nil {
		return 0, err
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 16<<20); err != nil {
		return 0, err
	}
	everything := uint16(unix.ETH_P_ALL)
	return fd, unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: everything<<8 | everything>>8, Ifindex: int(request.Uint32())})
}

// tcpChecksumIsRight sums a TCP segment in an IPv4 packet and its pseudo
// header (RFC 9293, section 3.1).
func tcpChecksumIsRight(packet []byte) bool {
	segment := packet[packet[0]&0xf*4:]
	sum := uint32(unix.IPPROTO_TCP) + uint32(len(segment))
	for _, part := range [][]byte{packet[12:20], segment} {
		for i, b := range part {
			sum += uint32(b) << (8 * (1 - i%2))
		}
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	return sum == 0xffff
}
