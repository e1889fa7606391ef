//go:build !windows

package history

import (
	"errors"
	"os"
	"syscall"
)

// lock waits until nobody else has the file locked, and locks it until it is
// closed (flock(2)).
func lock(f *os.File) error {
	for {
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
