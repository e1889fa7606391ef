package parse

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Preface is what a client's side of an HTTP/2 connection begins with (RFC 9113
// section 3.4).
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// FrameHead is the size of the head of an HTTP/2 frame, MaxFrame the most that one
// carries behind it where its receiver has not asked for more (RFC 9113 sections
// 4.1 and 4.2).
const (
	FrameHead = 9
	MaxFrame  = 1 << 14
)

// A FrameType says what an HTTP/2 frame is (RFC 9113 section 6).
type FrameType byte

// The types of frames.
const (
	DataFrame FrameType = iota
	HeadersFrame
	PriorityFrame
	ResetFrame
	SettingsFrame
	PushFrame
	PingFrame
	GoAwayFrame
	WindowFrame
	ContinuationFrame
)

// The flags of frames. Ack is of SETTINGS and PING.
const (
	EndStream   = 0x1
	Ack         = 0x1
	EndHeaders  = 0x4
	Padded      = 0x8
	Prioritized = 0x20
)

// The settings of a connection (RFC 9113 section 6.5.2).
const (
	SettingTableSize     = 1
	SettingPush          = 2
	SettingStreams       = 3
	SettingInitialWindow = 4
	SettingConnect       = 8 // whether the extended CONNECT may be used (RFC 8441 section 3)
)

// An HTTP2Frame is the head of a frame.
type HTTP2Frame struct {
	Length int // of what follows the head
	Type   FrameType
	Flags  byte
	Stream uint32 // 0: the connection
}

// Has reports whether a flag is set.
func (f HTTP2Frame) Has(flag byte) bool { return f.Flags&flag != 0 }

// HTTP2FrameOf reads the head of a frame, the first FrameHead bytes of b. The
// reserved bit is passed over.
func HTTP2FrameOf(b []byte) HTTP2Frame {
	return HTTP2Frame{
		Length: int(b[0])<<16 | int(b[1])<<8 | int(b[2]), Type: FrameType(b[3]), Flags: b[4],
		Stream: binary.BigEndian.Uint32(b[5:]) &^ (1 << 31),
	}
}

// AppendHTTP2Frame appends a frame with the given payload, whose size becomes its
// Length.
func AppendHTTP2Frame(b []byte, f HTTP2Frame, payload ...byte) []byte {
	n := len(payload)
	b = append(b, byte(n>>16), byte(n>>8), byte(n), byte(f.Type), f.Flags)
	b = binary.BigEndian.AppendUint32(b, f.Stream)
	return append(b, payload...)
}

// Unpad returns what a DATA or HEADERS frame carries, without its padding and, of
// HEADERS, without its priority (RFC 9113 sections 6.1 and 6.2).
func (f HTTP2Frame) Unpad(payload []byte) ([]byte, error) {
	pad := 0
	if f.Has(Padded) {
		if len(payload) == 0 {
			return nil, errors.New("a padded frame without the size of its padding")
		}
		pad, payload = int(payload[0]), payload[1:]
	}
	if f.Type == HeadersFrame && f.Has(Prioritized) {
		if len(payload) < 5 {
			return nil, errors.New("a HEADERS frame without its priority")
		}
		payload = payload[5:]
	}
	if pad > len(payload) {
		return nil, fmt.Errorf("a frame with %d bytes of padding has %d", pad, len(payload))
	}
	return payload[:len(payload)-pad], nil
}

// HTTP2Settings calls set for each setting of a SETTINGS frame.
func HTTP2Settings(payload []byte, set func(id uint16, value uint32)) error {
	if len(payload)%6 != 0 {
		return fmt.Errorf("a SETTINGS frame of %d bytes", len(payload))
	}
	for ; len(payload) > 0; payload = payload[6:] {
		set(binary.BigEndian.Uint16(payload), binary.BigEndian.Uint32(payload[2:]))
	}
	return nil
}

// AppendHTTP2Setting appends one setting to the payload of a SETTINGS frame.
func AppendHTTP2Setting(b []byte, id uint16, value uint32) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16(b, id), value)
}

// HTTP2Window is by how much a WINDOW_UPDATE frame opens a window (RFC 9113 section 6.9).
func HTTP2Window(payload []byte) (int, error) {
	if len(payload) != 4 {
		return 0, fmt.Errorf("a WINDOW_UPDATE frame of %d bytes", len(payload))
	}
	n := binary.BigEndian.Uint32(payload) &^ (1 << 31)
	if n == 0 {
		return 0, errors.New("a WINDOW_UPDATE frame that opens no window")
	}
	return int(n), nil
}

// HTTP2Reset is why a RST_STREAM frame ends its stream.
func HTTP2Reset(payload []byte) error {
	if len(payload) != 4 {
		return fmt.Errorf("a RST_STREAM frame of %d bytes", len(payload))
	}
	return fmt.Errorf("the server reset the stream: %s", errorName(binary.BigEndian.Uint32(payload)))
}

// HTTP2GoAway is why a GOAWAY frame ends the connection. Graceful: what has begun
// goes on.
func HTTP2GoAway(payload []byte) (graceful bool, err error) {
	if len(payload) < 8 {
		return false, fmt.Errorf("a GOAWAY frame of %d bytes", len(payload))
	}
	code, text := binary.BigEndian.Uint32(payload[4:]), ""
	if len(payload) > 8 {
		text = ": " + Excerpt(payload[8:])
	}
	return code == 0, fmt.Errorf("the server ends the HTTP/2 connection: %s%s", errorName(code), text)
}

// errorName is the name of an error code (RFC 9113 section 7).
func errorName(code uint32) string {
	names := []string{
		"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
		"REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
	}
	if int(code) < len(names) {
		return names[code]
	}
	return fmt.Sprintf("error %#x", code)
}

// NewResponse is the head of an HTTP/2 response of which no field has been read.
func NewResponse() Response { return Response{Length: -1} }

// Field takes one field of an HTTP/2 response's head, or its pseudo-header
// :status (RFC 9113 section 8.3.2).
func (res *Response) Field(name, value string) error {
	if name == ":status" {
		status, ok := 0, len(value) == 3
		for _, c := range []byte(value) {
			ok = ok && '0' <= c && c <= '9'
			status = 10*status + int(c-'0')
		}
		if !ok || status < 100 {
			return fmt.Errorf("not an HTTP status: %.40q", value)
		}
		res.Status = status
		return nil
	}
	if name == "" || name[0] == ':' {
		return fmt.Errorf("not a field of a response: %.60q", name)
	}
	return res.header([]byte(name), []byte(value))
}

// Complete ends a head of HTTP/2 that is size bytes on the wire, with those of its
// frames.
func (res *Response) Complete(size int) error {
	res.Size = size
	if res.Status == 0 {
		return errors.New("the head of the answer has no :status")
	}
	if res.Chunked {
		return errors.New("an answer over HTTP/2 with Transfer-Encoding")
	}
	if res.bodyless() {
		res.Length = 0
	}
	return nil
}
