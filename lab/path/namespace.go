//go:build linux

package path

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"syscall"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// A Namespace is a network namespace that has no name: it lives as long as
// this process refers to it, as long as a process in it runs or a socket of it
// is open, and is gone with them whatever kills them. Its loopback interface
// is up, and its IPv6 is off but for loopback, so that nothing is on the link
// but what its users send. A Namespace may be used concurrently. After the
// Path's Close all that is asked of it fails with an error that is
// os.ErrClosed.
//
// Its sysctls are those of a new namespace, most of them the kernel's defaults
// and not what the machine is set to.
type Namespace struct {
	addr  netip.Prefix
	file  *os.File        // of nsfs
	links *netlink.Handle // in the namespace
}

// Addr is the address of the namespace's end of the link.
func (n *Namespace) Addr() netip.Addr { return n.addr.Addr() }

// Interface is the name of the link's end in the namespace.
func (n *Namespace) Interface() string { return "path0" }

// Do calls f while the calling goroutine's thread is in the namespace: the
// sockets that f opens and the processes that it starts stay in it.
// A goroutine that f starts does not. It returns f's error. Meanwhile the
// thread may be the one that /proc/self and /proc/net show.
//
// If the thread cannot come back, because the process gave its privileges
// away meanwhile, Do returns an error, and the calling goroutine keeps the
// thread to itself (runtime.LockOSThread) until it ends.
func (n *Namespace) Do(f func() error) (err error) {
	v, err := n.visit()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.leave()) }()
	return f()
}

// DialContext connects from the namespace to an address, which must be a
// literal IP address and port; the network is tcp, tcp4 or tcp6. The
// connection is a *net.TCPConn without keep-alive probes. Waiting for the
// connection holds no thread. The thread's way back is as with Do.
//
// A socket belongs to the namespace that its thread is in when the socket is
// made (socket(2), network_namespaces(7)). net.Dialer calls Control after
// that, before connect(2) and on the calling goroutine: a single literal
// address is neither looked up nor raced.
func (n *Namespace) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if err := dialable(network, address); err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	for tries := 3; ; tries-- { // as many as net makes
		c, err := n.dial(ctx, network, address)
		if tries == 1 || !errors.Is(err, errAgain) {
			return c, err
		}
	}
}

// dialable returns why net.Dialer would not call Control on the calling
// goroutine, exactly once for each socket.
func dialable(network, address string) error {
	if network != "tcp" && network != "tcp4" && network != "tcp6" {
		return net.UnknownNetworkError(network)
	}
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("not a literal address: %w", err)
	}
	if a.Addr().IsUnspecified() {
		return fmt.Errorf("%s is no address to connect to", a.Addr())
	}
	return nil
}

// errAgain: net.Dialer made another socket after its first one had got no
// port or had met itself. The thread has left the namespace by then, so that
// the attempt must start over.
var errAgain = errors.New("no local port is left")

func (n *Namespace) dial(ctx context.Context, network, address string) (net.Conn, error) {
	v, err := n.visit()
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	d := net.Dialer{KeepAlive: -1, Control: func(string, string, syscall.RawConn) error {
		if v.left {
			return errAgain
		}
		return v.leave()
	}}
	d.SetMultipathTCP(false) // its fallback is a second socket
	c, err := d.DialContext(ctx, network, address)
	if errLeave := v.leave(); errLeave != nil { // without a socket there was no Control
		return nil, errors.Join(err, errLeave)
	}
	return c, err
}

// A visit is the stay of the calling goroutine's thread in a namespace.
type visit struct {
	home *os.File
	left bool
}

// visit moves the calling goroutine's thread into the namespace.
func (n *Namespace) visit() (*visit, error) {
	return setOut(func() error { return enter(n.file) })
}

// setOut locks the calling goroutine to its thread and calls move, which
// brings the thread into another namespace.
func setOut(move func() error) (*visit, error) {
	runtime.LockOSThread()
	home, err := os.Open(threadNamespace)
	if err != nil {
		runtime.UnlockOSThread()
		return nil, err
	}
	if err := move(); err != nil {
		_ = home.Close() // was only read
		runtime.UnlockOSThread()
		return nil, err
	}
	return &visit{home: home}, nil
}

const threadNamespace = "/proc/thread-self/ns/net"

// leave brings the thread back where it was. It is idempotent; after an error
// the goroutine is still locked to the thread, which is where no other
// goroutine should ever be.
func (v *visit) leave() error {
	if v.left {
		return nil
	}
	if err := enter(v.home); err != nil {
		return fmt.Errorf("a thread cannot leave a network namespace: %w", err)
	}
	v.left = true
	_ = v.home.Close() // was only read
	runtime.UnlockOSThread()
	return nil
}

// enter moves the thread into the namespace of an nsfs file.
func enter(ns *os.File) error {
	return withDescriptor(ns, func(fd int) error {
		return os.NewSyscallError("setns", unix.Setns(fd, unix.CLONE_NEWNET))
	})
}
