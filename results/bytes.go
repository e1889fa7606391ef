package results

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// A Kind is what bytes on the wire are for. Everything that counts, writes,
// reads or shows a ledger ranges over Kinds: a new kind is a constant and its
// row in kindRows.
type Kind int

// The kinds of bytes, in the order in which they are written and shown.
const (
	Payload Kind = iota
	Framing
	Head
	Chunking
	WebSocket
	TLS
	TCPIP
	Other
	HTTP2Frames
	HPACK
	HTTP2Settings
	HTTP2Window
	HTTP2Control
	Compressed
	kinds
)

var kindRows = [kinds]struct {
	key   string // in JSON
	name  string // for people
	about string // what it is
	added bool   // the transport adds it to events, HTTP heads apart
	rare  bool   // not written and not shown where there is none
}{
	Payload:       {"payload", "payload", "of events", false, false},
	Framing:       {"framing", "framing", "JSON arrays and envelopes, SSE fields and comments, bodies of requests, tcp frame heads, white space around an event, what base64 adds", true, false},
	Head:          {"head", "HTTP head", "HTTP request and response heads", false, false},
	Chunking:      {"chunking", "chunking", "chunk size lines and their line ends", true, false},
	WebSocket:     {"websocket", "WebSocket", "frame heads, masks, control frames", true, false},
	TLS:           {"tls", "TLS", "records and handshake: socket bytes less plaintext", false, false},
	TCPIP:         {"tcpip", "TCP/IP", "IPv4 and TCP headers with options, from segment counts", false, false},
	Other:         {"other", "other framing", "what a foreign server sends without an event in it: comments, greetings, confirmations, pings that are messages, unknown events; what is said to it over a WebSocket; and the events that prove a subscription", true, true},
	HTTP2Frames:   {"http2_frames", "HTTP/2 frames", "heads of HEADERS, CONTINUATION and DATA frames, and their padding", true, true},
	HPACK:         {"hpack", "HPACK", "header blocks of HTTP/2, in place of HTTP heads", false, true},
	HTTP2Settings: {"http2_settings", "HTTP/2 settings", "the connection preface, SETTINGS frames and their acknowledgments", true, true},
	HTTP2Window:   {"http2_window", "HTTP/2 windows", "WINDOW_UPDATE frames", true, true},
	HTTP2Control:  {"http2_control", "HTTP/2 control", "PING, GOAWAY, RST_STREAM, PRIORITY and unknown frames", true, true},
	Compressed:    {"compressed", "compressed", "compressed content: payload with its framing", false, true},
}

// Kinds returns every kind, in order.
func Kinds() []Kind {
	all := make([]Kind, kinds)
	for i := range all {
		all[i] = Kind(i)
	}
	return all
}

// Key is the kind's name in the record.
func (k Kind) Key() string { return kindRows[k].key }

// String is the kind's name for people.
func (k Kind) String() string { return kindRows[k].name }

// About says what the kind is, without a full stop.
func (k Kind) About() string { return kindRows[k].about }

// Rare reports whether the kind is written and shown only where there are bytes
// of it.
func (k Kind) Rare() bool { return kindRows[k].rare }

// Bytes is one direction of a ledger, by kind. The kinds add up to the bytes on
// the wire, IP headers included.
type Bytes [kinds]int64

// Total is the bytes of all kinds: what crossed the wire in one direction.
func (b Bytes) Total() (n int64) {
	for _, v := range b {
		n += v
	}
	return n
}

// Data is what TCP carried: all bytes without the TCP and IP headers.
func (b Bytes) Data() int64 { return b.Total() - b[TCPIP] }

// Around is what stands around events, HTTP heads and header blocks apart.
func (b Bytes) Around() (n int64) {
	for k, row := range kindRows {
		if row.added {
			n += b[k]
		}
	}
	return n
}

// Plus adds o to each kind.
func (b Bytes) Plus(o Bytes) Bytes {
	for k := range b {
		b[k] += o[k]
	}
	return b
}

// Times multiplies each kind by n. Times(-1) turns a sum into a difference.
func (b Bytes) Times(n int64) Bytes {
	for k := range b {
		b[k] *= n
	}
	return b
}

// MarshalJSON writes an object with every kind, in order; of the rare ones those
// of which there are bytes.
func (b Bytes) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for k, row := range kindRows {
		if row.rare && b[k] == 0 {
			continue
		}
		if k > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendQuote(text, row.key)
		text = append(text, ':')
		text = strconv.AppendInt(text, b[k], 10)
	}
	return append(text, '}'), nil
}

// UnmarshalJSON reads such an object. A kind that is left out is 0; one that is
// not known or comes twice is an error.
func (b *Bytes) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return json.Unmarshal(data, new(map[string]int64)) // null changes nothing, anything else is a type error
	}
	*b = Bytes{}
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return err
	}
	var seen [kinds]bool
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		k := kindOf(key)
		if k == kinds {
			return fmt.Errorf("has %q, which is not a kind of bytes", key)
		}
		if seen[k] {
			return fmt.Errorf("has %q twice", key)
		}
		seen[k] = true
		if err := dec.Decode(&b[k]); err != nil {
			return err
		}
	}
	return nil
}

// kindOf is the kind with the key; kinds when there is none.
func kindOf(key any) Kind {
	for k, row := range kindRows {
		if row.key == key {
			return Kind(k)
		}
	}
	return kinds
}
