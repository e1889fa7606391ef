package loadgen

import (
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pushbench/loadgen/clock"
)

// Who looks whether there is something to read, or reads the counters, does not hide how the
// connection ended: the next read says so. Nothing was received, whatever the end was.
func TestLookingHidesNoReset(t *testing.T) {
	for _, row := range []struct {
		fact   string
		reset  bool
		counts bool // the counters are read first
	}{
		{"the end of the stream", false, false}, {"the end of the stream, counted first", false, true},
		{"a reset", true, false}, {"a reset, counted first", true, true},
	} {
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
		awaitEnd(t, ours.tcp)
		looks := func() {
			if !ours.readable() { // the kernel tells an error to the first who looks
				t.Errorf("%s: a read would wait", row.fact)
			}
		}
		if !row.counts {
			looks()
		}
		if s, err := ours.counters(); err != nil || s.In != 0 {
			t.Errorf("%s: %d bytes received, %v", row.fact, s.In, err)
		}
		looks()
		n, err := ours.Read(make([]byte, 1))
		if n != 0 || errors.Is(err, syscall.ECONNRESET) != row.reset || errors.Is(err, io.EOF) == row.reset {
			t.Errorf("%s: %d bytes, %v", row.fact, n, err)
		}
		c.Close()
		l.Close()
	}
}

// awaitEnd waits until the other side has ended its stream, or the connection is reset, for a
// minute at most.
func awaitEnd(t *testing.T, c *net.TCPConn) {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	failed := raw.Control(func(fd uintptr) {
		for err = unix.EINTR; err == unix.EINTR; {
			_, err = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}, 60_000)
		}
	})
	if failed != nil || err != nil {
		t.Fatal(failed, err)
	}
}

// Under TLS a client does not see that the server has closed its idle connection: an alert
// that says so is there to be read. The next request is answered with a reset, behind the
// alert and the end of the stream, and is repeated on a new connection.
func TestIdleConnectionsClosedUnderTLS(t *testing.T) {
	var ours http.Handler
	target := foreign(t, func(h http.Handler) http.Handler {
		ours = h
		return h
	})
	server := httptest.NewUnstartedServer(ours)
	server.Config.IdleTimeout = time.Millisecond
	server.StartTLS()
	defer server.Close()
	target.HTTP = server.Listener.Addr().String()
	target.Cert = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	got := trial(t, Options{
		Target: target, Variant: variant(t, "polling/interval=100ms/tls"),
		Clients: 4, Rate: 20, Payload: 100, Window: 300 * time.Millisecond,
	})
	if got.Failed != "" || got.Requests.Reopened == 0 {
		t.Errorf("%q, %+v", got.Failed, got.Requests)
	}
}
