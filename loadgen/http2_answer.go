package loadgen

import (
	"context"
	"errors"
	"fmt"

	"pushbench/loadgen/parse"
	"pushbench/results"
)

func (x *http2Exchange) receive(context.Context) (parse.Response, body, error) {
	err := x.await()
	return x.head, x, err
}

// await waits for the answer: its end or, where it has none, its head.
func (x *http2Exchange) await() error {
	l := x.link
	if x.endless {
		for !x.headed && !x.ended {
			if err := l.step(); err != nil {
				return err
			}
		}
		return x.err
	}
	select {
	case <-x.ready:
	case l.turn <- struct{}{}:
		var err error
		for !x.ended && err == nil {
			err = l.step()
		}
		l.noteOverhead()
		<-l.turn
	}
	return x.err
}

// take takes a piece of the answer, its last one when it ends.
func (x *http2Exchange) take(piece []byte, ends bool) error {
	if x.used += len(piece); x.used >= streamWindow/2 && !ends {
		if err := x.open(x.used); err != nil {
			return err
		}
		x.used = 0
	}
	if x.piece == nil {
		if x.text = append(x.text, piece...); len(x.text) > maxBuffer {
			return errTooLong
		}
		return nil
	}
	x.own.last = x.link.last
	err := x.piece(piece, x.link.r < x.link.w)
	if err != nil && x.link.sharing > 1 {
		err = fmt.Errorf("client %d: %w", x.client.Client, err)
	}
	return err
}

// open opens the stream's window by n bytes.
func (x *http2Exchange) open(n int) error {
	l := x.link
	l.mu.Lock()
	defer l.mu.Unlock()
	f := parse.HTTP2Frame{Type: parse.WindowFrame, Stream: x.stream}
	l.scratch = parse.AppendHTTP2Frame(l.scratch[:0], f, increment(n)...)
	n, err := l.put(l.scratch)
	x.own.sent(results.HTTP2Window, n)
	return err
}

func (x *http2Exchange) whole() ([]byte, error) {
	x.taken = true
	return x.text, x.err
}

func (x *http2Exchange) beginning() []byte {
	for len(x.text) == 0 && !x.ended {
		if x.link.step() != nil {
			break
		}
	}
	return x.text[:min(len(x.text), parse.MaxExcerpt+1)]
}

// finish does nothing: the stream has ended with the answer.
func (x *http2Exchange) finish() error { return nil }

// flush books what was read of an answer, and behind the last frame.
func (x *http2Exchange) flush() {
	if !x.taken {
		x.own.received(results.Framing, len(x.text))
		x.taken = true
	}
	l := x.link
	l.book(results.HTTP2Control, l.w-l.r)
	l.r = l.w
}

func (x *http2Exchange) feed(take func(piece []byte, behind bool) error) (feed, error) {
	x.piece = take
	if len(x.text) > 0 || x.ended {
		return nil, errors.New("the server ended the stream")
	}
	return &http2Feed{x}, nil
}

// An http2Feed is a stream over HTTP/2. Whoever reads it hands on what is on the
// connection for others, too.
type http2Feed struct{ x *http2Exchange }

// receive reads on. It ends with the first stream that does, whosever it is.
func (f *http2Feed) receive() error {
	l := f.x.link
	if err := l.step(); err != nil {
		return err
	}
	if l.r == l.w {
		l.noteOverhead()
	}
	return l.lost
}

// buffered reports whether a frame, or a piece of one, has been read.
func (f *http2Feed) buffered() bool {
	l := f.x.link
	have := l.w - l.r
	if l.left > 0 {
		return have > 0
	}
	return have >= parse.FrameHead && have >= parse.FrameHead+parse.HTTP2FrameOf(l.buf[l.r:]).Length
}

// endPiece does nothing: nothing follows a piece but the next frame.
func (f *http2Feed) endPiece() {}

// rest is for the connection to say, which others share.
func (f *http2Feed) rest() bool { return true }
