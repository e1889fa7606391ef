package branch

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// git runs git in dir and returns what it says.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// alone keeps the user's settings out of a test.
func alone(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	for _, role := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+role+"_NAME", "Ada")
		t.Setenv("GIT_"+role+"_EMAIL", "ada@example.org")
		t.Setenv("GIT_"+role+"_DATE", "2026-03-01T00:00:00Z")
	}
}

// repository makes one with a commit, a staged file and one that is not.
func repository(t *testing.T) (dir string) {
	t.Helper()
	alone(t)
	dir = t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	write(t, filepath.Join(dir, "a"), "1")
	git(t, dir, "add", "a")
	git(t, dir, "commit", "-qm", "first")
	write(t, filepath.Join(dir, "staged"), "2")
	git(t, dir, "add", "staged")
	write(t, filepath.Join(dir, "a"), "changed")
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, dir, name string) *Branch {
	t.Helper()
	b, err := Open(t.Context(), dir, name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// add is an edit that appends a text.
func add(text string) func([]byte) ([]byte, error) {
	return func(old []byte) ([]byte, error) { return append(bytes.Clone(old), text...), nil }
}

func TestUpdateTouchesNoWorkingTree(t *testing.T) {
	dir := repository(t)
	index := filepath.Join(dir, ".git", "index")
	status := git(t, dir, "status", "--porcelain")
	before, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, filepath.Join(dir, "."), "numbers")
	if _, err := b.Read(t.Context(), "file"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a branch: %v", err)
	}
	for i, text := range []string{"one\n", "two\n"} {
		if err := b.Update(t.Context(), "file", fmt.Sprint("line ", i), add(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Update(t.Context(), "other", "other", add("x")); err != nil {
		t.Fatal(err)
	}
	if data, err := b.Read(t.Context(), "file"); string(data) != "one\ntwo\n" || err != nil {
		t.Errorf("the file is %q, %v", data, err)
	}
	if _, err := b.Read(t.Context(), "third"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a file: %v", err)
	}
	if got := git(t, dir, "log", "--format=%s by %an", "numbers"); got != "other by Ada\nline 1 by Ada\nline 0 by Ada" {
		t.Errorf("the branch has the commits %q", got)
	}
	if got := git(t, dir, "ls-tree", "-r", "--name-only", "numbers"); got != "file\nother" {
		t.Errorf("the branch has the files %q", got)
	}
	after, err := os.ReadFile(index)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the index changed, %v", err)
	}
	if got := git(t, dir, "status", "--porcelain"); got != status {
		t.Errorf("the status is %q, and was %q", got, status)
	}
	if got := git(t, dir, "symbolic-ref", "HEAD"); got != "refs/heads/main" {
		t.Errorf("HEAD is %s", got)
	}
}

func TestWhoeverIsFasterIsNotOverwritten(t *testing.T) {
	for _, first := range []string{"", "zero\n"} {
		dir := repository(t)
		b := open(t, dir, "numbers")
		if first != "" {
			if err := b.Update(t.Context(), "file", "m", add(first)); err != nil {
				t.Fatal(err)
			}
		}
		calls := 0
		err := b.Update(t.Context(), "file", "m", func(old []byte) ([]byte, error) {
			if calls++; calls == 1 {
				if err := open(t, dir, "numbers").Update(t.Context(), "file", "faster", add("one\n")); err != nil {
					t.Fatal(err)
				}
			}
			return append(bytes.Clone(old), "two\n"...), nil
		})
		data, readErr := b.Read(t.Context(), "file")
		if err != nil || readErr != nil || calls != 2 || string(data) != first+"one\ntwo\n" {
			t.Errorf("after %q: %d calls, %q, %v, %v", first, calls, data, err, readErr)
		}
	}
}

func TestManyUpdateAtATime(t *testing.T) {
	dir := repository(t)
	b := open(t, dir, "numbers")
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			if err := b.Update(t.Context(), "file", "m", add(fmt.Sprintf("%d\n", i))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if data, err := b.Read(t.Context(), "file"); err != nil || bytes.Count(data, []byte("\n")) != 6 {
		t.Errorf("the file is %q, %v", data, err)
	}
}

// A branch whose name goes on below is another one.
func TestABranchBelowTheName(t *testing.T) {
	dir := repository(t)
	git(t, dir, "branch", "numbers/old")
	b := open(t, dir, "numbers")
	if _, err := b.Read(t.Context(), "a"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file of numbers/old is read as one of numbers: %v", err)
	}
}

// A hook of git has variables set that point at another repository.
func TestInAHook(t *testing.T) {
	dir, other := repository(t), repository(t)
	git(t, other, "checkout", "-q", "-b", "other")
	index := filepath.Join(t.TempDir(), "index")
	t.Setenv("GIT_DIR", filepath.Join(other, ".git"))
	t.Setenv("GIT_INDEX_FILE", index)
	t.Setenv("GIT_WORK_TREE", other)
	err := open(t, dir, "numbers").Update(t.Context(), "file", "m", add("one"))
	for _, name := range []string{"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"} {
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	if err != nil || git(t, dir, "show", "numbers:file") != "one" {
		t.Errorf("the branch was not made where it was asked for: %v", err)
	}
	if got := git(t, other, "branch", "--format=%(refname:short)"); got != "main\nother" {
		t.Errorf("the other repository has the branches %q", got)
	}
}

func TestAnErrorOfEditChangesNothing(t *testing.T) {
	dir := repository(t)
	want := errors.New("no")
	if err := open(t, dir, "numbers").Update(t.Context(), "file", "m", func([]byte) ([]byte, error) { return nil, want }); err != want {
		t.Errorf("the error is %v", err)
	}
	if got := git(t, dir, "branch", "--format=%(refname:short)"); got != "main" {
		t.Errorf("the branches are %q", got)
	}
}

func TestABareClone(t *testing.T) {
	dir := repository(t)
	bare := filepath.Join(t.TempDir(), "bare")
	git(t, dir, "clone", "-q", "--bare", dir, bare)
	b := open(t, bare, "numbers")
	if err := b.Update(t.Context(), "file", "m", add("one")); err != nil {
		t.Fatal(err)
	}
	if data, err := b.Read(t.Context(), "file"); string(data) != "one" || err != nil {
		t.Errorf("the file is %q, %v", data, err)
	}
}

// A machine of CI has neither a user nor a name of its own.
func TestWithoutAUser(t *testing.T) {
	dir := repository(t)
	for _, role := range []string{"AUTHOR", "COMMITTER"} {
		for _, what := range []string{"NAME", "EMAIL"} {
			t.Setenv("GIT_"+role+"_"+what, "")
			os.Unsetenv("GIT_" + role + "_" + what)
		}
	}
	git(t, dir, "config", "user.useConfigOnly", "true")
	if err := open(t, dir, "numbers").Update(t.Context(), "file", "m", add("one")); err != nil {
		t.Fatal(err)
	}
	if got := git(t, dir, "log", "--format=%an", "numbers"); got != "pushbench" {
		t.Errorf("the author is %q", got)
	}
}

func TestWhatCannotBeOpened(t *testing.T) {
	dir := repository(t)
	none := t.TempDir()
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(none))
	for _, c := range []struct{ fact, dir, name, want string }{
		{"not a repository", none, "numbers", none + " is not in a git repository"},
		{"no directory", filepath.Join(none, "x"), "numbers", "cannot change to"},
		{"no name", dir, "a..b", `"a..b" cannot be the name of a branch`},
		{"an empty name", dir, "", `"" cannot be the name of a branch`},
		{"the branch that is checked out", dir, "main", "branch main is checked out"},
	} {
		if _, err := Open(t.Context(), c.dir, c.name); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want one with %q", c.fact, err, c.want)
		}
	}
	t.Setenv("PATH", none)
	if _, err := Open(t.Context(), dir, "numbers"); err == nil || err.Error() != "git is not installed" {
		t.Errorf("without git: %v", err)
	}
}

func TestAbout(t *testing.T) {
	dir := repository(t)
	first := git(t, dir, "rev-parse", "HEAD")
	git(t, dir, "commit", "-qm", "second")
	second := git(t, dir, "rev-parse", "HEAD")
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		fact, dir, hash string
		want            Commit
		known           bool
	}{
		{"a commit", dir, second, Commit{Parent: first, Committed: at}, true},
		{"the first one", dir, first, Commit{Committed: at}, true},
		{"one of another repository", dir, strings.Repeat("a", 40), Commit{}, false},
		{"outside of a repository", filepath.Join(dir, "nowhere"), first, Commit{}, false},
	} {
		if got, known := About(t.Context(), c.dir, c.hash); got != c.want || known != c.known {
			t.Errorf("%s: %+v, %t", c.fact, got, known)
		}
	}
}
