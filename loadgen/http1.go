package loadgen

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"pushbench/loadgen/parse"
	"pushbench/results"
)

const maxHead = 64 << 10

var errLongHead = fmt.Errorf("response head of more than %d bytes", maxHead)

// readResponse reads and books the head of the next response. Interim answers
// before it are booked and passed over (RFC 9110 section 15.2).
func (p *pipe) readResponse() (parse.Response, error) {
	for interim := 0; ; {
		res, err := p.readHead()
		var cut cutOff
		if errors.As(err, &cut) {
			cut.after += interim
			err = cut
		}
		if err != nil || res.Status >= 200 || res.Status == 101 {
			return res, err
		}
		interim += res.Size
	}
}

// interim reads what has come, and passes over interim answers. It reports whether the
// answer itself has begun.
func (p *pipe) interim() (begun bool, err error) {
	if err := p.fill(); err != nil {
		return false, err
	}
	for p.r < p.w {
		have := p.buf[p.r:p.w]
		i := bytes.Index(have, parse.HeadEnd)
		if i < 0 || !parse.Interim(have) {
			return true, nil
		}
		n := i + len(parse.HeadEnd)
		p.r += n
		p.received(results.Head, n)
	}
	return false, nil
}

func (p *pipe) readHead() (parse.Response, error) {
	seen := 0
	for {
		have := p.buf[p.r:p.w]
		// The end may be split over reads: search the last three bytes once more.
		if i := bytes.Index(have[max(0, seen-3):], parse.HeadEnd); i >= 0 {
			n := max(0, seen-3) + i + len(parse.HeadEnd)
			res, err := parse.Head(have[:n])
			p.r += n
			p.received(results.Head, n)
			return res, err
		}
		if seen = len(have); seen > maxHead {
			return parse.Response{}, errLongHead
		}
		if err := p.fill(); err != nil {
			return parse.Response{}, cutOff{seen, err}
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

// A content reads what follows a response's head.
type content struct {
	*pipe
	left    int64 // of the chunk, or of the body when not chunked
	chunked bool
	ended   bool // no chunk's line end is to come: there was no chunk, or its end is consumed
}

// newContent returns the body of res, which must have a length or be chunked:
// one that is ended by the connection's close cannot be told from one cut off.
func newContent(p *pipe, res parse.Response) (*content, error) {
	if !res.Chunked && res.Length < 0 {
		return nil, errors.New("the answer has neither Content-Length nor chunks: a whole one could not be told from one that was cut off")
	}
	return &content{pipe: p, left: max(0, res.Length), chunked: res.Chunked, ended: true}, nil
}

// beginning is the first of the body of res, as much as an error quotes and,
// when nothing has come with the head, one read brings. It is not booked.
func (p *pipe) beginning(res parse.Response) (text []byte) {
	if !res.Chunked && res.Length < 0 {
		res.Length = 1 << 62 // until the connection ends
	}
	b, err := newContent(p, res)
	if err != nil {
		return nil
	}
	for len(text) <= parse.MaxExcerpt && (len(text) == 0 || b.buffered()) {
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
func (b *content) next() (piece []byte, more bool, err error) {
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
func (b *content) buffered() bool {
	if b.r == b.w {
		return false
	}
	if b.left > 0 {
		return true
	}
	// Between chunks: the line end of the last one and a complete size line.
	return b.chunked && bytes.Count(b.buf[b.r:b.w], []byte("\n")) > boolInt(!b.ended)
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
func (b *content) openChunk() error {
	if !b.ended {
		end, err := b.need("line end of a chunk", 2)
		if err != nil {
			return err
		}
		if string(end) != "\r\n" {
			return fmt.Errorf("chunk ends with %q instead of a line end", end)
		}
		b.r += 2
		b.received(results.Chunking, 2)
	}
	b.ended = false
	line, err := b.line()
	if err != nil {
		return err
	}
	if b.left, err = parse.ChunkSize(line); err != nil {
		return err
	}
	for b.left == 0 { // the trailer, up to an empty line
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

// endChunk consumes and books the line end of a chunk whose data has been read, if it
// has come: it belongs to what the chunk carried. One that is wrong is left to openChunk.
func (b *content) endChunk() {
	if b.chunked && !b.ended && b.left == 0 && bytes.HasPrefix(b.buf[b.r:b.w], []byte("\r\n")) {
		b.r += 2
		b.received(results.Chunking, 2)
		b.ended = true
	}
}

// line consumes a line, books it as chunking and returns it without its end.
func (b *content) line() ([]byte, error) {
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

// readBody reads the body, or with an error what there is of it. It is valid
// until the next read and not yet booked.
func (p *pipe) readBody(res parse.Response) ([]byte, error) {
	b, err := newContent(p, res)
	if err != nil {
		return nil, err
	}
	if !res.Chunked {
		text, err := p.need("body", int(res.Length))
		if err != nil {
			return nil, err
		}
		p.r += len(text)
		return text, nil
	}
	var text []byte
	for {
		piece, more, err := b.next()
		if err != nil || !more {
			return text, err
		}
		if text = append(text, piece...); len(text) > maxBuffer {
			return text, errTooLong
		}
	}
}

// refused is the error for an answer that is none, with the reason that the
// server gives in its body.
func refused(status int, text []byte) error {
	if strings.TrimSpace(string(text)) == "" {
		return statusError{status, ""}
	}
	return statusError{status, ": " + parse.Excerpt(text)}
}

// A statusError is an answer with another status than was asked for.
type statusError struct {
	status int
	text   string
}

func (r statusError) Error() string { return fmt.Sprintf("status %d%s", r.status, r.text) }
