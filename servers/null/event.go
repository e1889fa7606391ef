//go:build linux

package null

import (
	"encoding/binary"
	"strconv"

	"pushbench/servers/wire"
)

// A form is how a pushing transport writes event k.
type form int

const (
	eventStream form = iota
	bareStream       // the same without chunks
	message
	frame
	forms
)

// appendEvent appends event k to b as package servers writes it.
func (f form) appendEvent(b []byte, k uint64, size int) []byte {
	switch f {
	case eventStream, bareStream: // WHATWG HTML section 9.2, in one chunk (RFC 9112 section 7.1) or in none
		const idLine, dataLine, end = "id: ", "\ndata: ", "\n\n"
		var id [20]byte
		number := strconv.AppendUint(id[:0], k+1, 10)
		if f == eventStream {
			b = strconv.AppendInt(b, int64(len(idLine)+len(number)+len(dataLine)+size+len(end)), 16)
			b = append(b, "\r\n"...)
		}
		b = append(b, idLine...)
		b = append(b, number...)
		b = append(b, dataLine...)
		b = wire.AppendPayload(b, k, size)
		if b = append(b, end...); f == eventStream {
			b = append(b, "\r\n"...)
		}
		return b
	case message: // RFC 6455 section 5.2: an unmasked text frame, the last of its message
		b = append(b, 0x81)
		switch wire.WebSocketHead(size, false) {
		case 2:
			b = append(b, byte(size))
		case 4:
			b = binary.BigEndian.AppendUint16(append(b, 126), uint16(size))
		default:
			b = binary.BigEndian.AppendUint64(append(b, 127), uint64(size))
		}
	case frame:
		b = binary.BigEndian.AppendUint32(b, uint32(size))
	}
	return wire.AppendPayload(b, k, size)
}
