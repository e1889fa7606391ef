//go:build linux

package capture

import (
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// stamps asks for the kernel's time stamp of each packet received. Unlike
// SO_TIMESTAMPNS it leaves one out that the kernel has not made, instead of
// filling in the time of the read.
const stamps = unix.SOF_TIMESTAMPING_RX_SOFTWARE | unix.SOF_TIMESTAMPING_SOFTWARE

// stamp is the time stamp in a control message that stamps has asked for, zero
// if there is none.
func stamp(data []byte) time.Time {
	if len(data) < int(unsafe.Sizeof(unix.ScmTimestamping{})) {
		return time.Time{}
	}
	ts := (*unix.ScmTimestamping)(unsafe.Pointer(&data[0])).Ts[0]
	if ts == (unix.Timespec{}) {
		return time.Time{}
	}
	return time.Unix(ts.Unix())
}

// awaitStamps waits until the kernel stamps packets. It begins to when the
// first socket of the machine asks for it, but some time after that, without
// saying when. So packets are sent to see, in a namespace of their own, on a
// thread that ends with it. The caller holds a socket that has asked.
func awaitStamps() error {
	seen := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked
		seen <- probe()
	}()
	if err := <-seen; err != nil {
		return fmt.Errorf("kernel's time stamps: %w", err)
	}
	return nil
}

// probe sends itself packets over the loopback interface of a new namespace
// until one is stamped.
func probe() error {
	const tries = 2000 // a millisecond apart at least
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	lo, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	lo.SetUint16(unix.IFF_UP)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo); err != nil {
		return err
	}
	// A packet that gets lost, of all places there, must not block for ever.
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 1}); err != nil {
		return err
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPING, stamps); err != nil {
		return err
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return err
	}
	self, err := unix.Getsockname(fd)
	if err != nil {
		return err
	}
	var packet, control [128]byte
	for range tries {
		if err := unix.Sendto(fd, packet[:1], 0, self); err != nil {
			return err
		}
		_, n, _, _, err := unix.Recvmsg(fd, packet[:], control[:], 0)
		if err != nil {
			return err
		}
		if at, _ := note(control[:n]); !at.IsZero() {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return errors.New("there are none")
}
