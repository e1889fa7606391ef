package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"pushbench/results"
)

// latest is the name, below runsDir, of a link to the run that ended last.
const latest = "latest"

// isLatest reports whether dir has the link's name in runs, whether or not there is one.
func isLatest(runs, dir string) bool {
	if dir == "" || filepath.Base(dir) != latest {
		return false
	}
	runs, err := filepath.Abs(runs)
	if err != nil {
		return false
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return false
	}
	if filepath.Dir(dir) == runs {
		return true
	}
	in, err := os.Stat(runs)
	if err != nil {
		return false
	}
	parent, err := os.Stat(filepath.Dir(dir))
	return err == nil && os.SameFile(in, parent)
}

// pointLatest makes the link lead to the run in dir when that lies directly in
// runs. Whoever follows it meanwhile finds the run before.
func pointLatest(runs, dir string) error {
	in, err := os.Stat(runs)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return err
	}
	parent, err := os.Stat(filepath.Dir(dir))
	if err != nil || !os.SameFile(in, parent) || filepath.Base(dir) == latest {
		return err
	}
	temporary := filepath.Join(runs, fmt.Sprintf(".%s.%d", latest, os.Getpid()))
	if err := os.Symlink(filepath.Base(dir), temporary); err != nil {
		return err
	}
	if err := os.Rename(temporary, filepath.Join(runs, latest)); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return nil
}

// newestRun returns the directory of the run below dir that began last, by what
// its record says: a run may have any name. What cannot be told apart for want
// of a readable record is said on stderr.
func newestRun(dir string, stderr io.Writer) (string, error) {
	records, err := filepath.Glob(filepath.Join(dir, "*", results.FileName))
	if err != nil {
		return "", err
	}
	var unread []error
	newest, when := "", time.Time{}
	for _, path := range records {
		if filepath.Base(filepath.Dir(path)) == latest {
			continue
		}
		began, err := beganAt(path)
		if err != nil {
			unread = append(unread, err)
			continue
		}
		if newest == "" || !began.Before(when) {
			newest, when = filepath.Dir(path), began
		}
	}
	switch {
	case newest == "" && unread != nil:
		return "", errors.Join(unread...)
	case newest == "":
		return "", usage("pushbench run makes one", "no run under %s", dir)
	}
	for _, err := range unread {
		say(stderr, "left out: %v", err)
	}
	return newest, nil
}

// beganAt reads no more of a record than when its run began.
func beganAt(path string) (time.Time, error) {
	f, err := os.Open(path)
	if err != nil {
		return time.Time{}, err
	}
	defer f.Close()
	dec := json.NewDecoder(f)
	if _, err := dec.Token(); err != nil { // the object's brace
		return time.Time{}, fmt.Errorf("%s: not JSON: %w", path, err)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return time.Time{}, fmt.Errorf("%s: not JSON: %w", path, err)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return time.Time{}, fmt.Errorf("%s: not JSON: %w", path, err)
		}
		if name == "began" {
			var began time.Time
			if err := json.Unmarshal(value, &began); err != nil {
				return time.Time{}, fmt.Errorf("%s: began: %w", path, err)
			}
			return began, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s: does not say when its run began", path)
}
