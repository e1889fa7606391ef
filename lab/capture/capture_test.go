//go:build linux

package capture

import (
	"errors"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// unread is a capture on the loopback interface of n that nobody reads before
// Stop.
func unread(t *testing.T, n *namespace) *Capture {
	c := &Capture{stop: make(chan struct{})}
	n.do(t, func() (err error) {
		if err := up("lo", "", true); err != nil {
			return err
		}
		c.socket, err = openSocket("lo")
		return err
	})
	return c
}

// What passed before Stop is in the trace even if nobody has read it yet, and
// what passes later is not.
func TestStopDrains(t *testing.T) {
	needRoot(t)
	n := newNamespace(t)
	c := unread(t, n)
	newDialogue(t, n, "127.0.0.1").hold(t, n)
	if err := c.socket.deafen(); err != nil { // as Stop begins
		t.Fatal(err)
	}
	late := newDialogue(t, n, "127.0.0.1")
	late.hold(t, n)
	trace, err := c.Stop()
	if err != nil || trace.Dropped != 0 {
		t.Fatalf("%d dropped, %v", trace.Dropped, err)
	}
	flows := trace.Flows(netip.AddrPort{})
	if len(flows) != 1 || flows[0].Count(true, time.Time{}).Data != int64(len(late.downward)) {
		t.Errorf("%d flows, want the first one, whole", len(flows))
	}
	if len(trace.Flows(late.address)) != 0 {
		t.Error("the second one is there, too")
	}
}

// Each packet that passes is in the trace or counted as lost. There may be more
// than the client's socket knows of: those of its TIME_WAIT.
func TestOverflowIsCounted(t *testing.T) {
	needRoot(t)
	n := newNamespace(t)
	c := unread(t, n)
	if err := unix.SetsockoptInt(c.socket.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 1); err != nil {
		t.Fatal(err)
	}
	info := newDialogue(t, n, "127.0.0.1").hold(t, n)
	trace, err := c.Stop()
	if err != nil {
		t.Fatal(err)
	}
	least := int64(info.Segs_in + info.Segs_out)
	if sum := int64(len(trace.Packets)) + trace.Dropped; trace.Dropped == 0 || sum < least {
		t.Errorf("%d packets and %d dropped, want at least %d together", len(trace.Packets), trace.Dropped, least)
	}
}

func TestTraceAdd(t *testing.T) {
	whole := []byte(raw4(6, 0, "", rawTCP(ACK, "", "hello")))
	for _, c := range []struct {
		about  string
		packet []byte
		at     time.Time
		merged bool
		want   Trace // without the packets' contents
	}{
		{"a packet", whole, epoch, false, Trace{Packets: make([]Packet, 1)}},
		{"merged segments are a packet, too", whole, epoch, true, Trace{Packets: make([]Packet, 1), Merged: 1}},
		{"a packet without a time stamp is of no use", whole, time.Time{}, false, Trace{Malformed: 1}},
		{"a packet that is cut off", whole[:30], epoch, true, Trace{Malformed: 1}},
		{"another protocol", []byte(raw4(17, 0, "", "")), time.Time{}, false, Trace{}},
	} {
		var got Trace
		got.add(c.packet, c.at, c.merged)
		if len(got.Packets) != len(c.want.Packets) || got.Malformed != c.want.Malformed || got.Merged != c.want.Merged || got.Dropped != 0 {
			t.Errorf("%s: %+v", c.about, got)
		}
	}
}

func TestInterfaceThatGoesAway(t *testing.T) {
	needRoot(t)
	a, b := newNamespace(t), newNamespace(t)
	veth(t, a, b)
	var c *Capture
	a.do(t, func() (err error) {
		if err := up("end", "192.0.2.2/24", true); err != nil {
			return err
		}
		if c, err = Start("end"); err != nil {
			return err
		}
		link, err := netlink.LinkByName("end")
		if err != nil {
			return err
		}
		return netlink.LinkDel(link)
	})
	trace, err := c.Stop()
	if !errors.Is(err, syscall.ENETDOWN) || trace == nil {
		t.Errorf("trace %v with error %v, want both, and that the network is down", trace, err)
	}
}

func TestStartRefuses(t *testing.T) {
	needRoot(t)
	n := newNamespace(t)
	n.do(t, func() error {
		if c, err := Start("none"); err == nil || !strings.Contains(err.Error(), "capture on none") {
			t.Errorf("an interface that is not there: %v, %v", c, err)
		}
		if c, err := Start("lo"); !errors.Is(err, syscall.ENETDOWN) {
			t.Errorf("an interface that is down: %v, %v", c, err)
		}
		return nil
	})
}
