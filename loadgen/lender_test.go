package loadgen

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"pushbench/loadgen/clock"
	"pushbench/loadgen/parse"
	"pushbench/results"
)

// twoEnds are a pipe over a connection whose reads the kernel stamps, and the other end of it.
func twoEnds(t *testing.T, size int) (*pipe, net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d, err := newDialer(clock.NewWall(), direct, l.Addr().String(), "", false, false)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := d.dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.hangUp)
	other, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	if c.kernel == nil {
		t.Fatal("the kernel stamps nothing")
	}
	return newPipe(c, size), other
}

// A pipe has a buffer while something is in it that was not taken, and none while it waits.
func TestBufferIsBorrowed(t *testing.T) {
	p, other := twoEnds(t, 64)
	write := func(text string) {
		if _, err := io.WriteString(other, text); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	b, err := p.need("word", 3)
	if err != nil || string(b) != "one" || p.kernel.lent == nil {
		t.Fatalf("%q, %v, lent %v", b, err, p.kernel.lent)
	}

	// It stays as long as a part of it is not taken, whatever becomes of the next read.
	p.r++
	p.tcp.SetReadDeadline(time.Unix(1, 0))
	if err := p.fill(); !errors.Is(err, os.ErrDeadlineExceeded) || string(p.buf[p.r:p.w]) != "ne" || p.kernel.lent == nil {
		t.Errorf("%v, %q is left", err, p.buf[p.r:p.w])
	}
	p.tcp.SetReadDeadline(time.Time{})
	write(" two")
	if b, err = p.need("words", 6); err != nil || string(b) != "ne two" {
		t.Errorf("%q, %v", b, err)
	}

	// It is given back when there is nothing to read.
	p.r = p.w
	p.kernel.from = p.from
	err = p.kernel.raw.Control(func(fd uintptr) {
		if p.kernel.recvmsg(fd) {
			t.Errorf("%d bytes were read, %v", p.kernel.n, p.kernel.errno)
		}
	})
	if err != nil || p.kernel.lent != nil {
		t.Errorf("%v, lent %v", err, p.kernel.lent)
	}

	// One that is read ahead is there for whoever asks next, and so is the error.
	write("ahead")
	if p.readAhead(); p.early != nil || string(p.buf[p.r:p.w]) != "ahead" || p.total != 12 {
		t.Errorf("%q, %v, %d bytes in all", p.buf[p.r:p.w], p.early, p.total)
	}
	p.readAhead() // does nothing: something is there
	if b, err = p.need("word", 5); err != nil || string(b) != "ahead" {
		t.Errorf("%q, %v", b, err)
	}
	p.r = p.w
	other.Close()
	p.readAhead()
	if err := p.fill(); err != io.ErrUnexpectedEOF || p.early != nil || p.kernel.lent != nil {
		t.Errorf("%v, lent %v", err, p.kernel.lent)
	}
}

// A buffer that had to grow is lent as it is from then on.
func TestBorrowedBufferGrows(t *testing.T) {
	p, other := twoEnds(t, 16)
	long := bytes.Repeat([]byte("0123456789"), 20)
	if _, err := other.Write(long); err != nil {
		t.Fatal(err)
	}
	if b, err := p.need("text", len(long)); err != nil || !bytes.Equal(b, long) {
		t.Errorf("%q, %v", b, err)
	}
	if n := len(p.kernel.lent.b); n < len(long) || p.kernel.lent.of != p.from {
		t.Errorf("what is lent has %d bytes", n)
	}
}

// A message that is one frame is read without an allocation, and one that is not as well as it.
func TestWebSocketMessages(t *testing.T) {
	frame := append([]byte{0x81, 126, 0, 128}, bytes.Repeat([]byte("x"), 128)...)
	own := &end{}
	in := newPipe(&conn{stream: scripted{r: repeat{frame}}}, len(frame))
	u := &upgrading{over: true, passage: passage{own: own}, in: in}
	s := &webSocket{client: &client{own: own}, through: &u.passage, direct: u, size: 128}
	read := func() {
		text, err := s.read()
		m := s.through.take()
		if err != nil || len(text) != 128 || m != (parse.Message{Heads: 4, Data: 128}) {
			t.Fatalf("%d bytes, %v, %+v", len(text), err, m)
		}
		if s.through.follows() || !u.between() {
			t.Fatal("something follows the message")
		}
		own.received(results.WebSocket, 4)
		own.received(results.Payload, len(text))
	}
	read()
	if n := testing.AllocsPerRun(100, read); n != 0 {
		t.Errorf("%g allocations for a message", n)
	}
	if part := s.part(); part != 0 {
		t.Errorf("%d bytes are in no message", part)
	}
}
