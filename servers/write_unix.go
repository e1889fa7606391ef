//go:build unix && !linux

package servers

import "syscall"

// write is write(2) on a socket, which does not block.
func write(fd uintptr, p []byte) (int, error) { return syscall.Write(int(fd), p) }
