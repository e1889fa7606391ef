package loadgen

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"pushbench/results"
	"pushbench/servers/wire"
)

// A response is the head of an HTTP/1.1 response, as much as a client needs.
type response struct {
	size      int // bytes, with the empty line
	status    int
	length    int64 // -1: no Content-Length
	chunked   bool
	closes    bool   // the connection ends after it
	keeps     bool   // Connection: keep-alive
	media     string // of Content-Type, without its parameters, as it was sent
	encoding  string // Content-Encoding, as it was sent; empty: none
	cursor    uint64 // wire.HeaderCursor
	hasCursor bool
}

const maxHead = 64 << 10

var errLongHead = fmt.Errorf("response head of more than %d bytes", maxHead)

// readResponse reads and books the head of the next response. Interim answers
// before it are booked and passed over (RFC 9110 section 15.2).
func (p *pipe) readResponse() (response, error) {
	for interim := 0; ; {
		res, err := p.readHead()
		var cut cutOff
		if errors.As(err, &cut) {
			cut.after += interim
			err = cut
		}
		if err != nil || res.status >= 200 || res.status == 101 {
			return res, err
		}
		interim += res.size
	}
}

func (p *pipe) readHead() (response, error) {
	seen := 0
	for {
		have := p.buf[p.r:p.w]
		// The end may be split over reads: look again at the last three bytes.
		if i := bytes.Index(have[max(0, seen-3):], headEnd); i >= 0 {
			n := max(0, seen-3) + i + len(headEnd)
			res, err := parseResponse(have[:n])
			p.r += n
			p.received(results.Head, n)
			return res, err
		}
		if seen = len(have); seen > maxHead {
			return response{}, errLongHead
		}
		if err := p.fill(); err != nil {
			return response{}, cutOff{seen, err}
		}
	}
}

// A cutOff is the end of a connection in a response's head.
type cutOff struct {
	after int // bytes of it, and of the interim answers before it
	err   error
}

func (e cutOff) Error() string {
	return fmt.Sprintf("response head cut off after %d bytes: %v", e.after, e.err)
}

func (e cutOff) Unwrap() error { return e.err }

// parseResponse reads a whole head, its empty line included (RFC 9112
// sections 3 to 6). Obsolete line folding and a message with both lengths are
// refused: no server that is measured has a reason to send them.
func parseResponse(b []byte) (response, error) {
	res := response{size: len(b), length: -1}
	line, rest, _ := bytes.Cut(b, []byte("\r\n"))
	if len(line) < 12 || string(line[:7]) != "HTTP/1." || line[8] != ' ' || len(line) > 12 && line[12] != ' ' {
		return res, fmt.Errorf("not an HTTP/1.1 status line: %.40q", line)
	}
	status, err := strconv.ParseUint(string(line[9:12]), 10, 16)
	if err != nil || status < 100 {
		return res, fmt.Errorf("not an HTTP status: %.40q", line)
	}
	res.status = int(status)
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
		res.closes = true
	}
	if res.chunked && res.length >= 0 {
		return res, errors.New("response has both Content-Length and Transfer-Encoding")
	}
	if res.bodyless() {
		res.length, res.chunked = 0, false
	}
	return res, nil
}

func (res *response) header(name, value []byte) error {
	switch {
	case is(name, "Content-Length"):
		n, err := strconv.ParseUint(string(value), 10, 62)
		if err != nil {
			return fmt.Errorf("not a Content-Length: %.40q", value)
		}
		if res.length >= 0 && res.length != int64(n) {
			return errors.New("response has two different Content-Length headers")
		}
		res.length = int64(n)
	case is(name, "Transfer-Encoding"):
		if !is(value, "chunked") {
			return fmt.Errorf("unknown Transfer-Encoding %.40q", value)
		}
		res.chunked = true
	case is(name, "Connection"):
		res.closes = res.closes || has(value, "close")
		res.keeps = res.keeps || has(value, "keep-alive")
	case is(name, "Content-Type"):
		media, _, _ := bytes.Cut(value, []byte(";"))
		res.media = string(bytes.TrimRight(media, " \t"))
	case is(name, "Content-Encoding"):
		if !is(value, "identity") {
			res.encoding = string(value)
		}
	case is(name, wire.HeaderCursor):
		n, err := strconv.ParseUint(string(value), 10, 64)
		if err != nil {
			return fmt.Errorf("not an event number in %s: %.40q", wire.HeaderCursor, value)
		}
		res.cursor, res.hasCursor = n, true
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

// readable is an error that names the encoding of an answer that only another
// client could read: this one asks for none (RFC 9110 section 8.4).
func (res *response) readable() error {
	if res.encoding == "" {
		return nil
	}
	return fmt.Errorf("the answer is encoded with %s, which was not asked for", excerpt([]byte(res.encoding)))
}

// bodyless reports whether the status forbids a body (RFC 9110 section 6.4.1).
func (res *response) bodyless() bool {
	return res.status < 200 || res.status == 204 || res.status == 304
}

// A body reads what follows a response's head.
type body struct {
	*pipe
	left    int64 // of the chunk, or of the whole when not chunked
	chunked bool
	first   bool // no chunk has been opened yet
}

// newBody returns the body of res, which must have a length or be chunked:
// one that is ended by the connection's close cannot be told from one cut off.
func newBody(p *pipe, res response) (*body, error) {
	if !res.chunked && res.length < 0 {
		return nil, errors.New("response has neither Content-Length nor chunks")
	}
	return &body{pipe: p, left: max(0, res.length), chunked: res.chunked, first: true}, nil
}

// beginning is the first of the body of res, as much as an error quotes and,
// when nothing has come with the head, one read brings. It is not booked.
func (p *pipe) beginning(res response) (text []byte) {
	if !res.chunked && res.length < 0 {
		res.length = 1 << 62 // until the connection ends
	}
	b, err := newBody(p, res)
	if err != nil {
		return nil
	}
	for len(text) <= maxExcerpt && (len(text) == 0 || b.buffered()) {
		piece, more, err := b.next()
		if err != nil || !more {
			break
		}
		text = append(text, piece...)
	}
	return text
}

// next returns the next piece of the body, at least one byte, without waiting
// for more than is there; more is false at its end. The piece is valid until
// the next call and is not yet booked: its reader knows what kind it is.
func (b *body) next() (piece []byte, more bool, err error) {
	for b.left == 0 {
		if !b.chunked {
			return nil, false, nil
		}
		if err := b.openChunk(); err != nil || b.left == 0 {
			return nil, false, err
		}
	}
	if b.r == b.w {
		if err := b.fill(); err != nil {
			if b.chunked {
				err = fmt.Errorf("chunk cut off %d bytes before its end: %w", b.left, err)
			}
			return nil, false, err
		}
	}
	n := int(min(b.left, int64(b.w-b.r)))
	piece = b.buf[b.r : b.r+n]
	b.r += n
	b.left -= int64(n)
	return piece, true, nil
}

// buffered reports whether next would return without reading.
func (b *body) buffered() bool {
	if b.r == b.w {
		return false
	}
	if b.left > 0 {
		return true
	}
	// Between chunks: the line end of the last one and a whole size line.
	return b.chunked && bytes.Count(b.buf[b.r:b.w], []byte("\n")) > boolInt(!b.first)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// openChunk consumes and books the line end of the last chunk and the size
// line of the next (RFC 9112 section 7.1). The last chunk leaves left at 0 and
// has consumed the trailer.
func (b *body) openChunk() error {
	if !b.first {
		end, err := b.need("line end of a chunk", 2)
		if err != nil {
			return err
		}
		if string(end) != "\r\n" {
			return fmt.Errorf("chunk is not followed by a line end but by %q", end)
		}
		b.r += 2
		b.received(results.Chunking, 2)
	}
	b.first = false
	line, err := b.line()
	if err != nil {
		return err
	}
	size, _, _ := bytes.Cut(line, []byte(";"))
	n, err := strconv.ParseUint(string(bytes.TrimRight(size, " \t")), 16, 62)
	if err != nil {
		return fmt.Errorf("not a chunk size: %.40q", line)
	}
	b.left = int64(n)
	for n == 0 { // the trailer, up to an empty line
		line, err := b.line()
		if err != nil {
			return err
		}
		if len(line) == 0 {
			b.chunked = false
			break
		}
	}
	return nil
}

// line consumes a line, books it as chunking and returns it without its end.
func (b *body) line() ([]byte, error) {
	for seen := 0; ; {
		if i := bytes.IndexByte(b.buf[b.r+seen:b.w], '\n'); i >= 0 {
			line := b.buf[b.r : b.r+seen+i]
			b.r += seen + i + 1
			b.received(results.Chunking, seen+i+1)
			if !bytes.HasSuffix(line, []byte("\r")) {
				return nil, fmt.Errorf("chunk line ends without a carriage return: %.40q", line)
			}
			return line[:len(line)-1], nil
		}
		if seen = b.w - b.r; seen > 4096 {
			return nil, errors.New("chunk line of more than 4096 bytes")
		}
		if err := b.fill(); err != nil {
			return nil, fmt.Errorf("chunk line cut off after %d bytes: %w", seen, err)
		}
	}
}
