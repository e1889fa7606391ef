package main

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// plainWidth is the width in columns of text that does not go to a terminal.
const plainWidth = 100

// A console is how text appears where it is written to.
type console struct {
	terminal bool
	color    bool // a terminal that obeys, and the user did not ask for NO_COLOR
	width    int  // columns
	rows     int  // in which lines can be drawn again and again; 0: in none, for the terminal does not obey or know its size
}

// consoleOf finds out about w.
func consoleOf(w io.Writer) console {
	if o, ok := w.(*output); ok {
		w = o.w
	}
	f, ok := w.(*os.File)
	if !ok {
		return console{width: plainWidth}
	}
	columns, rows, ok := terminal(f)
	if !ok {
		return console{width: plainWidth}
	}
	l := console{terminal: true, width: columns}
	// A dumb terminal, and one without a name (terminfo(5)), obeys no escape
	// sequence; one that does not know its width has who knows which.
	name := os.Getenv("TERM")
	obeys := name != "" && name != "dumb"
	if obeys && columns > 0 {
		l.rows = rows
	}
	// https://no-color.org: present and not empty, regardless of its value.
	l.color = obeys && os.Getenv("NO_COLOR") == ""
	if l.width == 0 {
		l.width = 80
	}
	return l
}

func (l console) bold(s string) string   { return l.paint("1", s) }
func (l console) dim(s string) string    { return l.paint("2", s) }
func (l console) red(s string) string    { return l.paint("31", s) }
func (l console) green(s string) string  { return l.paint("32", s) }
func (l console) yellow(s string) string { return l.paint("33", s) }

func (l console) paint(code, s string) string {
	if !l.color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// wrap breaks s between words into lines of at most width columns, all but the
// first indented.
func wrap(s string, width, indent int) string {
	var b strings.Builder
	used := 0
	for _, word := range strings.Fields(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case used == 0:
		case used+1+n > width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}
