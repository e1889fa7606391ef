//go:build linux

package capture

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	client = netip.MustParseAddrPort("10.0.0.2:40000")
	server = netip.MustParseAddrPort("10.0.0.1:80")
	epoch  = time.Unix(1_700_000_000, 0)
)

// second is the instant n seconds after the epoch of the handmade packets.
func second(n int) time.Time { return epoch.Add(time.Duration(n) * time.Second) }

// sent is a packet from the client, at the given second, with 40 bytes of
// headers; received is one from the server.
func sent(at int, seq uint32, flags Flags, data string) Packet {
	p := Packet{At: second(at), Source: client, Dest: server, Length: 40 + len(data), Header: 40, Seq: seq, Flags: flags}
	if data != "" {
		p.Payload = []byte(data)
	}
	return p
}

func received(at int, seq uint32, flags Flags, data string) Packet {
	p := sent(at, seq, flags, data)
	p.Source, p.Dest = p.Dest, p.Source
	return p
}

// raw4 is an IPv4 packet from client to server: a header with options around
// body.
func raw4(protocol byte, fragment uint16, options, body string) string {
	b := []byte{byte(0x45 + len(options)/4), 0}
	b = binary.BigEndian.AppendUint16(b, uint16(20+len(options)+len(body)))
	b = binary.BigEndian.AppendUint16(append(b, 0, 1), fragment)
	b = append(b, 64, protocol, 0, 0, 10, 0, 0, 2, 10, 0, 0, 1)
	return string(b) + options + body
}

// raw6 is an IPv6 packet from fd00::2 to fd00::1.
func raw6(next byte, body string) string {
	b := binary.BigEndian.AppendUint16([]byte{0x60, 0, 0, 0}, uint16(len(body)))
	b = append(b, next, 64)
	for _, last := range []byte{2, 1} {
		b = append(b, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last)
	}
	return string(b) + body
}

// rawTCP is a segment from port 40000 to port 80 with sequence number 7 and
// acknowledgement 9.
func rawTCP(flags Flags, options, data string) string {
	b := []byte{0x9c, 0x40, 0, 80, 0, 0, 0, 7, 0, 0, 0, 9, byte(5+len(options)/4) << 4, byte(flags), 0xff, 0xff, 0, 0, 0, 0}
	return string(b) + options + data
}
