//go:build linux

package duel

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/shlex"

	"pushbench/lab/build"
)

// What a side of a comparison may be.
func TestOpenSide(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "my-server")
	if err := os.WriteFile(mine, []byte("#!/bin/sh\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	own := []string{"self", "serve", "--ready"}
	for _, c := range []struct {
		text    string
		command []string
		again   string
		problem string
	}{
		{"builtin", own, "builtin", ""},
		{"builtin --inject bytes=1", []string{"self", "serve", "--ready", "--inject", "bytes=1"}, "builtin --inject bytes=1", ""},
		{mine, []string{mine, "serve", "--ready"}, mine, ""},
		{mine + " --port-from-flags", []string{mine, "--port-from-flags"}, mine + " --port-from-flags", ""},
		{mine + " --say 'two words'", []string{mine, "--say", "two words"}, mine + " --say 'two words'", ""},
		{"'" + mine + "'", []string{mine, "serve", "--ready"}, mine, ""},
		{mine + " 'one quote", nil, "", "cannot be read"},
		{"", nil, "", "a side of the comparison is empty"},
		{"  ", nil, "", "a side of the comparison is empty"},
		{"git:", nil, "", "git: names no revision"},
		{"main", nil, "", `"main" is neither a program nor a command`},
		{"git:main", nil, "", "is not in a git repository"},
		{".", nil, "", "is not in a git repository"},
	} {
		s, err := OpenSide(t.Context(), dir, c.text, own, nil)
		if c.problem != "" {
			var known *build.Error
			if !errors.As(err, &known) || known.Hint == "" || !strings.Contains(known.Problem, c.problem) {
				t.Errorf("%q: %v, want %q and a hint", c.text, err, c.problem)
			}
			continue
		}
		if err != nil || !slices.Equal(s.Command, c.command) || s.Again() != c.again || s.String() != c.text || s.Built() {
			t.Errorf("%q: %+v, %v", c.text, s, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The files as they are can be asked for again by their commit where none was changed.
func TestAgain(t *testing.T) {
	for _, c := range []struct{ text, revision, want string }{
		{"git:main", "abc", "git:abc"},
		{".", "abc", "git:abc"},
		{".", "abc+dirty", "."},
		{". --inject 'cpu=1us'", "abc", "git:abc --inject cpu=1us"},
	} {
		words, err := shlex.Split(c.text)
		if err != nil {
			t.Fatal(err)
		}
		s := &Side{Text: c.text, words: words, Revision: c.revision, source: &build.Source{}}
		if got := s.Again(); got != c.want {
			t.Errorf("%s at %s: %q, want %q", c.text, c.revision, got, c.want)
		}
	}
}

// With each side's own load generator, its servers get no flags of ours.
func TestOwnGenerator(t *testing.T) {
	for _, c := range []struct{ text, problem string }{
		{"builtin", ""},
		{"builtin --inject bytes=1", "has flags"},
		{program(t), ""},
		{program(t) + " serve --ready", "is not a pushbench program"},
	} {
		err := side(t, c.text).generates()
		var known *build.Error
		if c.problem == "" && err != nil || c.problem != "" && (!errors.As(err, &known) || !strings.Contains(known.Problem, c.problem)) {
			t.Errorf("%s: %v, want %q", c.text, err, c.problem)
		}
	}
	built := &Side{words: []string{".", "--inject", "bytes=1"}, source: &build.Source{}}
	if err := built.generates(); err == nil {
		t.Error("flags behind the files as they are would be dropped without a word")
	}
}

// Each arm of each block has a layout of its own, the same for the same seed.
func TestLayouts(t *testing.T) {
	l := &links{seed: 7, arms: map[string]*Side{Base: {}, Head: {}}}
	seen := map[uint64]bool{}
	for number := range 20 {
		for _, arm := range []string{Base, Again, Head} {
			layout := l.layout(arm, number)
			if layout == 0 || layout > 1<<63-1 || seen[layout] || layout != (&links{seed: 7}).layout(arm, number) {
				t.Errorf("%s in block %d has layout %d", arm, number, layout)
			}
			seen[layout] = true
		}
	}
	if l.layoutOf(Again, 1) != 0 {
		t.Error("an arm that is not built here has a layout")
	}
	l.fixed = true
	if l.layout(Base, 1) != 0 {
		t.Error("with a go command that has one layout, another is asked for")
	}
}
