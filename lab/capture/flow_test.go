//go:build linux

package capture

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFlows(t *testing.T) {
	other := netip.MustParseAddrPort("10.0.0.3:50000")
	from := func(source, dest netip.AddrPort, flags Flags, seq uint32) Packet {
		return Packet{Source: source, Dest: dest, Flags: flags, Seq: seq}
	}
	two := []Packet{
		from(other, server, SYN, 1), from(client, server, SYN, 2), from(server, client, SYN|ACK, 3),
		from(server, other, SYN|ACK, 4), from(client, server, ACK, 3),
	}
	again := append(two[:len(two):len(two)], from(client, server, SYN, 2), from(client, server, SYN, 900), from(server, client, SYN|ACK, 901))
	for _, c := range []struct {
		about   string
		packets []Packet
		server  []netip.AddrPort
		want    []string // client, packets in, packets out
	}{
		{"connections are in the order of their SYN", two, []netip.AddrPort{server},
			[]string{"10.0.0.3:50000 1 1", "10.0.0.2:40000 1 2"}},
		{"a port alone", two, []netip.AddrPort{netip.AddrPortFrom(netip.Addr{}, 80)},
			[]string{"10.0.0.3:50000 1 1", "10.0.0.2:40000 1 2"}},
		{"a port at the unspecified address", two, []netip.AddrPort{netip.MustParseAddrPort("[::]:80")},
			[]string{"10.0.0.3:50000 1 1", "10.0.0.2:40000 1 2"}},
		{"an address alone", two, []netip.AddrPort{netip.AddrPortFrom(server.Addr(), 0)},
			[]string{"10.0.0.3:50000 1 1", "10.0.0.2:40000 1 2"}},
		{"an IPv4 address in IPv6's form", two, []netip.AddrPort{netip.MustParseAddrPort("[::ffff:10.0.0.1]:80")},
			[]string{"10.0.0.3:50000 1 1", "10.0.0.2:40000 1 2"}},
		{"any of several", two, []netip.AddrPort{netip.MustParseAddrPort("10.0.0.9:80"), server},
			[]string{"10.0.0.3:50000 1 1", "10.0.0.2:40000 1 2"}},
		{"an end of another port", two, []netip.AddrPort{netip.AddrPortFrom(server.Addr(), 81)}, nil},
		{"no end", two, nil, nil},
		{"both ends: the first packet goes to the server", two, []netip.AddrPort{{}},
			[]string{"10.0.0.3:50000 1 1", "10.0.0.2:40000 1 2"}},
		{"the same SYN again is of the same connection, another SYN begins one", again, []netip.AddrPort{server},
			[]string{"10.0.0.3:50000 1 1", "10.0.0.2:40000 1 3", "10.0.0.2:40000 1 1"}},
		{"a connection older than the capture", two[2:3], []netip.AddrPort{server}, []string{"10.0.0.2:40000 1 0"}},
		{"its SYN ends one older than the capture", []Packet{two[4], two[1]}, []netip.AddrPort{server},
			[]string{"10.0.0.2:40000 0 1", "10.0.0.2:40000 0 1"}},
	} {
		var got []string
		for _, f := range (&Trace{Packets: c.packets}).Flows(c.server...) {
			got = append(got, fmt.Sprint(f.Client, len(f.In), len(f.Out)))
			if f.Server != server {
				t.Errorf("%s: server %s, want %s", c.about, f.Server, server)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.about, diff)
		}
	}
}
