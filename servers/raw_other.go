//go:build !unix

package servers

import (
	"net"
	"syscall"
)

// rawOf returns nil: whether a write has to wait is not told on this system, so that each
// stream has a goroutine that writes to it.
func rawOf(net.Conn) syscall.RawConn { return nil }

func (c *patient) once(p []byte) (int, error) { return c.closeWriter.Write(p) }
