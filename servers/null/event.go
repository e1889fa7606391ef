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
	message
	frame
	forms
)

// appendEvent appends event k to b as package servers writes it.
func (f form) appendEvent(b []byte, k uint64, size int) []byte {
	switch f {
	case eventStream: // WHATWG HTML section 9.2, in one chunk (RFC 9112 section 7.1)
		const idLine, dataLine, end = "id: ", "\ndata: ", "\n\n"
		var id [20]byte
		number := strconv.AppendUint(id[:0], k+1, 10)
		b = strconv.AppendInt(b, int64(len(idLine)+len(number)+len(dataLine)+size+len(end)), 16)
		b = append(b, "\r\n"+idLine...)
		b = append(b, number...)
		b = append(b, dataLine...)
		b = wire.AppendPayload(b, k, size)
		return append(b, end+"\r\n"...)
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
