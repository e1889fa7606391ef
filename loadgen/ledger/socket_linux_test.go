package ledger

import (
	"errors"
	"io"
	"net"
	"testing"

	"golang.org/x/sys/unix"
)

// A side is one end of a connection over loopback.
type side struct {
	*net.TCPConn
	t *testing.T
}

// connected are both ends of a connection, which the test closes.
func connected(t *testing.T) (ours, theirs side) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	one, err := net.Dial("tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { one.Close() })
	other, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	return side{one.(*net.TCPConn), t}, side{other.(*net.TCPConn), t}
}

func (s side) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// write writes n bytes. Whether it can is the kernel's matter.
func (s side) write(n int) error {
	_, err := s.Write(make([]byte, n))
	return err
}

// read reads n bytes.
func (s side) read(n int) {
	s.t.Helper()
	_, err := io.ReadFull(s, make([]byte, n))
	s.must(err)
}

// end reads the end, and returns what it is.
func (s side) end() error {
	n, err := s.Read(make([]byte, 1))
	if n > 0 || err == nil {
		s.t.Errorf("read %d bytes, %v, instead of an end", n, err)
	}
	return err
}

// reset resets the connection.
func (s side) reset() {
	s.t.Helper()
	s.must(s.SetLinger(0))
	s.must(s.Close())
}

// await waits for an event of poll(2), for a minute at most.
func (s side) await(event int16) {
	s.t.Helper()
	raw, err := s.SyscallConn()
	s.must(err)
	s.must(raw.Control(func(fd uintptr) {
		poll := []unix.PollFd{{Fd: int32(fd), Events: event}}
		for err = unix.EINTR; err == unix.EINTR; {
			_, err = unix.Poll(poll, 60_000)
		}
		if err == nil && poll[0].Revents&event == 0 {
			err = errors.New("it does not come")
		}
	}))
	s.must(err)
}

func (s side) ended()  { s.t.Helper(); s.await(unix.POLLRDHUP) }
func (s side) closed() { s.t.Helper(); s.await(unix.POLLHUP) }

// However a connection ends, and whoever was told of that, the data bytes are counted
// exactly: a FIN, which the kernel counts as a byte received, is none of them, and a reset
// without one takes none away.
func TestEndsOfAConnection(t *testing.T) {
	const size = 10 // bytes that the other side sends first
	for _, row := range []struct {
		fact        string
		unread, out int
		lost        bool // reading the counters takes the error
		passes      func(ours, theirs side)
	}{
		{"it goes on", size, 0, false, func(ours, theirs side) {}},
		{"a FIN behind unread data", size, 0, false, func(ours, theirs side) {
			ours.must(theirs.CloseWrite())
			ours.ended()
		}},
		{"a FIN", 0, 0, false, func(ours, theirs side) {
			ours.must(theirs.CloseWrite())
			ours.ended()
			ours.read(size)
		}},
		{"a FIN that was read", 0, 0, false, func(ours, theirs side) {
			ours.must(theirs.CloseWrite())
			ours.read(size)
			if err := ours.end(); err != io.EOF {
				t.Error(err)
			}
		}},
		{"a reset behind unread data", size, 0, false, func(ours, theirs side) {
			theirs.reset()
			ours.closed()
		}},
		{"a reset", 0, 0, true, func(ours, theirs side) {
			theirs.reset()
			ours.closed()
			ours.read(size)
		}},
		{"a reset of which a read was told", 0, 0, false, func(ours, theirs side) {
			ours.read(size)
			theirs.reset()
			if err := ours.end(); !errors.Is(err, unix.ECONNRESET) {
				t.Error(err)
			}
		}},
		{"a reset of which a write was told, after which a read says that the stream has ended", 0, 0, false, func(ours, theirs side) {
			theirs.reset()
			ours.closed()
			if err := ours.write(1); !errors.Is(err, unix.ECONNRESET) {
				t.Error(err)
			}
			ours.read(size)
			if err := ours.end(); err != io.EOF {
				t.Error(err)
			}
		}},
		{"a reset because the other side closes with unread data", 0, 3, true, func(ours, theirs side) {
			ours.read(size)
			ours.must(ours.write(3))
			theirs.await(unix.POLLIN)
			ours.must(theirs.Close())
			ours.closed()
		}},
		{"a FIN behind unread data, and a reset because nobody reads there any more", size, 3, false, func(ours, theirs side) {
			ours.must(theirs.Close())
			ours.ended()
			ours.must(ours.write(3))
			ours.closed()
		}},
		{"a FIN, and then a reset", 0, 3, false, func(ours, theirs side) {
			ours.must(theirs.Close())
			ours.ended()
			ours.read(size)
			ours.must(ours.write(3))
			ours.closed()
		}},
		{"a FIN that was read, and then a reset", 0, 3, false, func(ours, theirs side) {
			ours.must(theirs.Close())
			ours.read(size)
			_ = ours.end()
			ours.must(ours.write(3))
			ours.closed()
		}},
		{"a FIN, and then a reset of which a write was told", 0, 3, false, func(ours, theirs side) {
			ours.must(theirs.Close())
			ours.ended()
			ours.read(size)
			ours.must(ours.write(3))
			ours.closed()
			if err := ours.write(1); !errors.Is(err, unix.EPIPE) {
				t.Error(err)
			}
		}},
		{"a FIN after ours", 0, 0, false, func(ours, theirs side) {
			ours.read(size)
			ours.must(ours.CloseWrite())
			_ = theirs.end()
			ours.must(theirs.Close())
			ours.closed()
		}},
		{"a FIN behind unread data after ours", size, 0, false, func(ours, theirs side) {
			ours.must(ours.CloseWrite())
			_ = theirs.end()
			ours.must(theirs.Close())
			ours.closed()
		}},
		{"a FIN before ours", 0, 0, false, func(ours, theirs side) {
			ours.must(theirs.CloseWrite())
			ours.read(size)
			_ = ours.end()
			ours.must(ours.CloseWrite())
			_ = theirs.end()
		}},
		{"a reset after our FIN", 0, 0, true, func(ours, theirs side) {
			ours.read(size)
			ours.must(ours.CloseWrite())
			_ = theirs.end()
			theirs.reset()
			ours.closed()
		}},
		{"a reset that our FIN behind data is answered with", 0, 3, true, func(ours, theirs side) {
			ours.read(size)
			ours.must(ours.write(3))
			ours.must(ours.CloseWrite())
			theirs.await(unix.POLLRDHUP)
			ours.must(theirs.Close())
			ours.closed()
		}},
	} {
		ours, theirs := connected(t)
		ours.must(theirs.write(size))
		ours.await(unix.POLLIN)
		row.passes(ours, theirs)
		for again := range 2 { // a reading changes nothing that the next one counts
			s, err := ReadSocket(ours.TCPConn)
			if err != nil {
				t.Fatalf("%s: %v", row.fact, err)
			}
			if s.In != size || s.Unread != int64(row.unread) || s.Out != int64(row.out) || s.Retransmitted != 0 {
				t.Errorf("%s: %d bytes received, %d of them unread, and %d sent, %d again; want %d, %d and %d",
					row.fact, s.In, s.Unread, s.Out, s.Retransmitted, size, row.unread, row.out)
			}
			if lost := row.lost && again == 0; errors.Is(s.Lost, unix.ECONNRESET) != lost || (s.Lost != nil) != lost {
				t.Errorf("%s: reading the counters took %v", row.fact, s.Lost)
			}
		}
	}
}

// A FIN that comes while the counters are read is in all of them, or in none.
func TestEndWhileItIsRead(t *testing.T) {
	for range 200 {
		ours, theirs := connected(t)
		over := make(chan struct{})
		go func() {
			defer close(over)
			_ = theirs.CloseWrite()
		}()
		for last := false; ; {
			s, err := ReadSocket(ours.TCPConn)
			if err != nil || s.In != 0 || s.Unread != 0 {
				t.Fatalf("%d bytes received, %d of them unread, %v", s.In, s.Unread, err)
			}
			if last {
				break
			}
			select {
			case <-over:
				last = true
			default:
			}
		}
		ours.must(ours.Close())
		ours.must(theirs.Close())
	}
}
