package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// FileName is the record's name in the directory of its run.
const FileName = "run.json"

// Save writes the record to dir/run.json, whole or not at all. It makes dir
// when there is none, and packs the histograms of r's trials on the way. A record
// of another layout is not written: its numbers do not mean what the new one says.
func Save(dir string, r *Record) error {
	if r.Schema != Schema {
		return fmt.Errorf("%s: a record of layout %d cannot be written, only layout %d", filepath.Join(dir, FileName), r.Schema, Schema)
	}
	for _, t := range r.Trials {
		t.Pack()
	}
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return WriteFile(filepath.Join(dir, FileName), append(data, '\n'))
}

// WriteFile writes data to the file at path, whole or not at all: a reader,
// also one after a crash, finds the old contents or the new. The directory must
// exist. On failure nothing new is left behind, and the error names path.
func WriteFile(path string, data []byte) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", path, err)
		}
	}()
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return nameless(err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if end := f.Close(); err == nil {
		err = end
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(nameless(err), os.Remove(f.Name()))
	}
	return syncDir(dir)
}

// nameless is err without the name of the temporary file, which is gone when it is read.
func nameless(err error) error {
	var of *fs.PathError
	var renamed *os.LinkError
	switch {
	case errors.As(err, &of):
		return of.Err
	case errors.As(err, &renamed):
		return renamed.Err
	}
	return err
}

// syncDir makes a rename in dir survive a crash. Windows has no such call for a
// directory.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Load reads the record at path, which is the directory of a run or its
// run.json. What is wrong with its contents is an *Error; a file that cannot be
// read is the error of the os package.
func Load(path string) (*Record, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if info.IsDir() {
		path = filepath.Join(path, FileName)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := readAtMost(f, maxSize)
	if errors.Is(err, errLarge) {
		return nil, &Error{File: path, Msg: fmt.Sprintf("not a record of pushbench: it is larger than %d MiB", maxSize>>20), Hint: hintOther}
	}
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// maxSize is the size of the largest record that is read, in bytes. One of 10,000 trials
// has about a third of it; a device has no end.
const maxSize = 512 << 20

var errLarge = errors.New("too large")

// readAtMost reads f to its end, or no more than most bytes: then the error is errLarge.
// A file that tells its size is not read at all.
func readAtMost(f *os.File, most int64) ([]byte, error) {
	if info, err := f.Stat(); err != nil {
		return nil, err
	} else if info.Size() > most {
		return nil, errLarge
	}
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		return nil, errLarge
	}
	return data, err
}
