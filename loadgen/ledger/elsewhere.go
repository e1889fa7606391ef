//go:build !linux

package ledger

import (
	"errors"
	"net"
)

// ReadSocket reads the kernel's counters where there are any.
func ReadSocket(*net.TCPConn) (s Socket, err error) {
	return s, errors.New("the kernel's counters of a socket are read on Linux only")
}
