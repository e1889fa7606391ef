package duel

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"

	"pushbench/lab/build"
	"pushbench/lab/target"
	"pushbench/results/safe"
	"pushbench/scenarios/strict"
	"pushbench/targets"
)

// isFile reports whether a side is the path of a target file.
func isFile(text string) bool {
	return strings.HasSuffix(text, ".yaml") || strings.HasSuffix(text, ".yml")
}

// OpenRevision reads a side that a target file describes, as that is in a revision of the
// repository that dir is in: text is git:REF or ".", as for OpenSide, and file the path of
// the target file, from dir. The revision is copied to a directory of its own. There a Job
// runs what the file says to install, once; report is told when. The caller closes the
// Side. An error is a *build.Error or a *strict.Error when it says what a user can do.
func OpenRevision(ctx context.Context, dir, file, text string, report func(string)) (*Side, error) {
	ref, revision := strings.CutPrefix(text, gitPrefix)
	switch {
	case revision && ref == "":
		return nil, noRevision()
	case !revision && text != build.WorkingTree:
		return nil, &build.Error{Problem: fmt.Sprintf("%q is not a revision, and with a target file both sides must be revisions", text),
			Hint: "name two: git:main, git:v1.2, or . for the files as they are"}
	}
	file, err := below(dir, file)
	if err != nil {
		return nil, err
	}
	source, err := build.Open(ctx, dir, ref)
	if err != nil {
		return nil, err
	}
	s := &Side{Text: text, Revision: source.Revision, words: []string{text}, source: source, file: file}
	if err := s.describe(ref, report); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// describe reads the target file of the copied revision ref.
func (s *Side) describe(ref string, report func(string)) error {
	shown := s.file
	if ref != build.WorkingTree {
		shown = ref + ":" + s.file // as git shows it
	}
	f, err := loadFile(filepath.Join(s.source.Directory(), s.file), shown)
	if errors.Is(err, fs.ErrNotExist) {
		hint := "a revision is measured with the target file that it has: commit the file first, or name a revision that has it"
		if ref == build.WorkingTree {
			hint = "name a file of the repository that git does not ignore"
		}
		return &build.Error{Problem: fmt.Sprintf("%s is not in %s", s.file, s.source), Hint: hint}
	}
	if err != nil {
		return err
	}
	s.todo, s.packages, s.report = f.Install.Run, f.Install.Debian, report
	f.Install.Run = nil // it will be done: it helps nobody whose server does not start
	return s.arm(f)
}

// prepare runs what the target file of a revision says to install, in the directory of
// the file, unless that was done.
func (s *Side) prepare(ctx context.Context) error {
	for _, c := range s.todo {
		if s.report != nil {
			s.report(fmt.Sprintf("installing %s: %s", s.source, safe.Command(c...)))
		}
		said, err := output(ctx, filepath.Join(s.source.Directory(), filepath.Dir(s.file)), c)
		switch {
		case err == nil:
			continue
		case ctx.Err() != nil:
			return ctx.Err()
		}
		hint := "the command runs in a copy of the revision, without the files that git ignores: try it in a fresh clone"
		if errors.Is(err, exec.ErrNotFound) && len(s.packages) > 0 {
			hint = "install what it needs: " + safe.Command(append([]string{"apt-get", "install"}, s.packages...)...)
		}
		return &build.Error{Problem: fmt.Sprintf("%s does not install: %s: %v", s.source, safe.Command(c...), err), Output: said, Hint: hint}
	}
	s.todo = nil
	return nil
}

// openFile reads a side that is a target file, whose server is started where the file is.
func openFile(file string) (*Side, error) {
	f, err := loadFile(file, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &build.Error{Problem: file + ": no such file", Hint: "a side of the comparison that ends with .yaml is a target file"}
	}
	if err != nil {
		return nil, err
	}
	s := &Side{Text: file, words: []string{file}, file: file}
	return s, s.arm(f)
}

// loadFile reads the target file at path, which errors and the record call shown. The caller
// owns it.
func loadFile(path, shown string) (*targets.File, error) {
	text, err := strict.Read(path)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	name := filepath.Base(path)
	f, err := targets.Parse(strings.TrimSuffix(name, filepath.Ext(name)), shown, dir, text)
	if err != nil {
		return nil, err
	}
	if err := Suited(f); err != nil {
		return nil, err
	}
	c := *f
	c.Fresh = true
	return &c, nil
}

// Suited says why the server of f cannot be compared here, or returns nil: in each block
// three are started, which run at the same time. The error is a *build.Error.
func Suited(f *targets.File) error {
	for _, p := range []struct {
		noun    string
		process *targets.Process
	}{{"server", &f.Server}, {"proxy", f.Proxy}} {
		switch {
		case p.process == nil:
		case p.process.Runs():
			return &build.Error{Problem: fmt.Sprintf("%s: the %s runs already, and each block of a comparison starts its own", f.Path, p.noun),
				Hint: "say below start: how it is started"}
		case !p.process.Chosen():
			return &build.Error{Problem: fmt.Sprintf("%s: the %s has a port of its own, and three run side by side", f.Path, p.noun),
				Hint: "write {port} for the port, in start: and in url:"}
		}
	}
	if err := f.Startable(); err != nil {
		return &build.Error{Problem: err.Error(), Hint: "name a target file of your own"}
	}
	return nil
}

// arm makes f what the side is started by.
func (s *Side) arm(f *targets.File) error {
	t, err := target.Described(f)
	s.described, s.Command = &t, t.Command
	return err
}

// below is the path of a file from dir, which it must be below.
func below(dir, file string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	whole := file
	if !filepath.IsAbs(file) {
		whole = filepath.Join(dir, file)
	}
	path, err := filepath.Rel(dir, whole)
	if err != nil || !filepath.IsLocal(path) {
		return "", &build.Error{Problem: fmt.Sprintf("%s is not below %s", file, dir), Hint: "start pushbench in a directory of the repository that has the file"}
	}
	return filepath.ToSlash(path), nil
}
