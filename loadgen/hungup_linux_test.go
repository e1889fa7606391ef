package loadgen

import (
	"errors"
	"net"
	"syscall"
	"testing"

	"pushbench/loadgen/clock"
)

// Who looks whether there is something to read does not hide how the connection ended: a
// reset is none of the stream's ends, which the kernel counts as a byte.
func TestLookingHidesNoReset(t *testing.T) {
	for _, row := range []struct {
		fact  string
		reset bool
	}{{"the end of the stream", false}, {"a reset", true}} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		theirs, ours := make(chan net.Conn, 1), &conn{clock: clock.NewWall()}
		go func() {
			c, _ := l.Accept()
			theirs <- c
		}()
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		ours.tcp = c.(*net.TCPConn)
		ours.stream = ours.tcp
		other := (<-theirs).(*net.TCPConn)
		if row.reset {
			other.SetLinger(0)
		}
		other.Close()
		raw, err := ours.tcp.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		if err := raw.Read(func(uintptr) bool { return ours.readable() }); err != nil { // waits for it
			t.Fatal(err)
		}
		if !ours.readable() { // the kernel tells an error to the first who looks
			t.Errorf("%s: a read would wait", row.fact)
		}
		n, err := ours.Read(make([]byte, 1))
		if n != 0 || errors.Is(err, syscall.ECONNRESET) != row.reset || ours.ended == row.reset {
			t.Errorf("%s: %d bytes, %v; the stream has ended: %t", row.fact, n, err, ours.ended)
		}
		c.Close()
		l.Close()
	}
}
