//go:build unix

package build

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program says which commit it was built of. It imports nothing, so that little is compiled.
const program = "package main\n\nvar commit = \"none\"\n\nfunc main() { println(\"version one of\", commit) }\n"

// A clone is a repository in a directory of its own.
type clone struct {
	t   *testing.T
	dir string
}

// alone keeps the tests from the git settings of whoever runs them, and gives
// the temporary directory that has to be empty in the end.
func alone(t *testing.T) (temp string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, v := range ours {
		t.Setenv(v, "")
		os.Unsetenv(v) // Setenv restores it
	}
	temp = t.TempDir()
	t.Setenv("TMPDIR", temp)
	return temp
}

// newClone makes a repository with one commit: a module with the program.
func newClone(t *testing.T) *clone {
	t.Helper()
	c := &clone{t: t, dir: filepath.Join(t.TempDir(), "a clone")} // Note: with a space
	if err := os.Mkdir(c.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	c.git("init", "--quiet", "--initial-branch=main")
	c.write("go.mod", "module example\n\ngo 1.21\n")
	c.write("cmd/pushbench/main.go", program)
	c.write("README.md", "about it\n")
	c.write(".gitignore", "bin/\n")
	c.commit("first")
	return c
}

func (c *clone) git(arguments ...string) string {
	c.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"}, arguments...)...)
	cmd.Dir = c.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("git %q: %v\n%s", arguments, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (c *clone) write(name, text string) {
	c.t.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		c.t.Fatal(err)
	}
}

// commit commits everything and returns the commit.
func (c *clone) commit(message string) string {
	c.t.Helper()
	c.git("add", "--all")
	c.git("commit", "--quiet", "--allow-empty", "--message", message)
	return c.git("rev-parse", "HEAD")
}

// version changes what the program says.
func (c *clone) version(word string) {
	c.t.Helper()
	c.write("cmd/pushbench/main.go", strings.Replace(program, "one", word, 1))
}

// says runs a program that was linked.
func says(t *testing.T, file string) string {
	t.Helper()
	out, err := exec.Command(file).CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// mustBeEmpty demands that nothing was left in the temporary directory.
func mustBeEmpty(t *testing.T, temp string) {
	t.Helper()
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
