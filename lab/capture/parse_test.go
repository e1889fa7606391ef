//go:build linux

package capture

import (
	"bytes"
	"errors"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

const timestamps = "\x01\x01\x08\x0a\x00\x00\x00\x01\x00\x00\x00\x02" // an option of 12 bytes with its padding

var frames = []struct {
	about string
	frame string
	want  Packet // Source, Dest, Seq and Ack as raw4 or raw6 and rawTCP have them
	err   error  // with neither error nor length, it is not TCP
}{
	{about: "a segment without options or data", frame: raw4(6, 0, "", rawTCP(ACK, "", "")),
		want: Packet{Length: 40, Header: 40, Flags: ACK}},
	{about: "TCP's options are header", frame: raw4(6, 0x4000, "", rawTCP(SYN, timestamps, "")),
		want: Packet{Length: 52, Header: 52, Flags: SYN}},
	{about: "IP's options are header", frame: raw4(6, 0, "\x94\x04\x00\x00", rawTCP(ACK|1<<3, timestamps, "hello")),
		want: Packet{Length: 61, Header: 56, Flags: ACK | 1<<3, Payload: []byte("hello")}},
	{about: "Ethernet's padding is no data", frame: raw4(6, 0, "", rawTCP(ACK|FIN, "", "")) + "\x00\x00\x00\x00\x00\x00",
		want: Packet{Length: 40, Header: 40, Flags: ACK | FIN}},
	{about: "IPv6", frame: raw6(6, rawTCP(RST, timestamps, "x")),
		want: Packet{Length: 73, Header: 72, Flags: RST, Payload: []byte("x")}},
	{about: "padding behind IPv6", frame: raw6(6, rawTCP(ACK, "", "x")) + "\x00",
		want: Packet{Length: 61, Header: 60, Flags: ACK, Payload: []byte("x")}},
	{about: "IPv6's extension headers are header", frame: raw6(0, "\x3c\x00\x01\x04\x00\x00\x00\x00"+"\x06\x01\x01\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"+rawTCP(ACK, "", "ab")),
		want: Packet{Length: 86, Header: 84, Flags: ACK, Payload: []byte("ab")}},
	{about: "an authentication header counts in words of 32 bits", frame: raw6(51, "\x06\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"+rawTCP(ACK, "", "")),
		want: Packet{Length: 84, Header: 84, Flags: ACK}},
	{about: "a fragment header around the whole packet", frame: raw6(44, "\x06\x00\x00\x00\x00\x00\x00\x01"+rawTCP(ACK, "", "")),
		want: Packet{Length: 68, Header: 68, Flags: ACK}},

	{about: "UDP", frame: raw4(17, 0, "", "\x00\x35\x00\x35\x00\x08\x00\x00")},
	{about: "a fragment of UDP", frame: raw4(17, 0x2000, "", "\x00\x35\x00\x35\x00\x10\x00\x00")},
	{about: "UDP over IPv6", frame: raw6(17, "\x00\x35\x00\x35\x00\x08\x00\x00")},
	{about: "ICMPv6 behind hop-by-hop options", frame: raw6(0, "\x3a\x00\x05\x02\x00\x00\x01\x00\x8f\x00\x00\x00")},
	{about: "a later fragment of what begins with another extension header", frame: raw6(44, "\x3c\x00\x00\x08\x00\x00\x00\x01"+rawTCP(ACK, "", ""))},

	{about: "nothing", frame: "", err: errTruncated},
	{about: "ARP", frame: "\x00\x01\x08\x00\x06\x04\x00\x01", err: errVersion},
	{about: "half an IPv4 header", frame: raw4(6, 0, "", "")[:19], err: errTruncated},
	{about: "half an IPv6 header", frame: raw6(6, "")[:39], err: errTruncated},
	{about: "a packet cut off in its data", frame: raw4(6, 0, "", rawTCP(ACK, "", "hello"))[:44], err: errTruncated},
	{about: "an IPv6 packet cut off in its data", frame: raw6(6, rawTCP(ACK, "", "hello"))[:64], err: errTruncated},
	{about: "a TCP header without its end", frame: raw4(6, 0, "", rawTCP(ACK, "", "")[:19]), err: errTruncated},
	{about: "a TCP header longer than the packet, with padding behind it", frame: raw4(6, 0, "", rawTCP(ACK, timestamps, "")[:20]) + timestamps, err: errTruncated},
	{about: "a TCP header of 16 bytes", frame: raw4(6, 0, "", rawTCP(ACK, "", "")[:12]+"\x40\x10\xff\xff\x00\x00\x00\x00"), err: errHeader},
	{about: "an IPv4 header of 16 bytes", frame: "\x44" + raw4(6, 0, "", rawTCP(ACK, "", ""))[1:], err: errHeader},
	{about: "a total length of zero, as of merged segments beyond 64 KiB", frame: "\x45\x00\x00\x00" + raw4(6, 0, "", rawTCP(ACK, "", ""))[4:], err: errTruncated},
	{about: "a jumbogram", frame: "\x60\x00\x00\x00\x00\x00" + raw6(0, "\x06\x00\xc2\x04\x00\x01\x00\x00"+rawTCP(ACK, "", ""))[6:], err: errTruncated},
	{about: "an extension header longer than the packet", frame: raw6(0, "\x06\x02\x01\x0c\x00\x00\x00\x00"+"\x00\x00\x00\x00\x00\x00\x00\x00"), err: errTruncated},
	{about: "a first fragment", frame: raw4(6, 0x2000, "", rawTCP(ACK, "", "hello")), err: errFragment},
	{about: "a later fragment", frame: raw4(6, 185, "", "hello"), err: errFragment},
	{about: "a first fragment of IPv6", frame: raw6(44, "\x06\x00\x00\x01\x00\x00\x00\x01"+rawTCP(ACK, "", "")), err: errFragment},
	{about: "a later fragment of IPv6", frame: raw6(44, "\x06\x00\x05\x00\x00\x00\x00\x01hello"), err: errFragment},
}

var compareAddresses = cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })

func TestParse(t *testing.T) {
	for _, c := range frames {
		if c.want.Length > 0 {
			c.want.Source, c.want.Dest, c.want.Seq, c.want.Ack = client, server, 7, 9
			if c.frame[0]>>4 == 6 {
				c.want.Source, c.want.Dest = netip.MustParseAddrPort("[fd00::2]:40000"), netip.MustParseAddrPort("[fd00::1]:80")
			}
			if c.want.Payload == nil {
				c.want.Payload = []byte{}
			}
		}
		p, ok, err := Parse([]byte(c.frame))
		if ok != (c.want.Length > 0) || !errors.Is(err, c.err) || err != nil && c.err == nil {
			t.Errorf("%s: %v, %v; want %v, %v", c.about, ok, err, c.want.Length > 0, c.err)
		}
		if diff := cmp.Diff(c.want, p, compareAddresses); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.about, diff)
		}
	}
}

// gopacket, a decoder written by others, reads the same from what is accepted.
func FuzzParse(f *testing.F) {
	for _, c := range frames {
		f.Add([]byte(c.frame))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, ok, err := Parse(b)
		if !ok || err != nil {
			if ok || !cmp.Equal(p, Packet{}, compareAddresses) {
				t.Errorf("%x: %v with error %v and %+v", b, ok, err, p)
			}
			return
		}
		if p.Header < 40 || p.Header+len(p.Payload) != p.Length || p.Length > len(b) {
			t.Errorf("%x: header of %d and %d data in a packet of %d of %d bytes", b, p.Header, len(p.Payload), p.Length, len(b))
		}
		first := layers.LayerTypeIPv4
		if b[0]>>4 == 6 {
			first = layers.LayerTypeIPv6
		}
		other := gopacket.NewPacket(b, first, gopacket.NoCopy)
		tcp, _ := other.TransportLayer().(*layers.TCP)
		if tcp == nil { // it reads IP's options, too, and refuses bad ones; and nothing behind a fragment header
			if other.ErrorLayer() == nil && other.Layer(gopacket.LayerTypeFragment) == nil {
				t.Errorf("%x: gopacket sees no TCP, and no error", b)
			}
			return
		}
		source, _ := netip.AddrFromSlice(other.NetworkLayer().NetworkFlow().Src().Raw())
		dest, _ := netip.AddrFromSlice(other.NetworkLayer().NetworkFlow().Dst().Raw())
		if p.Source != netip.AddrPortFrom(source, uint16(tcp.SrcPort)) || p.Dest != netip.AddrPortFrom(dest, uint16(tcp.DstPort)) ||
			p.Seq != tcp.Seq || p.Ack != tcp.Ack || !bytes.Equal(p.Payload, tcp.Payload) ||
			flag(p, SYN) == 1 != tcp.SYN || flag(p, FIN) == 1 != tcp.FIN || flag(p, RST) == 1 != tcp.RST || flag(p, ACK) == 1 != tcp.ACK {
			t.Errorf("%x:\n%+v\ngopacket: %+v", b, p, tcp)
		}
	})
}
