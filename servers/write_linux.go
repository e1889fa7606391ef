package servers

import (
	"syscall"
	"unsafe"
)

// quick is the most that is written without a word to the scheduler.
const quick = 16 << 10

// write is write(2) on a socket, which does not block. The scheduler is not told of a small one:
// to have it ready for a system call that takes long costs a tenth of a delivery.
func write(fd uintptr, p []byte) (int, error) {
	if len(p) > quick {
		return syscall.Write(int(fd), p)
	}
	n, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
	if errno != 0 {
		return -1, errno
	}
	return int(n), nil
}
