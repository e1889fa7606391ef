package parse

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"pushbench/servers/wire"
)

// HeadEnd ends the head of a request or an answer: the empty line and the line
// end before it.
var HeadEnd = []byte("\r\n\r\n")

// A Response is the head of an HTTP/1.1 response, as much as a client needs.
type Response struct {
	Size      int // bytes, with the empty line
	Status    int
	Length    int64 // -1: no Content-Length
	Chunked   bool
	Closes    bool   // the connection ends after it
	keeps     bool   // Connection: keep-alive
	Media     string // of Content-Type, without its parameters, as it was sent
	Encoding  string // Content-Encoding, as it was sent; empty: none
	Cursor    uint64 // wire.HeaderCursor
	HasCursor bool
	Epoch     string // of the cursor; empty: it bears none

	Extensions string // Sec-WebSocket-Extensions, as it was sent
}

// Head reads a complete head, its empty line included (RFC 9112
// sections 3 to 6). Obsolete line folding and a message with both lengths are
// refused: no server that is measured has a reason to send them.
func Head(b []byte) (Response, error) {
	res := Response{Size: len(b), Length: -1}
	line, rest, _ := bytes.Cut(b, []byte("\r\n"))
	if len(line) < 12 || string(line[:7]) != "HTTP/1." || line[8] != ' ' || len(line) > 12 && line[12] != ' ' {
		return res, fmt.Errorf("not an HTTP/1.1 status line: %.40q", line)
	}
	status, err := strconv.ParseUint(string(line[9:12]), 10, 16)
	if err != nil || status < 100 {
		return res, fmt.Errorf("not an HTTP status: %.40q", line)
	}
	res.Status = int(status)
	for {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		if len(line) == 0 {
			break
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) == 0 || bytes.ContainsAny(name, " \t") {
			return res, fmt.Errorf("not a header line: %.60q", line)
		}
		if err := res.header(name, bytes.Trim(value, " \t")); err != nil {
			return res, err
		}
	}
	if b[7] == '0' && !res.keeps { // RFC 9112 section 9.3
		res.Closes = true
	}
	if res.Chunked && res.Length >= 0 {
		return res, errors.New("response has both Content-Length and Transfer-Encoding")
	}
	if res.bodyless() {
		res.Length, res.Chunked = 0, false
	}
	return res, nil
}

func (res *Response) header(name, value []byte) error {
	switch {
	case is(name, "Content-Length"):
		n, err := strconv.ParseUint(string(value), 10, 62)
		if err != nil {
			return fmt.Errorf("not a Content-Length: %.40q", value)
		}
		if res.Length >= 0 && res.Length != int64(n) {
			return errors.New("response has two different Content-Length headers")
		}
		res.Length = int64(n)
	case is(name, "Transfer-Encoding"):
		if !is(value, "chunked") {
			return fmt.Errorf("unknown Transfer-Encoding %.40q", value)
		}
		res.Chunked = true
	case is(name, "Connection"):
		res.Closes = res.Closes || has(value, "close")
		res.keeps = res.keeps || has(value, "keep-alive")
	case is(name, "Content-Type"):
		media, _, _ := bytes.Cut(value, []byte(";"))
		res.Media = string(bytes.TrimRight(media, " \t"))
	case is(name, "Content-Encoding"):
		if !is(value, "identity") {
			res.Encoding = string(value)
		}
	case is(name, "Sec-WebSocket-Extensions"):
		res.Extensions = string(value)
	case is(name, wire.HeaderCursor):
		epoch, n, err := Cursor(string(value))
		if err != nil {
			return err
		}
		res.Epoch, res.Cursor, res.HasCursor = epoch, n, true
	}
	return nil
}

func is(b []byte, s string) bool { return len(b) == len(s) && bytes.EqualFold(b, []byte(s)) }

// has reports whether list, separated by commas, has the token s, in any case
// (RFC 9110 section 5.6.1).
func has(list []byte, s string) bool {
	for token := range bytes.SplitSeq(list, []byte(",")) {
		if is(bytes.Trim(token, " \t"), s) {
			return true
		}
	}
	return false
}

// Readable is an error that names the encoding of an answer that only another
// client could read: this one asks for none (RFC 9110 section 8.4).
func (res *Response) Readable() error {
	if res.Encoding == "" {
		return nil
	}
	return fmt.Errorf("the answer is encoded with %s, which was not asked for", Excerpt([]byte(res.Encoding)))
}

// bodyless reports whether the status forbids a body (RFC 9110 section 6.4.1).
func (res *Response) bodyless() bool {
	return res.Status < 200 || res.Status == 204 || res.Status == 304
}

// Interim reports whether a head that begins b is that of an interim answer
// (RFC 9110 section 15.2): any of 1xx but 101, after which the protocol changes.
func Interim(b []byte) bool {
	const line = "HTTP/1.1 1xx"
	return len(b) >= len(line) && string(b[:7]) == line[:7] && b[9] == '1' && string(b[9:12]) != "101"
}

// ChunkSize reads the size line of a chunk, without its end (RFC 9112 section
// 7.1). Extensions are passed over.
func ChunkSize(line []byte) (int64, error) {
	size, _, _ := bytes.Cut(line, []byte(";"))
	n, err := strconv.ParseUint(string(bytes.TrimRight(size, " \t")), 16, 62)
	if err != nil {
		return 0, fmt.Errorf("not a chunk size: %.40q", line)
	}
	return int64(n), nil
}
