//go:build !linux

package ledger

import (
	"errors"
	"net"
)

// ReadSocket reads the kernel's counters where there are any.
func ReadSocket(*net.TCPConn, bool) (s Socket, ended bool, err error) {
	return s, false, errors.New("the kernel's counters of a socket are read on Linux only")
}
