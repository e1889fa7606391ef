// Package build links the server of a revision, each time with another layout.
//
// A Source is a copy of a revision's files in a temporary directory. The first
// link compiles them; each later one repeats the link alone, which takes seconds.
// The linker's -randlayout orders the functions anew by a seed, because the place
// of the code in memory alone makes the same program faster or slower by as much
// as the changes that a comparison looks for.
package build

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// What a Source builds unless its fields are set otherwise.
const (
	DefaultPackage = "./cmd/pushbench"
	DefaultStamp   = "main.commit"
)

// A Source is the files of one revision. Make one with Open, set its fields
// before the first Link if they are not to be the defaults, and Close it.
type Source struct {
	Ref      string // as it was asked for; "." is the working tree
	Revision string // commit, with "+dirty" behind it when files of the working tree were changed

	Package string       // main package, relative to the module: DefaultPackage
	Stamp   string       // variable that the linker sets to Revision: DefaultStamp; empty: none
	Flags   []string     // further flags of go build, such as -tags; not -ldflags and not -o
	Report  func(string) // told in a few words what takes long, when it begins; nil: nobody is

	temp   string // directory of our own, removed by Close
	module string // the module's directory in it

	mu       sync.Mutex
	compiled bool // a link was made: what comes now finds everything in the go command's cache
}

// String names the source in sentences: the reference and the commit.
func (s *Source) String() string {
	switch {
	case s.Ref == WorkingTree:
		return "the working tree (" + short(s.Revision) + ")"
	case strings.HasPrefix(s.Revision, s.Ref):
		return short(s.Revision)
	}
	return s.Ref + " (" + short(s.Revision) + ")"
}

// Directory is that in the copy of which Open was given the original.
func (s *Source) Directory() string { return s.module }

// Close removes what Open made. It may be called more than once, but not while a
// Link is under way.
func (s *Source) Close() error { return os.RemoveAll(s.temp) }

// interruptedWithin is how long the go command may take to end when ctx is done.
const interruptedWithin = 10 * time.Second

// Link builds the program into the file out, with the layout that belongs to
// seed; 0 is the linker's own order. The file is made whole or not at all. The
// error is an *Error when the go command says no, and an *OldGo when it has no
// layouts to choose from: then only seed 0 can be linked. Links may be made
// concurrently; the first one, which compiles, is made alone.
func (s *Source) Link(ctx context.Context, seed uint64, out string) error {
	s.mu.Lock()
	if s.compiled {
		s.mu.Unlock()
		return s.link(ctx, seed, out)
	}
	defer s.mu.Unlock()
	if s.Report != nil {
		s.Report("compiling " + s.String())
	}
	err := s.link(ctx, seed, out)
	s.compiled = err == nil
	return err
}

func (s *Source) link(ctx context.Context, seed uint64, out string) (err error) {
	out, err = filepath.Abs(out)
	if err != nil {
		return err
	}
	// Note: the go command writes beside out and renames only if both are in one
	// file system; a link that is interrupted leaves nothing at out.
	made, err := os.MkdirTemp(filepath.Dir(out), ".link-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made)
	file := filepath.Join(made, filepath.Base(out))
	text, err := s.run(ctx, s.arguments(seed, file)...)
	switch {
	case err == nil:
		return os.Rename(file, out)
	case ctx.Err() != nil:
		return ctx.Err()
	case strings.Contains(text, "flag provided but not defined: -randlayout"):
		version, _ := s.run(ctx, "env", "GOVERSION") // without it the error is less exact
		return &OldGo{Version: strings.TrimSpace(version)}
	}
	return s.problem(text, err)
}

// arguments are those of the go command. With -trimpath a package is compiled
// once, whatever the temporary directory is called. The version control is not
// asked, for the copy has none.
func (s *Source) arguments(seed uint64, out string) []string {
	linker := []string{"-s", "-w"}
	if seed != 0 {
		linker = append(linker, fmt.Sprintf("-randlayout=%d", int64(seed))) // the linker takes negative ones, too
	}
	if s.Stamp != "" {
		linker = append(linker, "-X", s.Stamp+"="+s.Revision)
	}
	arguments := append([]string{"build", "-buildvcs=false", "-trimpath"}, s.Flags...)
	return append(arguments, "-ldflags="+strings.Join(linker, " "), "-o", out, s.Package)
}

// run executes the go command in the module and returns what it wrote.
func (s *Source) run(ctx context.Context, arguments ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", arguments...)
	cmd.Dir = s.module
	// Its temporary files are ours, so that nothing stays behind whatever ends it.
	cmd.Env = append(os.Environ(), "PWD="+s.module, "GOTMPDIR="+s.temp)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = interruptedWithin
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// problem says why the go command has not built s, with the end of what it wrote.
func (s *Source) problem(text string, err error) error {
	if missing(err) {
		return hinted("put Go's bin directory into PATH, or give the path of a program that is built already",
			"there is no go command here to build %s with", s)
	}
	hint := "a revision that does not build cannot be measured; build it yourself to see all that the go command says"
	switch {
	case unreachable.MatchString(text):
		hint = "the go command needs modules that are not on this machine: run go mod download where there is a network"
	case strings.Contains(text, "requires go >= "), strings.Contains(text, "toolchain not available"):
		hint = "it asks for a newer Go: install that, or set GOTOOLCHAIN=auto"
	case s.Ref == WorkingTree && strings.Contains(text, "no matching files found"):
		hint = "files that git ignores are no part of what is measured"
	}
	e := hinted(hint, "%s does not build", s)
	e.Output = ending(strings.ReplaceAll(text, s.module+string(filepath.Separator), ""), outputKept)
	if e.Output == "" {
		e.Output = err.Error()
	}
	return e
}

var unreachable = regexp.MustCompile(`dial tcp|no such host|module lookup disabled|i/o timeout`)

// outputKept is how many lines of the go command an error has.
const outputKept = 20

// ending is the last n lines of text.
func ending(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if over := len(lines) - n; over > 0 {
		lines = lines[over:]
	}
	return strings.Join(lines, "\n")
}
