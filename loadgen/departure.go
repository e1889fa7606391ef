package loadgen

import (
	"encoding/binary"
	"io"
	"strings"
	"time"
)

// timespec is the first struct timespec of b in nanoseconds, on a 64-bit
// machine; 0 when b is too short.
func timespec(b []byte) int64 {
	if len(b) < 16 {
		return 0
	}
	return int64(binary.NativeEndian.Uint64(b))*int64(time.Second) + int64(binary.NativeEndian.Uint64(b[8:]))
}

// stampID is ee_data of a struct sock_extended_err: the number of the byte that
// a stamp is about.
func stampID(b []byte) uint32 {
	const at = 12
	if len(b) < at+4 {
		return 0
	}
	return binary.NativeEndian.Uint32(b[at:])
}

// A patient reader reads on where Go's poller takes a stamp in the socket's
// error queue for the end of the connection: it then says that the socket
// cannot be polled, until something else happens on it.
type patient struct{ io.Reader }

func (p patient) Read(b []byte) (int, error) {
	for {
		n, err := p.Reader.Read(b)
		// internal/poll.ErrNotPollable, which no other package can name.
		if n > 0 || err == nil || !strings.HasSuffix(err.Error(), "not pollable") {
			return n, err
		}
		time.Sleep(time.Millisecond)
	}
}
