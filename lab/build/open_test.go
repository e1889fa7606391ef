//go:build unix

package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenTakesTheFilesOfARevision(t *testing.T) {
	temp := alone(t)
	c := newClone(t)
	first := c.git("rev-parse", "HEAD")
	c.git("tag", "v1")
	c.version("two")
	second := c.commit("second")
	c.git("branch", "side")
	c.version("three") // not committed
	for _, tt := range []struct{ about, ref, revision, says string }{
		{"a tag", "v1", first, "one"},
		{"a commit", second, second, "two"},
		{"the beginning of a commit", second[:12], second, "two"},
		{"a branch", "side", second, "two"},
		{"a commit by its distance", "HEAD~1", first, "one"},
		{"the working tree", ".", second + "+dirty", "three"},
		{"the working tree by default", "", second + "+dirty", "three"},
	} {
		t.Run(tt.about, func(t *testing.T) {
			s, err := Open(t.Context(), c.dir, tt.ref)
			if err != nil {
				t.Fatal(err)
			}
			if s.Revision != tt.revision {
				t.Errorf("the revision is %s, want %s", s.Revision, tt.revision)
			}
			text, err := os.ReadFile(filepath.Join(s.module, "cmd/pushbench/main.go"))
			if err != nil || !strings.Contains(string(text), tt.says) {
				t.Errorf("%v; the program is\n%s", err, text)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			mustBeEmpty(t, temp)
		})
	}
	if status := c.git("status", "--porcelain"); status != "M cmd/pushbench/main.go" {
		t.Errorf("the repository was changed: %s", status)
	}
	if all := c.git("worktree", "list"); strings.Contains(all, "\n") {
		t.Errorf("a worktree is left: %s", all)
	}
}

func TestWhatMakesAWorkingTreeDirty(t *testing.T) {
	alone(t)
	for _, tt := range []struct {
		about string
		do    func(*clone)
		dirty bool
	}{
		{"nothing was changed", func(*clone) {}, false},
		{"a file was changed", func(c *clone) { c.version("two") }, true},
		{"a change is staged", func(c *clone) { c.version("two"); c.git("add", ".") }, true},
		{"a file is new", func(c *clone) { c.write("cmd/pushbench/new.go", "package main\n") }, true},
		{"a file was deleted", func(c *clone) { os.Remove(filepath.Join(c.dir, "go.mod")) }, true},
		{"a page was changed", func(c *clone) { c.write("README.md", "more\n"); c.write("doc/a.md", "more\n") }, false},
		{"a run is new", func(c *clone) { c.write("results/truth/run.json", "{}\n") }, false},
		{"what is built is ignored", func(c *clone) { c.write("bin/pushbench", "x") }, false},
		{"its time alone was changed", func(c *clone) { c.version("one") }, false},
	} {
		t.Run(tt.about, func(t *testing.T) {
			c := newClone(t)
			tt.do(c)
			s, err := Open(t.Context(), c.dir, ".")
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if dirty := strings.HasSuffix(s.Revision, "+dirty"); dirty != tt.dirty {
				t.Errorf("the revision is %s", s.Revision)
			}
		})
	}
}

func TestWorkingTreeIsCopiedAsItIs(t *testing.T) {
	alone(t)
	c := newClone(t)
	c.write("tools/run", "#!/bin/sh\n")
	if err := os.Chmod(filepath.Join(c.dir, "tools/run"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../tools/run", filepath.Join(c.dir, "cmd/run")); err != nil {
		t.Fatal(err)
	}
	c.write("bin/pushbench", "what git ignores")
	c.write("sub/go.mod", "module sub\n")
	c.git("init", "--quiet", "other") // a repository inside
	s, err := Open(t.Context(), c.dir, ".")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c.version("two") // while a comparison runs
	if info, err := os.Stat(filepath.Join(s.module, "tools/run")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("the mode of a script: %v, %v", info, err)
	}
	if to, err := os.Readlink(filepath.Join(s.module, "cmd/run")); err != nil || to != "../tools/run" {
		t.Errorf("a symbolic link leads to %q, %v", to, err)
	}
	for _, name := range []string{"bin", "other", ".git"} {
		if _, err := os.Lstat(filepath.Join(s.module, name)); err == nil {
			t.Errorf("%s was copied", name)
		}
	}
	text, err := os.ReadFile(filepath.Join(s.module, "cmd/pushbench/main.go"))
	if err != nil || string(text) != program {
		t.Errorf("a later change is part of the copy: %s, %v", text, err)
	}
}

func TestOpenFindsTheModuleBelowTheRepository(t *testing.T) {
	alone(t)
	c := newClone(t)
	c.write("go/go.mod", "module below\n")
	head := c.commit("below")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Join(c.dir, "go"), link); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(c.dir, "go"), link} {
		for _, ref := range []string{".", head} {
			s, err := Open(t.Context(), dir, ref)
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(s.module, "go.mod"))
			if err != nil || string(text) != "module below\n" {
				t.Errorf("%s %s: %q, %v", dir, ref, text, err)
			}
			s.Close()
		}
	}
}

// A hook of the user's, and variables that a hook has, change nothing.
func TestOpenIsLeftAloneByHooks(t *testing.T) {
	alone(t)
	c := newClone(t)
	ran := filepath.Join(t.TempDir(), "ran")
	for _, hook := range []string{"post-checkout", "post-index-change"} {
		c.write(".git/hooks/"+hook, "#!/bin/sh\ntouch "+ran+"\n")
		if err := os.Chmod(filepath.Join(c.dir, ".git/hooks", hook), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GIT_DIR", "/nowhere")
	t.Setenv("GIT_INDEX_FILE", "/nowhere/index")
	for _, ref := range []string{".", "HEAD"} {
		s, err := Open(t.Context(), c.dir, ref)
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("a hook ran")
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	temp := alone(t)
	empty := &clone{t: t, dir: t.TempDir()}
	empty.git("init", "--quiet")
	c := newClone(t)
	c.version("two")
	c.commit("second")
	c.git("branch", "topic")
	shallow := &clone{t: t, dir: filepath.Join(t.TempDir(), "shallow")}
	c.git("clone", "--quiet", "--depth=1", "file://"+c.dir, shallow.dir)
	full := &clone{t: t, dir: filepath.Join(t.TempDir(), "full")}
	c.git("clone", "--quiet", c.dir, full.dir)
	bare := filepath.Join(t.TempDir(), "bare")
	c.git("clone", "--quiet", "--bare", c.dir, bare)
	first := c.git("rev-parse", "HEAD~1")
	for _, tt := range []struct{ about, dir, ref, problem, hint string }{
		{"no repository", t.TempDir(), ".", "is not in a git repository", "start pushbench in a clone"},
		{"no such directory", filepath.Join(temp, "none"), ".", "there is no directory", ""},
		{"a bare repository", bare, "HEAD", "has no working tree", "git clone"},
		{"no commit yet", empty.dir, ".", "has no commit yet", "git commit"},
		{"no such commit", c.dir, "foo", "foo is not a commit here", "git fetch origin foo"},
		{"an option", c.dir, "--all", "--all is not a commit here", ""},
		{"a file", c.dir, "HEAD:go.mod", "HEAD:go.mod is not a commit here", ""},
		{"a branch of the remote", full.dir, "topic", "topic is not a commit here", "did you mean origin/topic?"},
		{"a commit that a shallow clone has not", shallow.dir, first, "is not a commit here", "fetch-depth: 0"},
	} {
		t.Run(tt.about, func(t *testing.T) {
			s, err := Open(t.Context(), tt.dir, tt.ref)
			if err == nil {
				s.Close()
				t.Fatal("there is no error")
			}
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(e.Error(), tt.problem) || !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("the error is %q, the hint %q", err, hintOf(err))
			}
		})
	}
	t.Run("no git", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if _, err := Open(t.Context(), c.dir, "."); err == nil || !strings.Contains(err.Error(), "there is no git here") {
			t.Errorf("the error is %v", err)
		}
	})
	mustBeEmpty(t, temp)
}

func hintOf(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Hint
}

func TestOpenLeavesNothingWhenItIsCanceled(t *testing.T) {
	temp := alone(t)
	c := newClone(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, ref := range []string{".", "HEAD"} {
		if _, err := Open(ctx, c.dir, ref); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
	}
	mustBeEmpty(t, temp)
}
