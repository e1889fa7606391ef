package lab

import "golang.org/x/sys/unix"

// Possible returns nil, or why nothing can be measured on this system.
func Possible() error { return nil }

func kernel() string {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return "unknown"
	}
	return unix.ByteSliceToString(u.Sysname[:]) + " " + unix.ByteSliceToString(u.Release[:])
}
