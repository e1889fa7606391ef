package power

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"pushbench/results/gate"
)

// A Writer appends to a file of blocks. It is for one goroutine.
type Writer struct {
	f       *os.File
	size    int64 // of the file, as far as this writer knows
	session *Session
}

// Open opens the file of blocks at path for a Writer, and makes it, with its folder,
// when there is none. What it holds is checked first: nothing is appended to what
// cannot be read. The beginning of a line that a crash left at the end makes room.
func Open(path string) (*Writer, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return nil, err
	}
	w := &Writer{f: f}
	if err := w.makeRoom(path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return w, nil
}

// makeRoom checks what is in the file, and ends its last line.
func (w *Writer) makeRoom(path string) error {
	data, err := io.ReadAll(io.LimitReader(w.f, maxSize+1))
	if err != nil {
		return err
	}
	log, err := Parse(path, data)
	if err != nil {
		return err
	}
	w.size = int64(len(data))
	switch {
	case log.Cut > 0:
		w.size = int64(bytes.LastIndexByte(data, '\n') + 1)
		return w.f.Truncate(w.size)
	case len(data) > 0 && data[len(data)-1] != '\n':
		return w.write([]byte("\n"))
	}
	return nil
}

// Begin appends a session. Its blocks, which are not written, follow with Append.
func (w *Writer) Begin(s Session) error {
	if p := s.problem(); p.msg != "" {
		return fmt.Errorf("session: %s: %s", p.path, p.msg)
	}
	s.Blocks = nil
	text, err := line{Session: &s}.encode()
	if err != nil {
		return err
	}
	w.session = &s
	return w.write(text)
}

// Append appends a block to the session that began last. It refuses one that does
// not belong there, and then has written nothing.
func (w *Writer) Append(b gate.Block) error {
	if w.session == nil {
		return errors.New("no session has begun")
	}
	k, err := w.session.keep(b)
	if err != nil {
		return err
	}
	if p := w.session.problemOf(k); p.msg != "" {
		return fmt.Errorf("%s: %s", p.path, p.msg)
	}
	text, err := line{Block: k}.encode()
	if err != nil {
		return err
	}
	if err := w.write(text); err != nil {
		return err
	}
	w.session.Blocks = append(w.session.Blocks, w.session.block(k))
	return nil
}

// write appends whole lines with one call. Lines that somebody else appended
// meanwhile would part blocks from their session.
func (w *Writer) write(text []byte) error {
	info, err := w.f.Stat()
	if err != nil {
		return err
	}
	if info.Size() != w.size {
		return fmt.Errorf("%s: somebody else writes to it, too", w.f.Name())
	}
	if _, err := w.f.Write(text); err != nil {
		return errors.Join(err, w.f.Truncate(w.size))
	}
	w.size += int64(len(text))
	return nil
}

// Close ends writing. What was written is on the disk when it returns.
func (w *Writer) Close() error { return errors.Join(w.f.Sync(), w.f.Close()) }
