package history

import (
	"os"

	"golang.org/x/sys/windows"
)

// lock waits until nobody else has the file locked, and locks it until it is
// closed.
func lock(f *os.File) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK, 0, ^uint32(0), ^uint32(0),
		new(windows.Overlapped))
}
