package loadgen

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// cutting skips a test where connections cannot be cut.
func cutting(t *testing.T) {
	t.Helper()
	if err := CanCut(); err != nil {
		t.Skip(err)
	}
}

// The request for the kernel has the addresses in network order, whatever the machine's.
func TestDestroyRequest(t *testing.T) {
	for _, row := range []struct{ local, remote, family, id string }{
		{"127.0.0.1:258", "10.1.2.3:772", "02", "01020304" + "7f000001" + strings.Repeat("00", 12) + "0a010203" + strings.Repeat("00", 12)},
		{"[::1]:258", "[fe80::2]:772", "0a", "01020304" + strings.Repeat("00", 15) + "01" + "fe80" + strings.Repeat("00", 13) + "02"},
		{"[::ffff:127.0.0.1]:258", "[::ffff:10.1.2.3]:772", "02", "01020304" + "7f000001" + strings.Repeat("00", 12) + "0a010203" + strings.Repeat("00", 12)},
	} {
		b := ends{netip.MustParseAddrPort(row.local), netip.MustParseAddrPort(row.remote)}.destroy()
		want := row.family + "060000" + "ffffffff" + row.id + "00000000" + strings.Repeat("ff", 8)
		if got := hex.EncodeToString(b[netlinkHead:]); got != want || len(b) != 72 {
			t.Errorf("from %s to %s: %d bytes, %s, want %s", row.local, row.remote, len(b), got, want)
		}
	}
}

// An answer is an error, or it is not one.
func TestKernelsAnswer(t *testing.T) {
	answer := func(kind uint16, code int32) []byte {
		b := make([]byte, netlinkHead+4)
		binary.NativeEndian.PutUint16(b[4:], kind)
		binary.NativeEndian.PutUint32(b[netlinkHead:], uint32(code))
		return b
	}
	for _, row := range []struct {
		fact   string
		answer []byte
		want   string
	}{
		{"done", answer(unix.NLMSG_ERROR, 0), ""},
		{"not there", answer(unix.NLMSG_ERROR, -int32(unix.ENOENT)), "no such file or directory"},
		{"not allowed", answer(unix.NLMSG_ERROR, -int32(unix.EPERM)), "operation not permitted"},
		{"something else", answer(unix.NLMSG_DONE, 0), "not understood"},
		{"cut short", answer(unix.NLMSG_ERROR, 0)[:netlinkHead], "not understood"},
		{"empty", nil, "not understood"},
	} {
		err := acknowledged(row.answer)
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v", row.fact, err)
		}
	}
}

// Both sides of a connection that is cut notice it at once, and others do not.
func TestSever(t *testing.T) {
	cutting(t)
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var here, there []net.Conn
	for range 3 {
		c, err := net.Dial("tcp4", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		s, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		here, there = append(here, c), append(there, s)
	}
	gone := endsOf(here[2])
	here[2].Close()
	there[2].Close()
	if err := sever([]ends{endsOf(here[0]), gone}); err != nil {
		t.Fatal(err)
	}
	if err := sever(slices.Repeat([]ends{gone}, 2*severedAtOnce+1)); err != nil {
		t.Errorf("more than one call asks for: %v", err)
	}
	b := make([]byte, 1)
	if _, err := here[0].Read(b); !errors.Is(err, syscall.ECONNABORTED) {
		t.Errorf("this side: %v", err)
	}
	if _, err := there[0].Read(b); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the other side: %v", err)
	}
	if _, err := here[1].Write([]byte{7}); err != nil {
		t.Error(err)
	}
	if n, err := there[1].Read(b); n != 1 || err != nil || b[0] != 7 {
		t.Errorf("another connection: %d, %v", n, err)
	}
}
