package check

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"time"

	"pushbench/loadgen/parse"
)

// A body is the body of an answer, as it comes.
type body struct {
	*line
	chunked bool
	left    int64 // of the chunk or of the body; -1: until the connection ends
	text    []byte
	chunks  []int // where in line.got each chunk begins
	within  part
	ended   bool
}

// A part is where a chunked body stands (RFC 9112 section 7.1).
type part int

const (
	sizeLine part = iota
	data
	dataEnd
	trailer
)

// body returns the body behind the head a that was just read.
func (l *line) body(a *answer) *body {
	return &body{line: l, chunked: a.chunked, left: a.length, ended: !a.chunked && a.length == 0}
}

// more waits until there is more text. The error is errEnded at the end of the body,
// errQuiet when nothing came until the limit.
func (b *body) more(limit time.Time) error {
	before := len(b.text)
	for {
		if err := b.decode(); err != nil {
			return err
		}
		switch {
		case len(b.text) > before:
			return nil
		case b.ended:
			return errEnded
		}
		err := b.fill(limit)
		if err == errClosed && !b.chunked && b.left < 0 {
			b.ended = true
			return errEnded
		}
		if err != nil {
			return err
		}
	}
}

// all waits for the whole body.
func (b *body) all(limit time.Time) error {
	for {
		if err := b.more(limit); err == errEnded {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// decode takes what has come.
func (b *body) decode() error {
	for !b.ended {
		raw := b.rest()
		switch {
		case !b.chunked || b.within == data:
			n := len(raw)
			if b.left >= 0 {
				n = int(min(int64(n), b.left))
				b.left -= int64(n)
			}
			if n == 0 {
				return nil
			}
			b.text = append(b.text, raw[:n]...)
			b.taken += n
			if b.left != 0 {
				continue
			}
			b.ended = !b.chunked
			b.within = dataEnd
		case b.within == dataEnd:
			if len(raw) < 2 {
				return nil
			}
			if string(raw[:2]) != "\r\n" {
				return fmt.Errorf("a chunk does not end where it should: %s", parse.Excerpt(raw))
			}
			b.taken += 2
			b.within = sizeLine
		default:
			text, _, whole := bytes.Cut(raw, []byte("\n"))
			if !whole {
				return nil
			}
			begin := b.taken
			b.taken += len(text) + 1
			text = bytes.TrimSuffix(text, []byte("\r"))
			if b.within == trailer {
				b.ended = len(text) == 0
				continue
			}
			size, err := parse.ChunkSize(text)
			if err != nil {
				return fmt.Errorf("the size of a chunk cannot be read: %s", parse.Excerpt(text))
			}
			b.left, b.within = size, data
			if size == 0 {
				b.within = trailer
				continue
			}
			b.chunks = append(b.chunks, begin)
		}
	}
	return nil
}

// unpacked is what text, packed by gzip, has in it as far as it has come.
func unpacked(text []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil
	}
	all, _ := io.ReadAll(r) // the error is that more is to come
	return all
}

// beginning is what there is at once of the body behind the head a, for an error.
func (l *line) beginning(a *answer) []byte {
	b := l.body(a)
	_ = b.all(time.Now().Add(200 * time.Millisecond)) // what has come by then is enough
	return b.text
}
