package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"pushbench/results/gate"
)

// Names of files in a history's folder, or on its branch.
const (
	FileName     = "history.jsonl"
	AcceptedName = "accepted.yaml"
)

// Encode is the line as it stands in the file, its end included.
func (l Line) Encode() ([]byte, error) {
	text, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}

// Extend returns the contents of a history's file with one more line. What the
// file held is checked first: nothing is appended to what cannot be read. The
// beginning of a line that a crash left at the end makes room for the line. File
// is the name for errors.
func Extend(file string, data []byte, l Line) ([]byte, error) {
	keep, text, err := room(file, data, l)
	if err != nil {
		return nil, err
	}
	return append(bytes.Clone(data[:keep]), text...), nil
}

// room is how many bytes of data stay, and what follows them.
func room(file string, data []byte, l Line) (keep int, text []byte, err error) {
	log, err := Parse(file, data)
	if err != nil {
		return 0, nil, err
	}
	if text, err = l.Encode(); err != nil {
		return 0, nil, err
	}
	keep = len(data)
	if log.Cut > 0 {
		keep = bytes.LastIndexByte(data, '\n') + 1
	} else if keep > 0 && data[keep-1] != '\n' {
		text = append([]byte("\n"), text...)
	}
	return keep, text, nil
}

// Append appends a line to the history in dir, which it makes when there is none.
// The line is written at once and is on the disk when it returns. Several
// processes may append at a time: each waits for a lock on the file.
func Append(dir string, l Line) (err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	path := filepath.Join(dir, FileName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }() // which ends the lock
	if err := lock(f); err != nil {
		return fmt.Errorf("%s: no lock: %w", path, err)
	}
	data, err := readAll(f, path)
	if err != nil {
		return err
	}
	keep, text, err := room(path, data, l)
	if err != nil {
		return err
	}
	if keep < len(data) {
		if err := f.Truncate(int64(keep)); err != nil {
			return err
		}
	}
	if _, err := f.Write(text); err != nil {
		return errors.Join(err, f.Truncate(int64(keep)))
	}
	return f.Sync()
}

// Load reads the history in dir and what was accepted there. A folder without a
// history is an error of the os package, fs.ErrNotExist; without acceptances it
// has none.
func Load(dir string) (Log, []Acceptance, error) {
	path := filepath.Join(dir, FileName)
	f, err := os.Open(path)
	if err != nil {
		return Log{}, nil, err
	}
	data, err := readAll(f, path)
	if err = errors.Join(err, f.Close()); err != nil {
		return Log{}, nil, err
	}
	log, err := Parse(path, data)
	if err != nil {
		return Log{}, nil, err
	}
	path = filepath.Join(dir, AcceptedName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return log, nil, nil
	}
	if err != nil {
		return Log{}, nil, err
	}
	accepted, err := ParseAccepted(path, text)
	return log, accepted, err
}

// ComparisonName is the name of a comparison in its folder.
const ComparisonName = "compare.json"

// LoadComparison reads the comparison at path, which is its folder or the
// compare.json in it. What is wrong with its contents is a *results.Error; a file
// that cannot be read is the error of the os package.
func LoadComparison(path string) (*gate.Comparison, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if info.IsDir() {
		path = filepath.Join(path, ComparisonName)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := readAll(f, path)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	return ParseComparison(path, data)
}

// maxSize is the size of the largest file that is read, in bytes: a hundred
// thousand lines. A device has no end.
const maxSize = 1 << 30

func readAll(f *os.File, path string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err == nil && len(data) > maxSize {
		err = fmt.Errorf("%s: larger than %d MiB, so it is none of pushbench", path, maxSize>>20)
	}
	return data, err
}
