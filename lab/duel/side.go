package duel

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/shlex"

	"pushbench/lab/build"
	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/results/safe"
)

// Names of the arms: the targets of a record.
const (
	Base  = "base"
	Again = "again" // the base once more
	Head  = "head"
)

// A Side is one of the two servers that are compared. Make one with OpenSide or OpenRevision.
type Side struct {
	Text     string   // as its user wrote it
	Revision string   // commit; empty: not known
	Command  []string // of a side that is not built here, without the flags of a trial
	Args     []string // of one that is, behind the program

	words     []string       // of Text
	source    *build.Source  // a copy of the revision; nil: it is none
	file      string         // the target file that describes it, as its user wrote it or, in a revision, its path from here
	described *target.Target // of that file; nil: it has our own routes
	todo      [][]string     // commands that install it, which have not been run
	packages  []string       // Debian's, that it needs
	report    func(string)   // told what takes long; may be nil
	pushbench bool           // a pushbench program without flags of its own, which can run scenarios, too
}

// gitPrefix stands before a revision.
const gitPrefix = "git:"

// OpenSide reads what its user wrote: git:REF is a revision of the repository that dir
// is in, "." its files as they are, builtin this very program's servers, a path that ends
// with .yaml a target file, another one that of a pushbench program, and anything else a
// command that starts a server. Words behind the first three are further flags of
// pushbench serve. Words are split as a shell splits them, with quotes. own is the command
// that starts this program's servers; report is told what takes long. The caller closes
// the Side. An error is a *build.Error or, of a target file, a *strict.Error when it says
// what a user can do.
func OpenSide(ctx context.Context, dir, text string, own []string, report func(string)) (*Side, error) {
	words, err := shlex.Split(text)
	switch {
	case err != nil:
		return nil, &build.Error{Problem: fmt.Sprintf("%q cannot be read: %v", text, err), Hint: "each quote needs another one"}
	case len(words) == 0:
		return nil, &build.Error{Problem: "a side of the comparison is empty", Hint: "name two: git:REF, a pushbench program, or a command that starts a server"}
	}
	s := &Side{Text: text, words: words}
	ref, revision := strings.CutPrefix(words[0], gitPrefix)
	switch {
	case revision && ref == "":
		return nil, noRevision()
	case revision || words[0] == build.WorkingTree:
		source, err := build.Open(ctx, dir, ref) // of ".", which has no prefix, it is "." itself
		if err != nil {
			return nil, err
		}
		source.Report = report
		s.source, s.Revision = source, source.Revision
		s.Args, s.pushbench = slices.Concat(own[1:], words[1:]), len(words) == 1
	case words[0] == results.Builtin:
		s.Command, s.pushbench = slices.Concat(own, words[1:]), len(words) == 1
	case len(words) == 1 && isFile(words[0]):
		return openFile(words[0])
	case len(words) > 1:
		s.Command = words
	default:
		program, err := exec.LookPath(words[0])
		if err == nil || errors.Is(err, exec.ErrDot) { // it was named without a directory and is here
			program, err = filepath.Abs(program)
		}
		if err != nil {
			return nil, &build.Error{Problem: fmt.Sprintf("%q is neither a program nor a command", text), Hint: "a revision has git: before it: git:" + text}
		}
		s.Command, s.pushbench = append([]string{program}, own[1:]...), true
	}
	return s, nil
}

func noRevision() error {
	return &build.Error{Problem: "git: names no revision", Hint: "name one: git:main, git:v1.2, git:HEAD~3"}
}

// Close removes what OpenSide or OpenRevision made.
func (s *Side) Close() error {
	if s == nil || s.source == nil {
		return nil
	}
	return s.source.Close()
}

// String names the side for people: what was written and, of a revision, the commit.
func (s *Side) String() string {
	switch {
	case s.source == nil:
		return s.Text
	case s.described != nil:
		return s.file + " of " + s.source.String()
	}
	if len(s.words) == 1 {
		return s.source.String()
	}
	return s.source.String() + " " + safe.Command(s.words[1:]...)
}

// Again is how to ask for the same side again: a revision by its commit, and the files
// as they are, too, where none was changed.
func (s *Side) Again() string {
	words := slices.Clone(s.words)
	if s.source != nil && !strings.HasSuffix(s.Revision, build.Dirty) {
		words[0] = gitPrefix + s.Revision
	}
	return safe.Command(words...)
}

// generates says why the side has no load generator of its own; nil: it has one.
func (s *Side) generates() error {
	switch {
	case s.described != nil:
		return &build.Error{Problem: fmt.Sprintf("%s describes a server, which has no load generator", s), Hint: "leave --generator each out"}
	case s.pushbench:
		return nil
	case s.source != nil || s.words[0] == results.Builtin:
		return &build.Error{Problem: fmt.Sprintf("%s has flags, and its own load generator starts its servers without them", s),
			Hint: "leave the flags out, or use --generator one"}
	}
	return &build.Error{Problem: fmt.Sprintf("%s is not a pushbench program", s), Hint: "with --generator each, name revisions or programs"}
}

// Built reports whether the side is built here, with a link of its own for each trial.
func (s *Side) Built() bool { return s.source != nil && s.described == nil }

// Described reports whether a target file says how the side is started and spoken to.
func (s *Side) Described() bool { return s.described != nil }

// target is the arm that the side answers as; dir is where its programs are linked.
func (s *Side) target(arm string, l *links) target.Target {
	if s.described != nil {
		t := *s.described
		t.Name, t.Revision = arm, s.Revision
		return t
	}
	t := target.Target{Name: arm, Revision: s.Revision, Command: s.Command}
	if s.source != nil {
		t.Command = append([]string{"pushbench"}, s.Args...)
		t.Link = func(ctx context.Context, number int) ([]string, uint64, error) {
			program, layout, err := l.program(ctx, arm, number)
			return append([]string{program}, s.Args...), layout, err
		}
	}
	return t
}

// links are the programs of all arms. Those of one block are linked together, before
// it begins, so that nothing is linked while something is measured.
type links struct {
	dir    string
	seed   uint64
	arms   map[string]*Side // those that are built here
	fixed  bool             // the go command has one layout only
	number int              // block whose programs are there; 0: none
}

// program returns that of an arm in a block, and its layout.
func (l *links) program(ctx context.Context, arm string, number int) (string, uint64, error) {
	if l.number != number {
		if err := l.link(ctx, number); err != nil {
			return "", 0, err
		}
	}
	return l.path(arm, number), l.layout(arm, number), nil
}

func (l *links) link(ctx context.Context, number int) error {
	for arm := range l.arms { // those of the block before have ended
		if err := os.Remove(l.path(arm, l.number)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	l.number = 0
	errs := make(chan error, len(l.arms))
	for arm, side := range l.arms {
		go func() { errs <- side.source.Link(ctx, l.layout(arm, number), l.path(arm, number)) }()
	}
	var all []error
	for range l.arms {
		all = append(all, <-errs)
	}
	err := errors.Join(all...)
	var old *build.OldGo
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &old) && !l.fixed:
		l.fixed = true
		return l.link(ctx, number)
	case err != nil:
		return first(all)
	}
	l.number = number
	return nil
}

// first is the first error of several that say the same.
func first(all []error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *links) path(arm string, number int) string {
	return filepath.Join(l.dir, fmt.Sprintf("%s-%d", arm, number))
}

// layoutOf is the layout of the program that ran as an arm in a block; 0: not known.
func (l *links) layoutOf(arm string, number int) uint64 {
	if l.arms[arm] == nil {
		return 0
	}
	return l.layout(arm, number)
}

// layout is the seed by which the linker orders the functions of an arm in a block. The linker
// takes a signed number; 0 is its own order.
func (l *links) layout(arm string, number int) uint64 {
	if l.fixed {
		return 0
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s %d", l.seed, arm, number)
	return h.Sum64()>>1 | 1
}
