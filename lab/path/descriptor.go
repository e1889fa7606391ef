//go:build linux

package path

import (
	"fmt"
	"os"
)

// withDescriptor calls use with the descriptor of f, which stays open
// meanwhile. Once f is closed the error is os.ErrClosed.
//
// Note: File.Fd would do neither, and it takes a file away from the poller.
func withDescriptor(f *os.File, use func(fd int) error) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var used error
	if err := raw.Control(func(fd uintptr) { used = use(int(fd)) }); err != nil {
		return fmt.Errorf("%s: %w", f.Name(), os.ErrClosed) // it is the one cause, but has another type
	}
	return used
}
