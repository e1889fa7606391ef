//go:build unix

package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// opened is the source of the working tree of c, with what it reported.
func opened(t *testing.T, c *clone, ref string) *Source {
	t.Helper()
	s, err := Open(t.Context(), c.dir, ref)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestLinkGivesAnotherLayoutForEachSeed(t *testing.T) {
	temp := alone(t)
	c := newClone(t)
	s := opened(t, c, ".")
	var reports []string
	s.Report = func(text string) { reports = append(reports, text) }
	out := t.TempDir()
	files := map[uint64][]byte{}
	for _, seed := range []uint64{0, 1, 2, 1 << 63, ^uint64(0)} {
		file := filepath.Join(out, "server of a block")
		if err := s.Link(t.Context(), seed, file); err != nil {
			t.Fatal(err)
		}
		if got, want := says(t, file), "version one of "+s.Revision; got != want {
			t.Errorf("seed %d: the program says %q, want %q", seed, got, want)
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for other, layout := range files {
			if bytes.Equal(b, layout) {
				t.Errorf("seeds %d and %d have one layout", seed, other)
			}
		}
		files[seed] = b
	}
	again := filepath.Join(out, "again")
	if err := s.Link(t.Context(), 2, again); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(again); err != nil || !bytes.Equal(b, files[2]) {
		t.Errorf("the same seed gives another program: %v", err)
	}
	if want := []string{"compiling the working tree (" + s.Revision[:10] + ")"}; len(reports) != 1 || reports[0] != want[0] {
		t.Errorf("reported: %q, want %q", reports, want)
	}
	left, err := os.ReadDir(out)
	if err != nil || len(left) != 2 {
		t.Errorf("beside the programs: %v, %v", left, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	mustBeEmpty(t, temp)
}

// The directory of the copy is no part of the program: two copies of one commit
// are the same program, compiled once.
func TestLinkDoesNotDependOnTheDirectory(t *testing.T) {
	alone(t)
	c := newClone(t)
	var files [2][]byte
	for i := range files {
		file := filepath.Join(t.TempDir(), "program")
		if err := opened(t, c, "HEAD").Link(t.Context(), 7, file); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		files[i] = b
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two copies of one commit are different programs")
	}
}

func TestLinkBuildsWhatItIsTold(t *testing.T) {
	alone(t)
	c := newClone(t)
	c.write("serve/main.go", "//go:build fast\n\npackage main\n\nvar rev string\n\nfunc main() { println(\"fast\", rev) }\n")
	c.write("serve/slow.go", "//go:build !fast\n\npackage main\n\nfunc main() { println(\"slow\") }\n")
	c.commit("another")
	s := opened(t, c, "HEAD")
	s.Package, s.Stamp, s.Flags = "./serve", "main.rev", []string{"-tags", "fast"}
	file := filepath.Join(t.TempDir(), "program")
	if err := s.Link(t.Context(), 1, file); err != nil {
		t.Fatal(err)
	}
	if got := says(t, file); got != "fast "+s.Revision {
		t.Errorf("the program says %q", got)
	}
	t.Setenv("GOFLAGS", "-tags=other")
	s.Stamp, s.Flags = "", nil
	if err := s.Link(t.Context(), 1, file); err != nil {
		t.Fatal(err)
	}
	if got := says(t, file); got != "slow" {
		t.Errorf("the program says %q", got)
	}
}

func TestLinkSaysWhatDoesNotBuild(t *testing.T) {
	temp := alone(t)
	t.Setenv("GOPROXY", "off")
	c := newClone(t)
	for _, tt := range []struct{ about, file, text, output, hint string }{
		{"a mistake", "cmd/pushbench/main.go", "package main\n\nfunc main() { gone() }\n", "cmd/pushbench/main.go:3:15: undefined: gone", "cannot be measured"},
		{"a module that is not here", "go.mod", "module example\n\ngo 1.21\n\nrequire example.org/gone v1.0.0\n", "example.org/gone", "go mod download"},
		{"a file that git ignores", "cmd/pushbench/main.go", "package main\n\nimport _ \"embed\"\n\n//go:embed bin/data\nvar s string\n\nfunc main() {}\n",
			"no matching files found", "git ignores"},
		{"no module", "go.mod", "nonsense\n", "go.mod:1", ""},
	} {
		t.Run(tt.about, func(t *testing.T) {
			c.git("checkout", "--quiet", "--", ".")
			c.git("clean", "--quiet", "--force")
			c.write("cmd/pushbench/bin/data", "ignored")
			c.write(tt.file, tt.text)
			if strings.Contains(tt.text, "require ") {
				c.write("cmd/pushbench/main.go", "package main\n\nimport _ \"example.org/gone\"\n\nfunc main() {}\n")
				const sum = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
				c.write("go.sum", "example.org/gone v1.0.0 "+sum+"example.org/gone v1.0.0/go.mod "+sum)
			}
			out := t.TempDir()
			s := opened(t, c, ".")
			err := s.Link(t.Context(), 1, filepath.Join(out, "program"))
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(e.Output, tt.output) || !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("the error is %q, the hint %q", err, hintOf(err))
			} else if !strings.HasPrefix(e.Problem, "the working tree (") || strings.Contains(e.Output, temp) {
				t.Errorf("the problem is %q:\n%s", e.Problem, e.Output)
			}
			mustBeEmpty(t, out)
		})
	}
	t.Run("no go command", func(t *testing.T) {
		c.git("checkout", "--quiet", "--", ".")
		s := opened(t, c, ".")
		t.Setenv("PATH", t.TempDir())
		err := s.Link(t.Context(), 1, filepath.Join(t.TempDir(), "program"))
		if err == nil || !strings.Contains(err.Error(), "there is no go command here") {
			t.Errorf("the error is %v", err)
		}
	})
}

// fakeGo puts a go command first in PATH that does what the script says.
func fakeGo(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func TestLinkKnowsAGoWithoutLayouts(t *testing.T) {
	alone(t)
	s := opened(t, newClone(t), ".")
	fakeGo(t, `case "$*" in
*GOVERSION) echo go1.20.5 ;;
*-randlayout=*) printf '# example\nflag provided but not defined: -randlayout\nusage: link [options] main.o\n' >&2; seq 100 >&2; exit 2 ;;
*) while [ "$1" != -o ]; do shift; done; echo linked >"$2" ;;
esac
`)
	file := filepath.Join(t.TempDir(), "program")
	err := s.Link(t.Context(), 1, file)
	var old *OldGo
	if !errors.As(err, &old) || old.Version != "go1.20.5" {
		t.Fatalf("the error is %v", err)
	}
	if err := s.Link(t.Context(), 0, file); err != nil {
		t.Errorf("without a seed: %v", err)
	}
}

func TestOutputOfTheGoCommandIsShort(t *testing.T) {
	alone(t)
	s := opened(t, newClone(t), ".")
	fakeGo(t, "seq 100 >&2; exit 1\n")
	var e *Error
	if err := s.Link(t.Context(), 1, filepath.Join(t.TempDir(), "program")); !errors.As(err, &e) {
		t.Fatal(err)
	}
	if all := e.Unwrap(); len(all) != 1+outputKept || !strings.HasSuffix(all[0].Error(), " does not build:") || all[1].Error() != "81" {
		t.Errorf("its lines are %q", all)
	}
	if lines := strings.Split(e.Output, "\n"); len(lines) != outputKept || lines[len(lines)-1] != "100" {
		t.Errorf("the output is %q", e.Output)
	}
}

func TestLinkLeavesNothingWhenItIsCanceled(t *testing.T) {
	temp := alone(t)
	s := opened(t, newClone(t), ".")
	// A go command that compiles until it is interrupted: it says by a named pipe that it has begun.
	fakeGo(t, `touch "$GOTMPDIR/compiled"
while [ "$1" != -o ]; do shift; done
echo half >"$2"
trap 'exit 1' INT
echo begun >"$BEGUN"
while :; do sleep 1 & wait; done
`)
	fifo := filepath.Join(t.TempDir(), "begun")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("BEGUN", fifo)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		_, _ = os.ReadFile(fifo) // returns when the command has begun
	}()
	out := t.TempDir()
	if err := s.Link(ctx, 1, filepath.Join(out, "program")); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	mustBeEmpty(t, out)
	s.Close()
	mustBeEmpty(t, temp)
}

func TestLinksMayBeMadeTogether(t *testing.T) {
	alone(t)
	s := opened(t, newClone(t), ".")
	reports := 0
	s.Report = func(string) { reports++ }
	out := t.TempDir()
	var links sync.WaitGroup
	for seed := range uint64(4) {
		links.Go(func() {
			if err := s.Link(t.Context(), seed, filepath.Join(out, fmt.Sprint(seed))); err != nil {
				t.Error(err)
			}
		})
	}
	links.Wait()
	for seed := range 4 {
		if got := says(t, filepath.Join(out, fmt.Sprint(seed))); !strings.HasPrefix(got, "version one of ") {
			t.Errorf("seed %d: the program says %q", seed, got)
		}
	}
	if reports != 1 {
		t.Errorf("it was compiled %d times", reports)
	}
}
