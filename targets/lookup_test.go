package targets

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestBuiltin(t *testing.T) {
	all, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range all {
		names = append(names, f.Name)
		if f.CA != "" {
			t.Errorf("%s has a certificate, which is not embedded", f.Name)
		}
		if err := f.Startable(); err != nil {
			t.Errorf("in a checkout: %v", err)
		}
		if got, err := Lookup(f.Name); err != nil || got.Text != f.Text {
			t.Errorf("%s is not found: %v", f.Name, err)
		}
		if len(f.Describe()) < 4 {
			t.Errorf("%s is described by %v", f.Name, f.Describe())
		}
		if e, err := f.Endpoint(1, 2); err != nil || e.Address == "" {
			t.Errorf("%s: %+v, %v", f.Name, e, err)
		}
	}
	if !slices.Equal(names, Names()) || !slices.IsSorted(names) {
		t.Errorf("%q are not the names %q", names, Names())
	}
	for _, name := range []string{"centrifugo", "coder", "express", "go-sse", "gws", "mercure", "nbio", "nchan", "node", "phoenix", "php", "pushbench", "pushpin",
		"rails", "socketio", "spring", "starlette", "tornado"} {
		if !slices.Contains(names, name) {
			t.Errorf("there is no target %s", name)
		}
	}
}

// A simple server needs few lines.
func TestShortFiles(t *testing.T) {
	for _, name := range []string{"express", "coder", "go-sse"} {
		f, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		text, _, _ := strings.Cut(f.Text, "known:\n") // what check finds need not be known
		if lines := strings.Count(text, "\n"); lines > 10 {
			t.Errorf("%s has %d lines", name, lines)
		}
	}
}

func TestTopics(t *testing.T) {
	for name, want := range map[string]bool{"nchan": true, "go-sse": true, "mercure": true, "centrifugo": true, "express": false, "rails": false} {
		f, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		e, err := f.Endpoint(1, 0)
		if err != nil || e.Dialect.Topics() != want {
			t.Errorf("%s has topics: %v, %v", name, !want, err)
		}
	}
}

func TestLookup(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	text := "about: x\nstart: x\npublish: /publish\nsse: /events\n"
	if err := os.WriteFile("mine.yaml", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ fact, name, want string }{
		{"a path", "./mine.yaml", ""},
		{"a file's name", "mine.yaml", ""},
		{"an absolute path", filepath.Join(dir, "mine.yaml"), ""},
		{"the name of a file here", "mine", `there is no target "mine": did you mean the file ./mine.yaml?`},
		{"a letter too few", "expres", `there is no target "expres": did you mean "express"?`},
		{"nothing like it", "websphere", `there is no target "websphere": those that come with pushbench are `},
		{"nothing", "", `there is no target ""`},
		{"no such file", "./none.yaml", "no such file"},
	} {
		f, err := Lookup(row.name)
		if row.want == "" && (err != nil || f.Name != "mine" || f.Server.Directory != dir) || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
			t.Errorf("%s: %v, want %q", row.fact, err, row.want)
		}
	}
}

// Outside a checkout an embedded target can be read, and not started. One that runs
// already can be used.
func TestNoCheckout(t *testing.T) {
	for name, want := range map[string]bool{"express": false, "rails": false, "phoenix": true} {
		text, err := files.ReadFile(name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		f, err := Parse(name, BuiltinFile, "", text)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Startable(); (err == nil) != want {
			t.Errorf("%s can be started: %v", name, err)
		}
	}
}

func TestNames(t *testing.T) {
	text := []byte("about: x\nstart: x\npublish: /publish\nsse: /events\n")
	for _, name := range []string{"", "a b", "../x", "a/b", "ä", strings.Repeat("x", 41), "-x", "builtin", "BuiltIn"} {
		if _, err := Parse(name, "x.yaml", "/dir", text); err == nil {
			t.Errorf("a target may be named %q", name)
		}
	}
}

// The programs that the files name are there.
func TestPrograms(t *testing.T) {
	all, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, f := range all {
		for _, word := range f.Server.Command {
			if !strings.Contains(word, "/") || filepath.IsAbs(word) || strings.Contains(word, "://") {
				continue
			}
			found++
			if _, err := os.Stat(filepath.Join(f.Server.Directory, word)); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
	}
	if found < 10 {
		t.Errorf("%d programs are there", found)
	}
}

// What install.sh installs is what the files need.
func TestInstall(t *testing.T) {
	script, err := os.ReadFile("install.sh")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, part := range strings.Split(strings.ReplaceAll(string(script), "\\\n", ""), "--no-install-recommends")[1:] {
		packages, _, _ := strings.Cut(part, ">")
		for _, p := range strings.Fields(packages) {
			got[p] = true
		}
	}
	all, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	needed := map[string]bool{}
	for _, f := range all {
		for _, p := range f.Install.Debian {
			needed[p] = true
			if !got[p] {
				t.Errorf("%s needs %s, which install.sh does not install", f.Name, p)
			}
		}
		for _, c := range f.Install.Run {
			if !strings.Contains(string(script), shown(c)) {
				t.Errorf("%s needs %q, which install.sh does not run", f.Name, shown(c))
			}
		}
	}
	for p := range got {
		if !needed[p] {
			t.Errorf("install.sh installs %s, which no target needs", p)
		}
	}
}
