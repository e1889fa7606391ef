package loadgen

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"pushbench/loadgen/parse"
	"pushbench/results"
	"pushbench/servers/wire"
)

// A coding is how a client's events are carried, and what it needs to read them.
// The zero value carries payloads as they are.
type coding struct {
	compress bool // content is asked for with gzip, messages with permessage-deflate
	binary   bool // payloads are carried as bytes
	base64   bool // of which each is written as text

	decoding bool   // what is being read was compressed: it is booked apart from what was on the wire
	plain    []byte // of an answer
	scratch  []byte // of base64
	release  func() // frees what reads compressed content, when nobody reads any more; nil: nothing does
}

func codingOf(v wire.Variant) coding {
	binary := v.On(wire.Binary)
	return coding{compress: v.On(wire.Compress), binary: binary, base64: binary && v.Transport != wire.WebSocket}
}

// parameter returns the parameters of a request that say how events are carried.
func (k coding) parameter() (text string) {
	if k.binary {
		text = "&" + wire.ParamBinary + "=1"
	}
	if k.compress {
		text += "&" + wire.ParamCompress + "=1"
	}
	return text
}

// acceptEncoding is what a request says of content codings; empty: nothing.
func acceptEncoding(v wire.Variant) string {
	if v.On(wire.Compress) && v.Transport != wire.WebSocket {
		return "gzip"
	}
	return ""
}

// coded takes it off an answer with events that it has the content coding that
// was asked for, so that the answer is readable. An answer without it is an error:
// the trial would not measure what its name says.
func (k coding) coded(res *parse.Response) error {
	if !k.compress || res.Status != 200 {
		return nil
	}
	if !strings.EqualFold(res.Encoding, "gzip") {
		return fmt.Errorf("the answer's Content-Encoding is %q, and the client asked for gzip", res.Encoding)
	}
	res.Encoding = ""
	return nil
}

// extended is the error of a WebSocket whose messages will not be compressed
// although the client asked for that. Agreed is what the server says of extensions.
func (k coding) extended(agreed string) error {
	const extension = "permessage-deflate"
	if k.compress && !strings.HasPrefix(agreed, extension) {
		return fmt.Errorf("the server's Sec-WebSocket-Extensions are %q, and the client asked for %s", agreed, extension)
	}
	return nil
}

// payload returns the payload that text carries, without the white space that
// JSON permits around it. It is valid until the next call.
func (k *coding) payload(text []byte) ([]byte, error) {
	text = parse.TrimSpace(text)
	if !k.base64 {
		return text, nil
	}
	if n := len(text); n >= 2 && text[0] == '"' && text[n-1] == '"' { // the string of an array
		text = text[1 : n-1]
	}
	var err error
	if k.scratch, err = base64.StdEncoding.AppendDecode(k.scratch[:0], text); err != nil {
		return nil, fmt.Errorf("an event that is not base64: %w: %s", err, parse.Excerpt(text))
	}
	return k.scratch, nil
}

// book books n bytes of what is being read under kind k: as received or, when
// that was compressed, as decoded.
func (c *client) book(k results.Kind, n int) {
	if c.decoding {
		c.end().decoded[k] += int64(n)
		return
	}
	c.end().received(k, n)
}

// compressed books n bytes of compressed content. What is booked then is what it
// is when it is decompressed.
func (c *client) compressed(n int) {
	c.decoding = true
	c.end().received(results.Compressed, n)
}

// decompressed returns what the whole text of an answer is when it is decompressed,
// and books the text. It is valid until the next call.
func (c *client) decompressed(text []byte) ([]byte, error) {
	if !c.compress {
		return text, nil
	}
	c.compressed(len(text))
	var err error
	if c.plain, err = decompress(c.plain[:0], text); err != nil {
		return nil, fmt.Errorf("an answer that is not gzip: %w", err)
	}
	return c.plain, nil
}

var errText = errors.New("a text message, and the client asked for binary ones")
