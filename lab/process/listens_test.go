//go:build linux

package process

import (
	"net"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestListening(t *testing.T) {
	var want []string
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			continue // this machine has no IPv6
		}
		defer l.Close()
		want = append(want, l.Addr().String())
	}
	var got []string
	for _, at := range Listening([]int{os.Getpid()}) {
		got = append(got, at.String())
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestListener(t *testing.T) {
	const rest = " 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 51 1 0 100 0 0 10 0\n"
	for _, c := range []struct {
		fact, line string
		ok         bool
	}{
		{"no port", "0: 0100007F:XXXX" + rest, false},
		{"no address", "0: 01XX007F:0BB8" + rest, false},
		{"half an address", "0: 0100007F00:0BB8" + rest, false},
		{"a connection", "0: 0100007F:0BB8" + strings.Replace(rest, "0A", "01", 1), false},
		{"the head of the table", "sl local_address rem_address st\n", false},
		{"any address", "0: 00000000:0BB8" + rest, true},
		{"any address of IPv6", "0: 00000000000000000000000000000000:0BB8" + rest, true},
	} {
		at, inode, ok := listener(c.line)
		if ok != c.ok || ok && (at.Port() != 3000 || !at.Addr().IsUnspecified() || inode != "51") {
			t.Errorf("%s: %v, %q, %v", c.fact, at, inode, ok)
		}
	}
}
