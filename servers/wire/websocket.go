package wire

import (
	"encoding/binary"
	"strings"
)

// WebSocketHead returns the size in bytes of the head of an unfragmented
// WebSocket frame with a payload of n bytes, masked (towards the server) or
// not: 2, 4 or 10 bytes and 4 more for the mask (RFC 6455 section 5.2).
func WebSocketHead(n int, masked bool) int {
	head := 2
	switch {
	case n > 65535:
		head = 10
	case n > 125:
		head = 4
	}
	if masked {
		head += 4
	}
	return head
}

// A WebSocketHeader reads the heads of WebSocket frames, byte by byte (RFC 6455
// section 5.2). The zero value is before the first one.
type WebSocketHeader struct {
	text     [14]byte // 2 bytes, up to 8 of length, 4 of mask
	n        int
	complete bool
}

// Add takes the next byte of a head; after a complete one it begins the next.
// sized says that the length ends with b: Size is known, and the mask is still
// to come if there is one. complete says that the head ends with b.
func (h *WebSocketHeader) Add(b byte) (sized, complete bool) {
	if h.complete {
		h.n, h.complete = 0, false
	}
	h.text[h.n] = b
	h.n++
	if h.n < 2 {
		return false, false
	}
	length, mask := 2, 0
	switch h.text[1] & 127 {
	case 126:
		length += 2
	case 127:
		length += 8
	}
	if h.text[1]&128 != 0 {
		mask = 4
	}
	h.complete = h.n == length+mask
	return h.n == length, h.complete
}

// Partial reports whether a head has begun and is not complete.
func (h *WebSocketHeader) Partial() bool { return h.n > 0 && !h.complete }

// Len is how many bytes of the head have come.
func (h *WebSocketHeader) Len() int { return h.n }

// Final reports whether the frame is the last of its message.
func (h *WebSocketHeader) Final() bool { return h.text[0]&128 != 0 }

// Compressed reports whether the first reserved bit is set, by which the first
// frame of a message says that it is compressed (RFC 7692 section 6).
func (h *WebSocketHeader) Compressed() bool { return h.text[0]&64 != 0 }

// Opcode is what kind of frame it is: from 8 on, a control frame.
func (h *WebSocketHeader) Opcode() byte { return h.text[0] & 15 }

// Size is how many bytes the frame's data has, and shortest whether its length
// is in as few bytes as that needs.
func (h *WebSocketHeader) Size() (n uint64, shortest bool) {
	switch n = uint64(h.text[1] & 127); n {
	case 126:
		n = uint64(binary.BigEndian.Uint16(h.text[2:]))
		return n, n > 125
	case 127:
		n = binary.BigEndian.Uint64(h.text[2:])
		return n, n > 65535
	}
	return n, true
}

// Unmask undoes the mask of data, the frame's whole data, in place. The head
// must be complete.
func (h *WebSocketHeader) Unmask(data []byte) {
	if h.text[1]&128 == 0 {
		return
	}
	mask := h.text[h.n-4 : h.n]
	for i := range data {
		data[i] ^= mask[i%4]
	}
}

// Tunnels reports whether each client of v has its WebSocket on a stream of HTTP/2
// (RFC 8441).
func (v Variant) Tunnels() bool { return v.Transport == WebSocket && v.Word(HTTP) == "2" }

// Tunneling returns the value that the environment variable GODEBUG must have when a
// process starts for Go's net/http to take WebSockets over HTTP/2: given, which is its
// value so far, with one setting more. net/http does not look again.
func Tunneling(given string) string {
	const setting = "http2xconnect=1"
	switch {
	case given == "":
		return setting
	case strings.Contains(given, setting):
		return given
	}
	return given + "," + setting
}
