package loadgen

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"golang.org/x/net/http2/hpack"

	"pushbench/loadgen/parse"
	"pushbench/results"
)

// The windows that a client gives the server for what it sends on a stream and on
// the connection (RFC 9113 section 5.2). They are so large that only an answer of
// megabytes waits for them, and are opened again when half of one is used up.
const (
	streamWindow     = 4 << 20
	connectionWindow = 16 << 20
	firstWindow      = 1<<16 - 1 // of a connection, before it is opened, and of what the server gives
)

// tableSize is the size of HPACK's dynamic table until its reader allows another
// (RFC 7541 section 4.2, RFC 9113 section 6.5.2).
const tableSize = 4096

// An http2 is a connection of HTTP/2 (RFC 9113) with the clients that share it,
// each of which has one request at a time, on a stream of its own. Frames that
// belong to no stream are booked on the connection.
//
// One goroutine at a time reads: of a client that has an endless answer, for all of
// them; of those that ask, the one that holds the turn, until its own answer is
// there. It hands what it reads to whomever it is for. Any may write.
type http2 struct {
	*pipe
	sharing  int
	exchange []*http2Exchange // of those that share it, in the order in which they came
	turn     chan struct{}    // held by who reads, of clients that ask

	// These belong to who reads.
	frame    parse.HTTP2Frame // of which data is to come, or whose header block goes on
	left     int              // bytes of the data that have not come
	block    []byte           // header block that is not complete
	size     int              // of its frames
	goesOn   bool             // CONTINUATION frames are to come
	head     parse.Response   // that is being decoded
	wrong    error            // with it
	fields   *hpack.Decoder
	used     int   // bytes of the connection's window
	lost     error // the end of an endless answer
	greeted  bool  // the server's settings have come
	connects bool  // and say that it takes the extended CONNECT

	overhead atomic.Int64 // of TLS, of what has been read
	taken    atomic.Int32 // edges of the window that all clients have taken

	mu       sync.Mutex // of what follows, of the books of the connection and of writing
	open     map[uint32]*http2Exchange
	next     uint32 // stream
	most     uint32 // streams that the server allows at a time
	greeting []byte // what goes out with the first request or before it
	fieldsTo *hpack.Encoder
	encoded  bytes.Buffer
	scratch  []byte
	over     int64 // of TLS, of what has been written
	plainOut int64
	err      error // why there can be no more requests

	room       int       // bytes that the connection's window to the server has
	streamRoom int       // and that of a stream at first
	moved      sync.Cond // something that was unsent is sent, or will not be
}

func newHTTP2(c *conn, sharing, size int) *http2 {
	l := &http2{
		pipe: newPipe(c, size), sharing: sharing, turn: make(chan struct{}, 1),
		open: map[uint32]*http2Exchange{}, next: 1, most: 1<<32 - 1,
		room: firstWindow, streamRoom: firstWindow,
	}
	l.moved.L = &l.mu
	l.fields = hpack.NewDecoder(tableSize, l.field)
	l.fieldsTo = hpack.NewEncoder(&l.encoded)
	settings := parse.AppendHTTP2Setting(nil, parse.SettingPush, 0)
	settings = parse.AppendHTTP2Setting(settings, parse.SettingInitialWindow, streamWindow)
	l.greeting = parse.AppendHTTP2Frame([]byte(parse.Preface), parse.HTTP2Frame{Type: parse.SettingsFrame}, settings...)
	more := increment(connectionWindow - firstWindow)
	l.greeting = parse.AppendHTTP2Frame(l.greeting, parse.HTTP2Frame{Type: parse.WindowFrame}, more...)
	c.owner = l
	return l
}

// step reads on until something has been handed on: a piece of data, or a frame.
// Its error is the connection's end.
func (l *http2) step() error {
	err := l.advance()
	if err != nil {
		l.fail(err)
	}
	return err
}

func (l *http2) advance() error {
	if l.left > 0 {
		if l.r == l.w {
			if err := l.fill(); err != nil {
				return fmt.Errorf("frame cut off %d bytes before its end: %w", l.left, err)
			}
		}
		n := min(l.left, l.w-l.r)
		piece := l.buf[l.r : l.r+n]
		l.r += n
		l.left -= n
		return l.data(piece)
	}
	b, err := l.need("head of a frame", parse.FrameHead)
	if err != nil {
		return err
	}
	f := parse.HTTP2FrameOf(b)
	if f.Length > parse.MaxFrame {
		return fmt.Errorf("a frame of %d bytes, and %d are allowed", f.Length, parse.MaxFrame)
	}
	if l.goesOn && (f.Type != parse.ContinuationFrame || f.Stream != l.frame.Stream) {
		return errors.New("another frame in the middle of a header block")
	}
	if f.Type == parse.DataFrame && !f.Has(parse.Padded) {
		l.r += parse.FrameHead
		l.frame, l.left = f, f.Length
		l.bookFor(f.Stream, results.HTTP2Frames, parse.FrameHead)
		if f.Length == 0 {
			return l.data(nil)
		}
		return nil
	}
	if b, err = l.need("frame", parse.FrameHead+f.Length); err != nil {
		return err
	}
	l.r += len(b)
	return l.whole(f, b[parse.FrameHead:])
}

// whole takes a frame that has come whole.
func (l *http2) whole(f parse.HTTP2Frame, payload []byte) error {
	size := parse.FrameHead + len(payload)
	switch f.Type {
	case parse.DataFrame:
		data, err := f.Unpad(payload)
		if err != nil {
			return err
		}
		l.bookFor(f.Stream, results.HTTP2Frames, size-len(data))
		l.frame = f
		l.used += len(payload) - len(data)
		if x := l.of(f.Stream); x != nil {
			x.used += len(payload) - len(data)
		}
		return l.data(data)
	case parse.HeadersFrame, parse.ContinuationFrame:
		return l.header(f, payload)
	case parse.SettingsFrame:
		l.book(results.HTTP2Settings, size)
		if f.Has(parse.Ack) {
			return nil
		}
		return l.settings(payload)
	case parse.PushFrame:
		return errors.New("the server pushes, which it was told not to")
	case parse.WindowFrame:
		l.book(results.HTTP2Window, size)
		n, err := parse.HTTP2Window(payload)
		if err != nil {
			return err
		}
		return l.widen(f.Stream, n)
	case parse.PingFrame:
		l.book(results.HTTP2Control, size)
		if f.Has(parse.Ack) {
			return nil
		}
		return l.say(results.HTTP2Control, parse.HTTP2Frame{Type: parse.PingFrame, Flags: parse.Ack}, payload...)
	case parse.GoAwayFrame:
		l.book(results.HTTP2Control, size)
		graceful, err := parse.HTTP2GoAway(payload)
		if !graceful {
			return err
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.err = err
		return nil
	case parse.ResetFrame:
		l.book(results.HTTP2Control, size)
		if x := l.of(f.Stream); x != nil {
			l.complete(x, parse.HTTP2Reset(payload))
		}
		return nil
	}
	l.book(results.HTTP2Control, size)
	return nil
}

// header takes a header block, or a part of one.
func (l *http2) header(f parse.HTTP2Frame, payload []byte) error {
	if f.Type == parse.HeadersFrame {
		l.frame, l.block, l.size = f, l.block[:0], 0
	} else if !l.goesOn {
		return errors.New("a CONTINUATION frame that continues nothing")
	}
	part, err := f.Unpad(payload)
	if err != nil {
		return err
	}
	l.bookFor(f.Stream, results.HTTP2Frames, parse.FrameHead+len(payload)-len(part))
	l.bookFor(f.Stream, results.HPACK, len(part))
	l.size += parse.FrameHead + len(payload)
	if l.block = append(l.block, part...); len(l.block) > maxHead {
		return errLongHead
	}
	if l.goesOn = !f.Has(parse.EndHeaders); l.goesOn {
		return nil
	}
	l.head, l.wrong = parse.NewResponse(), nil
	if _, err = l.fields.Write(l.block); err == nil {
		err = l.fields.Close()
	}
	if err != nil {
		return fmt.Errorf("header block: %w", err)
	}
	x := l.of(f.Stream)
	if x == nil {
		return nil
	}
	if !x.headed { // else these are trailers
		if l.wrong == nil {
			l.wrong = l.head.Complete(l.size)
		}
		if l.wrong != nil {
			return l.wrong
		}
		if l.head.Status < 200 {
			return nil // an interim answer (RFC 9110 section 15.2)
		}
		x.head, x.headed = l.head, true
		x.own.last = l.last
	}
	if l.frame.Has(parse.EndStream) {
		l.complete(x, nil)
	}
	return nil
}

// field takes a field of a header block.
func (l *http2) field(f hpack.HeaderField) {
	if l.wrong == nil {
		l.wrong = l.head.Field(f.Name, f.Value)
	}
}

// data takes a piece of data, which is the last of its frame when nothing is left.
func (l *http2) data(piece []byte) error {
	x := l.of(l.frame.Stream)
	ends := l.left == 0 && l.frame.Has(parse.EndStream)
	if l.used += len(piece); l.used >= connectionWindow/2 {
		f := parse.HTTP2Frame{Type: parse.WindowFrame}
		if err := l.say(results.HTTP2Window, f, increment(l.used)...); err != nil {
			return err
		}
		l.used = 0
	}
	if x == nil {
		l.book(results.HTTP2Control, len(piece))
		return nil
	}
	if len(piece) > 0 {
		if err := x.take(piece, ends); err != nil {
			return err
		}
	}
	if ends {
		l.complete(x, nil)
	}
	return nil
}

// increment is the payload of a WINDOW_UPDATE frame.
func increment(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }
