//go:build linux

package results

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// checkUnsaved checks that a record that could not be written says why and
// where, and left the older one whole and nothing beside it.
func checkUnsaved(t *testing.T, dir string, err, want error, before *Record) {
	t.Helper()
	if !errors.Is(err, want) || !strings.Contains(err.Error(), filepath.Join(dir, FileName)+":") {
		t.Errorf("got %v, want %v of the file", err, want)
	}
	if strings.Contains(err.Error(), "."+FileName+".") {
		t.Errorf("the error names the temporary file: %v", err)
	}
	got, err := Load(dir)
	if err != nil {
		t.Error(err)
		return
	}
	was, _ := json.Marshal(before)
	is, _ := json.Marshal(got)
	if string(was) != string(is) {
		t.Errorf("the record has changed:\n%s\n%s", was, is)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("it left %v, %v", entries, err)
	}
}

// many is r with so many trials that its text is beyond size.
func many(t *testing.T, r *Record, size int) *Record {
	t.Helper()
	one, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	grown := *r
	for len(grown.Trials)*len(one)/len(r.Trials) <= size {
		for _, t := range r.Trials {
			next := *t
			next.Number += len(grown.Trials)
			grown.Trials = append(grown.Trials, &next)
		}
	}
	return &grown
}

// On a disk that is full the older record stays.
func TestSaveOnAFullDisk(t *testing.T) {
	dir, small := t.TempDir(), small(t)
	large := many(t, small, 64<<10)
	done := make(chan struct{})
	var cannot error
	go func() {
		defer close(done)
		// The thread ends with the goroutine, and with it the only view on
		// the file system that it mounts.
		runtime.LockOSThread()
		err := unix.Unshare(unix.CLONE_FS | unix.CLONE_NEWNS)
		if err == nil { // and nobody else sees it
			err = unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
		}
		if err == nil {
			err = unix.Mount("none", dir, "tmpfs", 0, "size=64k")
		}
		if cannot = err; err != nil {
			return
		}
		if err := Save(dir, small); err != nil {
			t.Error(err)
			return
		}
		for range 2 {
			checkUnsaved(t, dir, Save(dir, large), unix.ENOSPC, small)
		}
	}()
	<-done
	if cannot != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatalf("no disk is filled: %v", cannot)
		}
		t.Skipf("no disk is filled: %v", cannot)
	}
}

// So it does where files may not grow so large.
func TestSaveBeyondTheSizeOfFiles(t *testing.T) {
	dir, small := t.TempDir(), small(t)
	if err := Save(dir, small); err != nil {
		t.Fatal(err)
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	lower := limit
	lower.Cur = 32 << 10
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &lower); err != nil {
		t.Fatal(err)
	}
	defer unix.Setrlimit(unix.RLIMIT_FSIZE, &limit)
	checkUnsaved(t, dir, Save(dir, many(t, small, 64<<10)), unix.EFBIG, small)
}
