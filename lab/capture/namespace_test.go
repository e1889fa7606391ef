//go:build linux

package capture

import (
	"errors"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// needRoot skips the test where network namespaces cannot be made.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() == 0 {
		return
	}
	const missing = "captures are not tested: they need root, to make network namespaces"
	if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
		t.Fatal(missing)
	}
	t.Skip(missing)
}

// A namespace is a network namespace of its own, with a thread in it.
type namespace struct {
	calls chan func()
	file  *os.File
}

func newNamespace(t *testing.T) *namespace {
	n := &namespace{calls: make(chan func())}
	var thread sync.WaitGroup
	ready := make(chan error)
	thread.Go(func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		err := unix.Unshare(unix.CLONE_NEWNET)
		if err == nil {
			n.file, err = os.Open("/proc/thread-self/ns/net")
		}
		ready <- err
		for call := range n.calls {
			call()
		}
	})
	t.Cleanup(func() {
		close(n.calls)
		thread.Wait()
		n.file.Close()
	})
	if err := <-ready; err != nil {
		t.Fatal(err)
	}
	return n
}

// do calls f on the namespace's thread.
func (n *namespace) do(t *testing.T, f func() error) {
	t.Helper()
	result := make(chan error)
	n.calls <- func() { result <- f() }
	if err := <-result; err != nil {
		t.Fatal(err)
	}
}

// up gives an interface of the calling thread's namespace an address, lets it
// merge no segments when plain, and takes it up.
func up(name, address string, plain bool) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	if address != "" {
		a, err := netlink.ParseAddr(address)
		if err != nil {
			return err
		}
		a.Flags = unix.IFA_F_NODAD
		if err := netlink.AddrAdd(link, a); err != nil {
			return err
		}
	}
	if plain {
		if err := netlink.LinkSetGSOMaxSegs(link, 1); err != nil {
			return err
		}
	}
	return netlink.LinkSetUp(link)
}

// veth makes a pair of Ethernet interfaces "end", one in each namespace.
func veth(t *testing.T, a, b *namespace) {
	a.do(t, func() error {
		attrs := netlink.NewLinkAttrs()
		attrs.Name, attrs.MTU = "end", 1500
		return netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "end", PeerNamespace: netlink.NsFd(b.file.Fd())})
	})
}

// tun makes a TUN interface "end" in each namespace and carries their packets
// from one to the other until the test ends.
func tun(t *testing.T, a, b *namespace) {
	var files [2]*os.File
	for i, n := range []*namespace{a, b} {
		n.do(t, func() error {
			fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
			if err != nil {
				return err
			}
			request, err := unix.NewIfreq("end")
			if err != nil {
				return err
			}
			request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
			if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
				return errors.Join(err, unix.Close(fd))
			}
			files[i] = os.NewFile(uintptr(fd), "tun")
			return nil
		})
	}
	var carriers sync.WaitGroup
	for i := range files {
		carriers.Go(func() {
			for b := make([]byte, 1<<16); ; {
				n, err := files[i].Read(b)
				if errors.Is(err, os.ErrClosed) {
					return
				}
				// An interface that is not up refuses; that packet is lost.
				if err == nil {
					_, _ = files[1-i].Write(b[:n])
				}
			}
		})
	}
	t.Cleanup(func() {
		for _, f := range files {
			f.Close()
		}
		carriers.Wait()
	})
}
