package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"

	"pushbench/results"
)

// Whoever has no place for a record is told to choose another.
func TestNoRoom(t *testing.T) {
	for _, row := range []struct {
		fact string
		err  error
		hint string
	}{
		{"a full disk", fmt.Errorf("out/run.json: %w", syscall.ENOSPC), "make room, or choose another place with --out"},
		{"a place of somebody else", &fs.PathError{Op: "mkdir", Path: "/x", Err: syscall.EACCES}, "choose another place with --out"},
		{"below a file", &fs.PathError{Op: "mkdir", Path: "/x", Err: syscall.ENOTDIR}, "choose another place with --out"},
		{"what has its own hint", usage("mine", "no: %w", syscall.ENOSPC), "mine"},
		{"something else", errors.New("no luck"), ""},
	} {
		got := noRoom(row.err)
		hint := ""
		var e *exitError
		if errors.As(got, &e) {
			hint = e.hint
		}
		if hint != row.hint || got.Error() != row.err.Error() {
			t.Errorf("%s: %v, hint %q", row.fact, got, hint)
		}
	}
	var e *exitError
	if err := outcome(&results.Record{}, syscall.ENOSPC, false, false); !errors.As(err, &e) || e.hint == "" {
		t.Errorf("a run that could not go on for want of room: %v", err)
	}
}

func TestMustTakeFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, err := range []error{os.Mkdir("dir", 0o777), os.WriteFile("file", nil, 0o666), os.Symlink("none", "dangling"), os.Symlink("dir", "link")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct{ dir, says string }{
		{"", ""}, {"dir", ""}, {"link", ""}, {"new/one", ""},
		{"file", "file is not a directory"},
		{"dangling", "dangling is a link to none, which is not there"},
	} {
		err := mustTakeFiles(row.dir)
		if row.says == "" {
			if err != nil {
				t.Errorf("%q: %v", row.dir, err)
			}
			continue
		}
		var e *exitError
		if !errors.As(err, &e) || e.status != exitUsage || e.Error() != row.says || !strings.Contains(e.hint, "--out is a directory") {
			t.Errorf("%q: %v", row.dir, err)
		}
	}
}
