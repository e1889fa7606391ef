//go:build linux

package path

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/safchain/ethtool"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// openVeth joins two namespaces by a veth pair and returns when both ends are
// up. Each end knows the other's hardware address for good, so that there is
// no ARP on the link. The pair is gone when one of its ends is deleted.
func openVeth(client, server *Namespace, mtu int) error {
	if err := addVeth(client, server, mtu); err != nil {
		return fmt.Errorf("make a veth pair: %w", err)
	}
	ends := []*Namespace{client, server}
	macs := make([]net.HardwareAddr, len(ends))
	for i, n := range ends {
		end, err := n.end()
		if err != nil {
			return err
		}
		macs[i] = end.Attrs().HardwareAddr
		if err := n.Do(func() error { return unload(n.Interface()) }); err != nil {
			return fmt.Errorf("switch the offloads of a veth pair off: %w", err)
		}
		if err := n.raise(end); err != nil {
			return err
		}
	}
	for i, n := range ends {
		if err := n.know(ends[1-i].Addr(), macs[1-i]); err != nil {
			return fmt.Errorf("set the neighbor of a veth pair's end: %w", err)
		}
		if err := n.awaitUp(); err != nil {
			return err
		}
	}
	return nil
}

func addVeth(client, server *Namespace, mtu int) error {
	pair := netlink.NewVeth(netlink.NewLinkAttrs())
	pair.Name, pair.MTU = client.Interface(), mtu
	pair.PeerName, pair.PeerMTU = server.Interface(), uint32(mtu)
	err := withDescriptor(server.file, func(fd int) error {
		pair.PeerNamespace = netlink.NsFd(fd)
		return client.links.LinkAdd(pair)
	})
	if errors.Is(err, unix.EOPNOTSUPP) {
		return hinted(err, "modprobe veth, or build the kernel with CONFIG_VETH")
	}
	return err
}

// unload switches off what would let a capture see other packets than an
// Ethernet of the same MTU carries: segments that are cut or joined and
// checksums that are filled in by the hardware that is not there.
func unload(name string) error {
	e, err := ethtool.NewEthtool()
	if err != nil {
		return err
	}
	defer e.Close()
	state, err := e.FeaturesWithState(name)
	if err != nil {
		return err
	}
	off := map[string]bool{}
	for _, feature := range []string{
		"tx-tcp-segmentation", "tx-tcp-ecn-segmentation", "tx-tcp-mangleid-segmentation", "tx-tcp6-segmentation",
		"tx-udp-segmentation", "tx-generic-segmentation", "tx-gso-list", "tx-checksum-ip-generic",
		"rx-gro", "rx-gro-list", "rx-udp-gro-forwarding", "rx-lro",
	} {
		if s, ok := state[feature]; ok && s.Available && !s.NeverChanged {
			off[feature] = false
		}
	}
	return e.Change(name, off)
}

// know makes the neighbor permanent in the namespace.
func (n *Namespace) know(neighbor netip.Addr, mac net.HardwareAddr) error {
	end, err := n.end()
	if err != nil {
		return err
	}
	return n.links.NeighSet(&netlink.Neigh{
		LinkIndex: end.Attrs().Index, Family: unix.AF_INET, State: netlink.NUD_PERMANENT,
		IP: neighbor.AsSlice(), HardwareAddr: mac,
	})
}

// awaitUp blocks until the kernel has noticed that both ends are up, which it
// does behind the back of the one who raised them: until then it drops what
// is sent.
func (n *Namespace) awaitUp() error {
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		end, err := n.end()
		if err != nil {
			return err
		}
		state := end.Attrs().OperState
		if state == netlink.OperUp {
			return nil
		}
		if waited := time.Since(began); waited > 10*time.Second {
			return fmt.Errorf("the link is %v after %v", state, waited.Round(time.Second))
		}
	}
}

// blackhole makes the namespace's end of a veth pair swallow what is sent,
// without a word to the sender (sch_blackhole.c).
func (n *Namespace) blackhole() error {
	end, err := n.end()
	if err != nil {
		return err
	}
	err = n.links.QdiscReplace(&netlink.GenericQdisc{
		QdiscAttrs: netlink.QdiscAttrs{LinkIndex: end.Attrs().Index, Parent: netlink.HANDLE_ROOT, Handle: netlink.MakeHandle(1, 0)},
		QdiscType:  "blackhole",
	})
	if err != nil {
		return fmt.Errorf("discard what is sent: %w", err)
	}
	return nil
}

// swallowed is the count of packets that blackhole made vanish.
func (n *Namespace) swallowed() (int64, error) {
	end, err := n.end()
	if err != nil {
		return 0, err
	}
	qdiscs, err := n.links.QdiscList(end)
	if err != nil {
		return 0, err
	}
	for _, q := range qdiscs {
		if s := q.Attrs().Statistics; q.Type() == "blackhole" && s != nil && s.Queue != nil {
			return int64(s.Queue.Drops), nil
		}
	}
	return 0, nil
}

// vethStats turns the kernel's counts of both ends into those of the link.
func vethStats(client, server *netlink.LinkStatistics, clientCut, serverCut int64) Stats {
	direction := func(from, to *netlink.LinkStatistics, cut int64) Direction {
		const header = 14 // IEEE 802.3, without the frame check sequence
		return Direction{
			Packets:        int64(from.TxPackets) + cut,
			Bytes:          int64(from.TxBytes - header*from.TxPackets),
			Delivered:      int64(to.RxPackets),
			DeliveredBytes: int64(to.RxBytes - header*to.RxPackets),
			Cut:            cut,
			Overrun:        int64(from.TxDropped + to.RxDropped),
		}
	}
	return Stats{ToServer: direction(client, server, clientCut), ToClient: direction(server, client, serverCut)}
}
