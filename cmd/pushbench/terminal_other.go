//go:build !unix

package main

import "os"

// terminal returns how many columns f has, if it is a terminal. Here nobody
// asks: text is plain, as into a file.
func terminal(*os.File) (columns int, ok bool) { return 0, false }
