//go:build unix

package build

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMergeBase(t *testing.T) {
	alone(t)
	for _, tt := range []struct {
		about string
		make  func(c *clone) (dir, want string)
		how   string
	}{
		{"a branch is compared with where it left main", func(c *clone) (string, string) {
			base := c.git("rev-parse", "HEAD")
			c.git("checkout", "--quiet", "-b", "topic")
			c.version("two")
			c.commit("topic")
			c.git("checkout", "--quiet", "main")
			c.commit("meanwhile")
			c.git("checkout", "--quiet", "topic")
			c.version("three")
			return c.dir, base
		}, "the commit at which this branch left main"},
		{"the remote's branch goes before the local one", func(c *clone) (string, string) {
			base := c.git("rev-parse", "HEAD")
			other := &clone{c.t, filepath.Join(c.t.TempDir(), "other")}
			c.git("clone", "--quiet", c.dir, other.dir)
			other.commit("not pushed yet")
			return other.dir, base
		}, "the commit at which this branch left origin/main"},
		{"a remote whose default branch has another name", func(c *clone) (string, string) {
			c.git("branch", "--move", "trunk")
			base := c.git("rev-parse", "HEAD")
			other := &clone{c.t, filepath.Join(c.t.TempDir(), "other")}
			c.git("clone", "--quiet", c.dir, other.dir)
			other.commit("mine")
			return other.dir, base
		}, "the commit at which this branch left origin/trunk"},
		{"on main, changed files are compared with HEAD", func(c *clone) (string, string) {
			c.version("two")
			return c.dir, c.git("rev-parse", "HEAD")
		}, "the last commit, because files were changed since"},
		{"on main, HEAD is compared with the commit before", func(c *clone) (string, string) {
			before := c.git("rev-parse", "HEAD")
			c.commit("second")
			c.write("README.md", "changed\n")
			return c.dir, before
		}, "the commit before the last one"},
	} {
		t.Run(tt.about, func(t *testing.T) {
			c := newClone(t)
			dir, want := tt.make(c)
			ref, how, err := MergeBase(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			if ref != want || !strings.HasPrefix(how, tt.how) {
				t.Errorf("%s is %s, want %s: %s", how, ref, want, tt.how)
			}
		})
	}
}

func TestMergeBaseSaysWhatIsWrong(t *testing.T) {
	alone(t)
	for _, tt := range []struct {
		about         string
		make          func(c *clone) (dir string)
		problem, hint string
	}{
		{"the first commit", func(c *clone) string { return c.dir }, "HEAD is the first commit", "BASE=REF"},
		{"no commit", func(c *clone) string {
			c.git("init", "--quiet", "empty")
			return filepath.Join(c.dir, "empty")
		}, "has no commit yet", "git commit"},
		{"no default branch", func(c *clone) string {
			c.git("branch", "--move", "work")
			return c.dir
		}, "there is no default branch here", "BASE=REF"},
		{"histories of their own", func(c *clone) string {
			c.git("checkout", "--quiet", "--orphan", "other")
			c.commit("other")
			return c.dir
		}, "HEAD and main have no commit in common", "BASE=REF"},
		{"a shallow clone of a branch", func(c *clone) string {
			c.git("checkout", "--quiet", "-b", "topic")
			c.commit("topic")
			c.git("checkout", "--quiet", "main")
			c.commit("meanwhile")
			other := &clone{c.t, filepath.Join(c.t.TempDir(), "other")}
			c.git("clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=topic", "file://"+c.dir, other.dir)
			return other.dir
		}, "this clone does not have the commit at which HEAD left origin/main", "fetch-depth: 0"},
		{"a shallow clone of main", func(c *clone) string {
			c.commit("second")
			other := &clone{c.t, filepath.Join(c.t.TempDir(), "other")}
			c.git("clone", "--quiet", "--depth=1", "file://"+c.dir, other.dir)
			return other.dir
		}, "this clone does not have the commit before HEAD", "fetch-depth: 0"},
		{"no repository", func(c *clone) string { return c.t.TempDir() }, "is not in a git repository", ""},
	} {
		t.Run(tt.about, func(t *testing.T) {
			_, _, err := MergeBase(t.Context(), tt.make(newClone(t)))
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(e.Problem, tt.problem) || !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("the error is %v, the hint %q", err, hintOf(err))
			}
		})
	}
}

// The Makefile stamps what it builds by the same rule.
func TestMakefileHasTheSameFilesApart(t *testing.T) {
	text, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range apart {
		if want := "':!" + strings.TrimPrefix(spec, ":(top,exclude)") + "'"; !strings.Contains(string(text), want) {
			t.Errorf("the Makefile's COMMIT does not have %s", want)
		}
	}
	if got := strings.Count(string(text), "':!"); got != len(apart) {
		t.Errorf("the Makefile's COMMIT leaves %d kinds of files apart, and this package %d", got, len(apart))
	}
}
