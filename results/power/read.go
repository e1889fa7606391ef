package power

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"pushbench/results"
)

// FileName is the file of blocks in a calibration's folder.
const FileName = "blocks.jsonl"

// A Log is what a file of blocks holds, in its order.
type Log struct {
	Sessions []Session
	Cut      int // number of the last line when it is only the beginning of one, as a crash leaves it: it is in no session; else 0
}

// maxSize is the size of the largest file that is read, in bytes. A device has no end.
const maxSize = 1 << 30

// Read reads the file of blocks at path. Errors about what is in it are
// *results.Error.
func Read(path string) (Log, error) {
	f, err := os.Open(path)
	if err != nil {
		return Log{}, err
	}
	defer f.Close() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err == nil && len(data) > maxSize {
		err = fmt.Errorf("%s: larger than %d MiB, so it is no file of blocks", path, maxSize>>20)
	}
	if err != nil {
		return Log{}, err
	}
	return Parse(path, data)
}

// Parse reads the lines of a file of blocks. File is its name for errors, which
// are *results.Error. A last line without its end is skipped and told by Cut;
// anything else that the file cannot hold is an error.
func Parse(file string, data []byte) (Log, error) {
	var log Log
	for number := 1; len(data) > 0; number++ {
		text, rest, whole := bytes.Cut(data, []byte("\n"))
		if !whole && !json.Valid(text) {
			log.Cut = number
			break
		}
		if err := log.add(file, number, text); err != nil {
			return Log{}, err
		}
		data = rest
	}
	return log, nil
}

// add reads one line.
func (log *Log) add(file string, number int, text []byte) error {
	if err := layout(file, number, text); err != nil {
		return err
	}
	var l line
	if err := results.Decode(file, number, text, &l); err != nil {
		return err
	}
	misplaced := func(p problem) error { return results.Misplaced(file, number, text, p.path, p.msg) }
	switch {
	case (l.Session == nil) == (l.Block == nil):
		return &results.Error{File: file, Line: number, Col: 1, Msg: "neither a session nor a block, or both"}
	case l.Session != nil:
		if p := l.Session.problem(); p.msg != "" {
			return misplaced(problem{"session." + p.path, p.msg})
		}
		log.Sessions = append(log.Sessions, *l.Session)
	case len(log.Sessions) == 0:
		return &results.Error{File: file, Line: number, Col: 1, Msg: "a block before any session"}
	default:
		s := &log.Sessions[len(log.Sessions)-1]
		if p := s.problemOf(l.Block); p.msg != "" {
			return misplaced(p)
		}
		s.Blocks = append(s.Blocks, s.block(l.Block))
	}
	return nil
}

// layout refuses a session of another layout. What is no session, or is not whole, is
// for the decoder to judge.
func layout(file string, number int, text []byte) error {
	var l struct {
		Session *struct{ Schema int }
	}
	if !json.Valid(text) || json.Unmarshal(text, &l) != nil || l.Session == nil || l.Session.Schema == Schema {
		return nil
	}
	e := &results.Error{File: file, Line: number, Col: 1,
		Msg: fmt.Sprintf("layout %d, and this pushbench reads layout %d", l.Session.Schema, Schema)}
	if l.Session.Schema > Schema {
		e.Hint = "use a newer pushbench"
	}
	return e
}
