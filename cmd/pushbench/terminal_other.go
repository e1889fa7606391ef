//go:build !unix

package main

import "os"

// terminal returns how many columns and rows f has, if it is a terminal. Here nobody
// asks: text is plain, as into a file.
func terminal(*os.File) (columns, rows int, ok bool) { return 0, 0, false }
