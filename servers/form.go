package servers

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"pushbench/servers/wire"

	"github.com/gorilla/websocket"
)

// A form is how a client wants to have events: all of them carry the same
// payload. The zero value is as text, without a content coding.
type form struct {
	binary bool // as bytes: in binary messages over WebSocket, else as base64 (RFC 4648 section 4)
	gzip   bool // answers have the content coding gzip (RFC 9110 section 8.4.1.3); over WebSocket it means nothing
}

// formOf reads from a request what its client wants.
func formOf(r *http.Request) (form, error) {
	binary, err := param(r.URL.RawQuery, wire.ParamBinary)
	if err != nil {
		return form{}, err
	}
	compress, err := compresses(r)
	return form{binary: binary != "", gzip: compress && acceptsGzip(r.Header["Accept-Encoding"])}, err
}

// compresses reports whether a request has the parameter that asks for compression. To
// accept it is not enough: browsers and proxies always do, and a stream that is compressed
// costs its server a writer.
func compresses(r *http.Request) (bool, error) {
	compress, err := param(r.URL.RawQuery, wire.ParamCompress)
	return compress != "", err
}

// acceptsGzip reports whether Accept-Encoding names gzip, with a weight above 0
// if it has one (RFC 9110 sections 12.4.2 and 12.5.3).
func acceptsGzip(fields []string) bool {
	for _, field := range fields {
		for coding := range strings.SplitSeq(field, ",") {
			name, weight, weighted := strings.Cut(coding, ";")
			if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
				continue
			}
			if !weighted {
				return true
			}
			name, value, _ := strings.Cut(weight, "=")
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			return err == nil && q > 0 && strings.EqualFold(strings.TrimSpace(name), "q")
		}
	}
	return false
}

// tag is the entity tag of an answer with the cursor. It is a weak one where
// there is a content coding: the same tag without it is of other bytes (RFC 9110
// section 8.8.1).
func (f form) tag(cursor string) string {
	if f.gzip {
		return `W/"` + cursor + `"`
	}
	return `"` + cursor + `"`
}

// block returns the event as a block of an event stream, shared by all clients that want the
// form.
func (f form) block(e *Event) block {
	made := &e.sse
	if f.binary {
		made = &e.inOtherForms().bytesSSE
	}
	return made.get(func() block {
		size := len(e.Payload)
		if f.binary {
			size = base64.StdEncoding.EncodedLen(size)
		}
		b := make([]byte, chunkRoom, chunkRoom+blockFields+size+len("\r\n"))
		return closeBlock(f.appendBlock(b, e, ""))
	})
}

// blockFields is at least what stands around the data of a block without an epoch.
const blockFields = len("id: \ndata: \n\n") + 20

// appendBlock appends the text of what block returns, with an epoch in the id unless it is
// "".
func (f form) appendBlock(b []byte, e *Event, epoch string) []byte {
	b = append(b, "id: "...)
	b = appendCursor(b, epoch, e.ID)
	b = append(b, "\ndata: "...)
	if f.binary {
		b = base64.StdEncoding.AppendEncode(b, e.Payload)
	} else {
		b = append(b, e.Payload...)
	}
	return append(b, "\n\n"...)
}

// addElement adds the event to a batch as an element of a JSON array. Of bytes
// it makes the text each time, which costs less than to keep it.
func (f form) addElement(out *batch, e *Event) {
	if !f.binary {
		out.add(e.Payload)
		return
	}
	out.encode(func(to []byte) []byte {
		return append(base64.StdEncoding.AppendEncode(append(to, '"'), e.Payload), '"')
	})
}

// size is how many bytes addElement adds.
func (f form) size(e *Event) int {
	if f.binary {
		return len(`""`) + base64.StdEncoding.EncodedLen(len(e.Payload))
	}
	return len(e.Payload)
}

// frames returns the event as one WebSocket message, compressed or not, shared by all clients
// that want it so.
func (f form) frames(e *Event, deflated bool) []byte {
	from, made := plainMoulds, &e.message
	switch {
	case deflated && f.binary:
		from, made = deflatingMoulds, &e.inOtherForms().deflated[1]
	case deflated:
		from, made = deflatingMoulds, &e.inOtherForms().deflated[0]
	case f.binary:
		made = &e.inOtherForms().bytesMessage
	}
	return made.get(func() []byte { return messageFrames(from, f.kind(), e.Payload) })
}

// kind is that of WebSocket messages.
func (f form) kind() int {
	if f.binary {
		return websocket.BinaryMessage
	}
	return websocket.TextMessage
}
