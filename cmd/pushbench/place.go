package main

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// hintPlace is what to do about an --out that takes nothing.
const hintPlace = "--out is a directory, which is made if it is not there"

// noRoom adds what to do about err where that is of the file system.
func noRoom(err error) error {
	var number syscall.Errno
	var known *exitError
	switch {
	case errors.As(err, &known) || !errors.As(err, &number):
	case number == syscall.ENOSPC || number == syscall.EDQUOT || number == syscall.EFBIG:
		return usage("make room, or choose another place with --out", "%w", err)
	case number == syscall.EACCES || number == syscall.ENOTDIR || number == syscall.EROFS:
		return usage("choose another place with --out", "%w", err)
	}
	return err
}

// mustTakeFiles refuses a place in which no directory can be: a file, or a link that leads
// nowhere. Whatever else is wrong with it shows when it is made.
func mustTakeFiles(dir string) error {
	if dir == "" {
		return nil
	}
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		return usage(hintPlace, "%s is not a directory", dir)
	case errors.Is(err, fs.ErrNotExist):
		if to, err := os.Readlink(dir); err == nil {
			return usage(hintPlace, "%s is a link to %s, which is not there", dir, to)
		}
	}
	return nil
}
