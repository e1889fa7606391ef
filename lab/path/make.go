//go:build linux

package path

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// newNamespace makes a namespace with nothing but loopback in it.
func newNamespace(addr netip.Prefix) (n *Namespace, err error) {
	v, err := setOut(unshare)
	if err != nil {
		return nil, fmt.Errorf("a network namespace cannot be made: %w", err)
	}
	n = &Namespace{addr: addr}
	defer func() {
		if err = errors.Join(err, v.leave()); err != nil {
			_ = n.close() // the error that led here says more
			n = nil
		}
	}()
	if n.file, err = os.Open(threadNamespace); err != nil {
		return n, err
	}
	if n.links, err = netlink.NewHandle(unix.NETLINK_ROUTE); err != nil {
		return n, fmt.Errorf("talk to the network namespace: %w", err)
	}
	if err = disableIPv6(); err != nil {
		return n, err
	}
	lo, err := n.links.LinkByName("lo")
	if err != nil {
		return n, fmt.Errorf("find loopback: %w", err)
	}
	if err = n.links.LinkSetUp(lo); err != nil {
		return n, fmt.Errorf("bring loopback up: %w", err)
	}
	return n, nil
}

// unshare moves the thread to a new namespace.
func unshare() error {
	err := os.NewSyscallError("unshare", unix.Unshare(unix.CLONE_NEWNET))
	switch {
	case errors.Is(err, unix.EPERM):
		return hinted(err, "run as root, or with CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_NET_RAW")
	case errors.Is(err, unix.EINVAL):
		return hinted(err, "build the kernel with CONFIG_NET_NS")
	case errors.Is(err, unix.ENOSPC):
		return hinted(err, "raise the sysctl user.max_net_namespaces")
	}
	return err
}

// disableIPv6 keeps it from the interfaces that the thread's namespace will
// have: they would solicit routers and report groups on the link. A kernel
// without IPv6 does neither.
func disableIPv6() error {
	err := os.WriteFile("/proc/sys/net/ipv6/conf/default/disable_ipv6", []byte("1"), 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return hinted(err, "a container needs /proc/sys/net writable")
	}
	return nil
}

// end returns the link's end in the namespace as it is now.
func (n *Namespace) end() (netlink.Link, error) {
	end, err := n.links.LinkByName(n.Interface())
	if err != nil {
		return nil, fmt.Errorf("find the link's end: %w", err)
	}
	return end, nil
}

// raise gives the link's end its address and brings it up.
func (n *Namespace) raise(end netlink.Link) error {
	address := &netlink.Addr{IPNet: &net.IPNet{
		IP:   n.addr.Addr().AsSlice(),
		Mask: net.CIDRMask(n.addr.Bits(), n.addr.Addr().BitLen()),
	}}
	if err := n.links.AddrAdd(end, address); err != nil {
		return fmt.Errorf("give the link's end an address: %w", err)
	}
	if err := n.links.LinkSetUp(end); err != nil {
		return fmt.Errorf("bring the link's end up: %w", err)
	}
	return nil
}

// drop deletes the link's end where there is one, and so the other one, too.
func (n *Namespace) drop() error {
	if n.links == nil {
		return nil
	}
	end, err := n.links.LinkByName(n.Interface())
	if errors.As(err, &netlink.LinkNotFoundError{}) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find the link's end: %w", err)
	}
	if err := n.links.LinkDel(end); err != nil {
		return fmt.Errorf("delete the link: %w", err)
	}
	return nil
}

// close lets go of the namespace; idempotent.
func (n *Namespace) close() error {
	if n.links != nil {
		n.links.Close()
		n.links = nil
	}
	if n.file != nil {
		return n.file.Close()
	}
	return nil
}
