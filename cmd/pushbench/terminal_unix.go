//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// terminal returns how many columns and rows f has, if it is a terminal.
func terminal(f *os.File) (columns, rows int, ok bool) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0, false
	}
	return int(size.Col), int(size.Row), true
}
