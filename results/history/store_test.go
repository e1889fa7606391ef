package history

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestAppendAndLoad(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "history")
	if _, _, err := Load(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a history: %v", err)
	}
	ls := lines(3, flat, always(253))
	for _, l := range ls {
		if err := Append(dir, l); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, AcceptedName), []byte("- {commit: abcdef01, metric: m, by: Ada, why: so}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	log, accepted, err := Load(dir)
	if err != nil || len(log.Lines) != 3 || len(accepted) != 1 {
		t.Errorf("got %d lines, %d accepted, %v", len(log.Lines), len(accepted), err)
	}
	data, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil || !bytes.Equal(data, encoded(t, ls...)) {
		t.Errorf("the file is %s, %v", data, err)
	}
}

func TestAppendToWhatACrashLeft(t *testing.T) {
	ls := lines(3, flat, always(253))
	two, third := encoded(t, ls[:2]...), ls[2]
	for _, c := range []struct {
		fact   string
		before []byte
		want   []byte
	}{
		{"nothing", nil, encoded(t, third)},
		{"whole lines", two, encoded(t, ls...)},
		{"half a line", append(bytes.Clone(two), `{"schema": 1, "com`...), encoded(t, ls...)},
		{"half of the only line", []byte(`{"sch`), encoded(t, third)},
		{"no line end, as an editor leaves it", two[:len(two)-1], encoded(t, ls...)},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, FileName)
		if err := os.WriteFile(path, c.before, 0o666); err != nil {
			t.Fatal(err)
		}
		err := Append(dir, third)
		got, readErr := os.ReadFile(path)
		if err != nil || readErr != nil || !bytes.Equal(got, c.want) {
			t.Errorf("%s: the file is %s, %v, %v", c.fact, got, err, readErr)
		}
		if extended, err := Extend("h", c.before, third); err != nil || !bytes.Equal(extended, c.want) {
			t.Errorf("%s: extended to %s, %v", c.fact, extended, err)
		}
	}
}

func TestNothingIsAppendedToWhatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, FileName)
	if err := os.WriteFile(path, []byte("{}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	err := Append(dir, lines(1, flat, always(253))[0])
	if err == nil || !strings.HasPrefix(err.Error(), path+":1:1: ") {
		t.Errorf("the error is %v", err)
	}
	if data, err := os.ReadFile(path); string(data) != "{}\n" {
		t.Errorf("the file is %q, %v", data, err)
	}
}

func TestManyAppendAtATime(t *testing.T) {
	dir := t.TempDir()
	ls := lines(24, flat, always(253))
	var all sync.WaitGroup
	for _, l := range ls {
		all.Go(func() {
			if err := Append(dir, l); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	log, _, err := Load(dir)
	seen := map[string]bool{}
	for _, l := range log.Lines {
		seen[l.Commit] = true
	}
	if err != nil || len(log.Lines) != len(ls) || len(seen) != len(ls) {
		t.Errorf("%d lines of %d commits, %v", len(log.Lines), len(seen), err)
	}
}
