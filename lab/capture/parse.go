//go:build linux

package capture

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"time"
)

// A Packet is one TCP segment in its IP packet.
type Packet struct {
	At           time.Time // when it passed: wall clock, by the kernel's time stamp
	Source, Dest netip.AddrPort
	Length       int // bytes of the IP packet, headers included; no link layer
	Header       int // of them, the IP and TCP headers with their options
	Sack         int // of Header, the selective acknowledgments and their padding (RFC 2018)
	Seq, Ack     uint32
	Flags        Flags
	Payload      []byte // the TCP data: Length-Header bytes
}

// Flags are the control bits of a segment (RFC 9293 section 3.1).
type Flags uint8

// The control bits that begin and end a connection, and the one that almost
// every segment has.
const (
	FIN Flags = 1 << 0
	SYN Flags = 1 << 1
	RST Flags = 1 << 2
	ACK Flags = 1 << 4
)

// What an IP packet may say of itself that it does not keep. The first is of
// a packet that is cut off, too.
var (
	errTruncated = errors.New("packet is shorter than its headers say")
	errHeader    = errors.New("header is shorter than its least length")
	errFragment  = errors.New("fragment of a TCP segment")
	errVersion   = errors.New("neither IPv4 nor IPv6")
)

const protocolTCP = 6

// Parse reads an IP packet: IPv4 (RFC 791) or IPv6 with its extension headers
// (RFC 8200) around TCP (RFC 9293). What follows the IP packet, such as the
// padding of a short Ethernet frame, is ignored. ok is false, without an
// error, when it is not TCP. A packet that is cut short, a fragment of TCP, a
// jumbogram and lengths that contradict each other are errors. Checksums are
// not looked at: offloading leaves them to be filled in after the capture.
// At is left zero, Payload is a part of b.
func Parse(b []byte) (p Packet, ok bool, err error) {
	if len(b) == 0 {
		return p, false, errTruncated
	}
	var source, dest netip.Addr
	switch b[0] >> 4 {
	case 4:
		p.Length, p.Header, ok, err = ipv4(b)
		if ok {
			source, dest = netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:]))
		}
	case 6:
		p.Length, p.Header, ok, err = ipv6(b)
		if ok {
			source, dest = netip.AddrFrom16([16]byte(b[8:])), netip.AddrFrom16([16]byte(b[24:]))
		}
	default:
		err = errVersion
	}
	if !ok || err != nil {
		return Packet{}, false, err
	}
	tcp := b[p.Header:p.Length]
	if len(tcp) < 20 {
		return Packet{}, false, errTruncated
	}
	size := int(tcp[12]>>4) * 4
	switch {
	case size < 20:
		return Packet{}, false, errHeader
	case size > len(tcp):
		return Packet{}, false, errTruncated
	}
	p.Source = netip.AddrPortFrom(source, binary.BigEndian.Uint16(tcp))
	p.Dest = netip.AddrPortFrom(dest, binary.BigEndian.Uint16(tcp[2:]))
	p.Seq = binary.BigEndian.Uint32(tcp[4:])
	p.Ack = binary.BigEndian.Uint32(tcp[8:])
	p.Flags = Flags(tcp[13])
	p.Header += size
	p.Sack = sack(tcp[20:size])
	p.Payload = tcp[size:]
	return p, true, nil
}

// sack is what the selective acknowledgments among a segment's options take,
// with the two bytes that Linux pads them with. It ends at options that are not
// well formed.
func sack(options []byte) (bytes int) {
	const end, pad, kind = 0, 1, 5
	for len(options) > 0 && options[0] != end {
		if options[0] == pad {
			options = options[1:]
			continue
		}
		if len(options) < 2 || options[1] < 2 || int(options[1]) > len(options) {
			return bytes
		}
		if options[0] == kind {
			bytes += 2 + int(options[1])
		}
		options = options[options[1]:]
	}
	return bytes
}

// ipv4 returns the lengths of the packet at the beginning of b and of its
// header; ok says that it is TCP, and all of it there.
func ipv4(b []byte) (length, header int, ok bool, err error) {
	if len(b) < 20 {
		return 0, 0, false, errTruncated
	}
	length = int(binary.BigEndian.Uint16(b[2:]))
	header = int(b[0]&15) * 4
	switch {
	case header < 20:
		return 0, 0, false, errHeader
	case b[9] != protocolTCP:
		return 0, 0, false, nil
	case header > length || length > len(b):
		return 0, 0, false, errTruncated
	case binary.BigEndian.Uint16(b[6:])&0x3fff != 0: // more fragments, or an offset
		return 0, 0, false, errFragment
	}
	return length, header, true, nil
}

// ipv6 is ipv4 for the other version; header has the extension headers in it.
func ipv6(b []byte) (length, header int, ok bool, err error) {
	const (
		hopByHop = 0
		routing  = 43
		fragment = 44
		auth     = 51
		options  = 60
	)
	if len(b) < 40 {
		return 0, 0, false, errTruncated
	}
	length = 40 + int(binary.BigEndian.Uint16(b[4:]))
	fragmented := false
	for next, at := b[6], 40; ; {
		if next == protocolTCP {
			switch {
			case fragmented:
				return 0, 0, false, errFragment
			case length > len(b):
				return 0, 0, false, errTruncated
			}
			return length, at, true, nil
		}
		size := 8
		switch next {
		case hopByHop, routing, options, auth, fragment:
			if at+size > min(length, len(b)) {
				return 0, 0, false, errTruncated
			}
		default:
			return 0, 0, false, nil
		}
		switch next {
		case hopByHop, routing, options:
			size = (int(b[at+1]) + 1) * 8
		case auth: // RFC 4302 section 2.2
			size = (int(b[at+1]) + 2) * 4
		case fragment: // one that is the whole packet is no fragment (RFC 6946)
			if field := binary.BigEndian.Uint16(b[at+2:]); field&^0b110 != 0 {
				fragmented = true
				if field>>3 != 0 && b[at] != protocolTCP {
					return 0, 0, false, nil // what follows is not a header
				}
			}
		}
		if at+size > min(length, len(b)) {
			return 0, 0, false, errTruncated
		}
		next, at = b[at], at+size
	}
}
