package loadgen

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func TestParseCalls(t *testing.T) {
	const whole = "rchar: 123\nwchar: 456\nsyscr: 7\nsyscw: 8\nread_bytes: 0\nwrite_bytes: 4096\ncancelled_write_bytes: 0\n"
	for _, row := range []struct {
		fact, text string
		want       calls
	}{
		{"what the kernel writes", whole, calls{7, 8}},
		{"nothing", "", calls{}},
		{"a kernel that knows neither", "read_bytes: 5\n", calls{}},
		{"no number", "syscr: x\nsyscw: 1\n", calls{0, 1}},
		{"without a last line end", "syscw: 9", calls{0, 9}},
	} {
		if got := parseCalls(row.text); got != row.want {
			t.Errorf("%s: %+v, want %+v", row.fact, got, row.want)
		}
	}
}

func TestCallsSince(t *testing.T) {
	for _, row := range []struct {
		fact           string
		from, to, want calls
	}{
		{"the difference", calls{5, 6}, calls{15, 36}, calls{10, 30}},
		{"the first reading was denied", calls{}, calls{15, 36}, calls{}},
		{"the second was", calls{5, 6}, calls{}, calls{}},
	} {
		if got := row.to.since(row.from); got != row.want {
			t.Errorf("%s: %+v, want %+v", row.fact, got, row.want)
		}
	}
}

// The kernel counts each read and each write, whatever it is of.
func TestMeterCountsCalls(t *testing.T) {
	m, err := newMeter(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	before := m.calls()
	if before == (calls{}) {
		t.Skip("this kernel does not tell how many system calls a process made")
	}
	for path, call := range map[string]func(int, []byte) (int, error){"/dev/zero": unix.Read, "/dev/null": unix.Write} {
		fd, err := unix.Open(path, unix.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		for range 100 {
			if n, err := call(fd, make([]byte, 3)); n != 3 || err != nil {
				t.Fatal(n, err)
			}
		}
	}
	if made := m.calls().since(before); made.reads < 100 || made.writes < 100 {
		t.Errorf("%+v after a hundred of each", made)
	}
}

func TestMeterWithoutCalls(t *testing.T) {
	if got := (&meter{io: "/nonexistent/io"}).calls(); got != (calls{}) {
		t.Errorf("%+v of a process that cannot be read", got)
	}
}
