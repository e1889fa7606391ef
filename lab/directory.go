package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"pushbench/results"
)

// ErrTaken says that the directory holds a run, or that another process is
// beginning one in it.
var ErrTaken = errors.New("holds a run already")

// reservedName is a directory in the run's own one, from its beginning until the
// first record is there: mkdir(2) gives it to one process only.
const reservedName = ".beginning"

// Reserve makes the directory of a run whose record nobody has saved yet, and saves
// rec in it: dir, which nobody may have used, or with another a name of its own
// (dir-2, dir-3 and so on). It returns which.
func Reserve(dir string, another bool, rec *results.Record) (string, error) {
	if another {
		var err error
		if dir, err = fresh(dir); err != nil {
			return "", err
		}
	}
	rec.ID = filepath.Base(dir)
	return dir, reserve(dir, func() error { return results.Save(dir, rec) })
}

// reserve makes dir this run's own and calls save, which puts the first record
// into it. Of several processes that want one directory at once, one gets it;
// the error of all others is ErrTaken, and they have changed nothing.
func reserve(dir string, save func() error) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	reserved := filepath.Join(dir, reservedName)
	if err := os.Mkdir(reserved, 0o755); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s %w: another process is starting it (if not, remove %s)", dir, ErrTaken, reserved)
		}
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(reserved)) }()
	switch _, err := os.Lstat(filepath.Join(dir, results.FileName)); {
	case err == nil:
		return fmt.Errorf("%s %w", dir, ErrTaken)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return save()
}

// fresh makes a directory that nobody had before: dir or, where that exists,
// dir-2, dir-3 and so on. It returns which.
func fresh(dir string) (string, error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	name := dir
	for n := 2; ; n++ {
		err := os.Mkdir(name, 0o755)
		if err == nil || !errors.Is(err, fs.ErrExist) {
			return name, err
		}
		name = fmt.Sprintf("%s-%d", dir, n)
	}
}
