//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

func TestLookAt(t *testing.T) {
	for _, row := range []struct {
		fact          string
		columns       uint16
		noColor, term string
		want          console
	}{
		{"a terminal has colors and its own size", 120, "", "xterm", console{terminal: true, color: true, width: 120, rows: 24}},
		{"NO_COLOR takes the colors", 80, "1", "xterm", console{terminal: true, width: 80, rows: 24}},
		{"a dumb terminal has none, and nothing that moves", 80, "", "dumb", console{terminal: true, width: 80}},
		{"nor has one without a name", 80, "", "", console{terminal: true, width: 80}},
		{"a terminal that does not know its width has 80 columns, and nothing that moves", 0, "", "xterm", console{terminal: true, color: true, width: 80}},
	} {
		t.Setenv("NO_COLOR", row.noColor)
		t.Setenv("TERM", row.term)
		if got := consoleOf(openTerminal(t, row.columns, 24)); got != row.want {
			t.Errorf("%s: got %+v, want %+v", row.fact, got, row.want)
		}
	}
	plain := console{width: plainWidth}
	file, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if got := consoleOf(file); got != plain {
		t.Errorf("a file is no terminal: got %+v", got)
	}
	if got := consoleOf(&bytes.Buffer{}); got != plain {
		t.Errorf("nor is a buffer: got %+v", got)
	}
	if got := plain.red("x"); got != "x" {
		t.Errorf("no color without a terminal: got %q", got)
	}
}

// lacking skips the test for want of what, or fails it where nothing may be
// missing.
func lacking(t *testing.T, what string, err error) {
	t.Helper()
	if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
		t.Fatalf("%s: %v", what, err)
	}
	t.Skipf("not tested without %s: %v", what, err)
}

// openTerminal returns a pseudo-terminal (pts(4)) with so many columns
// and rows.
func openTerminal(t *testing.T, columns, rows uint16) *os.File {
	t.Helper()
	control, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		lacking(t, "pseudo-terminals", err)
	}
	t.Cleanup(func() { control.Close() })
	if err := unix.IoctlSetPointerInt(int(control.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(control.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		lacking(t, "pseudo-terminals", err)
	}
	t.Cleanup(func() { terminal.Close() })
	if err := unix.IoctlSetWinsize(int(control.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: columns}); err != nil {
		t.Fatal(err)
	}
	return terminal
}

func TestWrap(t *testing.T) {
	for _, row := range []struct {
		fact, text, want string
		width            int
	}{
		{"what fits stays in one line", "one two", "one two", 7},
		{"a word that does not fit begins a line", "one two three", "one two\n  three", 8},
		{"columns are counted, not bytes", "µµµ µµµ", "µµµ µµµ", 7},
		{"a long word stands alone", "a incomprehensible b", "a\n  incomprehensible\n  b", 5},
		{"nothing stays nothing", "", "", 5},
	} {
		if got := wrap(row.text, row.width, 2); got != row.want {
			t.Errorf("%s: got %q, want %q", row.fact, got, row.want)
		}
	}
}
