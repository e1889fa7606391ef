//go:build linux

package duel

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pushbench/lab/build"
	"pushbench/lab/target"
	"pushbench/results"
	"pushbench/results/gate"
	"pushbench/scenarios/strict"
	"pushbench/targets"
)

// theirs is a repository of somebody else, and what is committed in it.
type theirs struct {
	t   *testing.T
	dir string
}

func newTheirs(t *testing.T) *theirs {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	r := &theirs{t, t.TempDir()}
	r.git("init", "--quiet", "--initial-branch=main")
	return r
}

func (r *theirs) git(arguments ...string) {
	r.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org"}, arguments...)...)
	cmd.Dir, cmd.Env = r.dir, build.GitEnviron()
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("git %q: %v\n%s", arguments, err, out)
	}
}

// commit commits the file server/mine.yaml, and tags the commit.
func (r *theirs) commit(tag, text string) {
	r.t.Helper()
	if err := os.MkdirAll(filepath.Join(r.dir, "server"), 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.dir, "server", "mine.yaml"), []byte(text), 0o666); err != nil {
		r.t.Fatal(err)
	}
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message", tag)
	r.git("tag", tag)
}

func (r *theirs) open(text string) (*Side, error) {
	s, err := OpenRevision(r.t.Context(), r.dir, "server/mine.yaml", text, nil)
	if err == nil {
		r.t.Cleanup(func() {
			if err := s.Close(); err != nil {
				r.t.Error(err)
			}
		})
	}
	return s, err
}

// file describes pushbench's own server, with flags, as if it were somebody else's, and
// says more.
func file(t *testing.T, flags, more string) string {
	return fmt.Sprintf("about: somebody's\nstart: ./installed serve --ready --addr 127.0.0.1:{port} --tcp off --heartbeat 24h %s\nready: /stats\n"+
		"install: {run: [ln -s %s installed]}\npublish: POST /publish?topic={topic}\nwebsocket: /websocket?topic={topic}\n%s", flags, program(t), more)
}

// Two revisions of somebody else's repository are compared as they build and describe
// themselves; nothing is linked anew, and each block has servers of its own.
func TestRevisionsOfATarget(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	r := newTheirs(t)
	r.commit("one", file(t, "", ""))
	r.commit("two", file(t, "--inject bytes=1", "fresh: false\n"))
	var sides []*Side
	for _, text := range []string{"git:one", "."} {
		s, err := r.open(text)
		if err != nil {
			t.Fatal(err)
		}
		sides = append(sides, s)
	}
	if got := sides[0].String(); !strings.HasPrefix(got, "server/mine.yaml of one (") || sides[0].Again() != "git:"+sides[0].Revision {
		t.Errorf("it is called %q, and asked for again by %q", got, sides[0].Again())
	}
	if sides[0].Built() || !sides[0].Described() || sides[0].generates() == nil {
		t.Errorf("%+v", sides[0])
	}
	j := &Job{Base: sides[0], Head: sides[1], Scenarios: small(t, "sse, websocket"), Seed: 5, Generator: results.GeneratorOne, Dir: filepath.Join(t.TempDir(), "duel")}
	c, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if f := find(t, c, "data-B/event"); c.Verdict != gate.Worse || !f.Exact || f.Head-f.Base != 1 || c.Relinked {
		t.Errorf("%s, %+v", c.Verdict, f)
	}
	if c.Base.Revision != sides[0].Revision || c.Base.Revision == c.Head.Revision || c.Head.Command[0] != "./installed" {
		t.Errorf("base %+v, head %+v", c.Base, c.Head)
	}
	if !slices.ContainsFunc(c.Missing, func(m gate.Missing) bool { return m.Cell == "small sse" && m.Reason == "the target does not offer SSE" }) {
		t.Errorf("what is not offered: %+v", c.Missing)
	}
	rec, err := results.Load(j.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := rec.Targets; got[0].File != "one:server/mine.yaml" || got[2].File != "server/mine.yaml" || got[0].Text == got[2].Text {
		t.Errorf("the record has the files %q and %q", got[0].File, got[2].File)
	}
	if first, last := rec.Trials[0], rec.Trials[len(rec.Trials)-1]; len(rec.Trials) != 6*3 || first.Failed+last.Failed != "" || first.Layout != 0 {
		t.Errorf("%d trials, %q, %q", len(rec.Trials), first.Failed, last.Failed)
	}
	for _, s := range sides {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// What is wrong with a revision is said in one sentence, with what to do.
func TestOpenRevisionSaysWhatIsWrong(t *testing.T) {
	r := newTheirs(t)
	if err := os.WriteFile(filepath.Join(r.dir, "README.md"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message", "none")
	r.git("tag", "none")
	r.commit("bad", "abuot: x\nstart: ./server {port}\npublish: POST /publish\nsse: /events\n")
	const usual = "about: x\npublish: POST /publish\nsse: /events\n"
	r.commit("fails", usual+"start: ./server {port}\ninstall: {run: [\"sh -c 'echo compiling; echo no luck >&2; exit 3'\"]}\n")
	r.commit("tool", usual+"start: ./server {port}\ninstall: {debian: [nodejs], run: [pushbench-nonexistent ci]}\n")
	r.commit("port", usual+"start: ./server\nurl: http://127.0.0.1:8080\n")
	r.commit("runs", usual+"url: http://127.0.0.1:8080\n")
	for _, c := range []struct{ text, problem, hint string }{
		{"git:none", "server/mine.yaml is not in none (", "commit the file first"},
		{"git:nowhere", "nowhere is not a commit here", "git fetch origin nowhere"},
		{"git:", "git: names no revision", "git:main"},
		{"main", `"main" is not a revision`, "git:main"},
		{"./server", `"./server" is not a revision`, "git:main"},
		{"git:fails", "does not install: sh -c 'echo compiling; echo no luck >&2; exit 3': exit status 3:\ncompiling\nno luck", "try it in a fresh clone"},
		{"git:tool", `does not install: pushbench-nonexistent ci: exec: "pushbench-nonexistent": executable file not found`, "apt-get install nodejs"},
		{"git:port", "port:server/mine.yaml: the server has a port of its own, and three run side by side", "{port}"},
		{"git:runs", "runs:server/mine.yaml: the server runs already, and each block of a comparison starts its own", "start:"},
	} {
		s, err := r.open(c.text)
		if err == nil {
			err = s.prepare(t.Context())
		}
		var known *build.Error
		if !errors.As(err, &known) || !strings.Contains(err.Error(), c.problem) || !strings.Contains(known.Hint, c.hint) {
			t.Errorf("%s: %v, want %q and the hint %q", c.text, err, c.problem, c.hint)
		}
	}
	_, err := r.open("git:bad")
	var problems *strict.Error
	if !errors.As(err, &problems) || !strings.Contains(err.Error(), "bad:server/mine.yaml:1:1: ") {
		t.Errorf("a file with an error: %v", err)
	}
	for _, path := range []string{"../mine.yaml", "/mine.yaml"} {
		if _, err := OpenRevision(t.Context(), r.dir, path, ".", nil); err == nil || !strings.Contains(err.Error(), "is not below "+r.dir) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A server that does not get ready ends the comparison before anything is measured, and
// what was installed is no advice.
func TestRevisionThatDoesNotStart(t *testing.T) {
	r := newTheirs(t)
	r.commit("one", "about: x\nstart: sh -c 'echo no luck; exit 3'\ninstall: {run: [\"true\"]}\npublish: POST /publish\nsse: /events\n")
	s, err := r.open("git:one")
	if err != nil {
		t.Fatal(err)
	}
	j := &Job{Base: s, Head: s, Scenarios: small(t, "sse"), Seed: 5, Generator: results.GeneratorOne, Dir: filepath.Join(t.TempDir(), "duel")}
	_, err = j.Run(t.Context())
	var unready *target.Unready
	if !errors.As(err, &unready) || !strings.Contains(err.Error(), "target base: the server ended before it was ready: exit status 3: no luck") || unready.Hint != "" {
		t.Errorf("%v", err)
	}
}

// A side may be a target file alone, as it is.
func TestOpenFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mine.yaml")
	if err := os.WriteFile(path, []byte("about: x\nstart: ./server {port}\nfresh: false\npublish: POST /publish\nsse: /events\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := OpenSide(t.Context(), dir, path, []string{"self"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Again() != path || s.String() != path || s.Revision != "" || s.Built() || !s.Described() {
		t.Errorf("%+v", s)
	}
	if arm := s.target(Again, nil); arm.Name != Again || arm.Kept() || arm.File.Path != path || !slices.Equal(arm.Command, []string{"./server", "{port}"}) {
		t.Errorf("%+v", arm)
	}
	var known *build.Error
	if _, err := OpenSide(t.Context(), dir, filepath.Join(dir, "none.yaml"), nil, nil); !errors.As(err, &known) || !strings.Contains(known.Problem, "no such file") {
		t.Errorf("a file that is not there: %v", err)
	}
}

// A proxy is one of the processes that three blocks have side by side.
func TestSuited(t *testing.T) {
	const usual = "about: x\npublish: POST /publish\nsse: /events\nstart: ./server {port}\n"
	for _, c := range []struct{ more, want string }{
		{"", ""},
		{"proxy: {start: './proxy {port} {server}'}\n", ""},
		{"proxy: http://127.0.0.1:80\n", "the proxy runs already"},
		{"proxy: {start: './proxy {server}', url: 'http://127.0.0.1:80'}\n", "the proxy has a port of its own"},
	} {
		f, err := targets.Parse("mine", "mine.yaml", t.TempDir(), []byte(usual+c.more))
		if err == nil {
			err = Suited(f)
		}
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.more, err, c.want)
		}
	}
}

// What all arms lack is said once.
func TestShared(t *testing.T) {
	of := func(target, reason string) results.NotRun {
		return results.NotRun{Scenario: "gate", Variant: "sse", Target: target, Reason: reason}
	}
	got := Shared([]results.NotRun{of(Base, "a"), of(Again, "a"), of(Head, "a"), of(Head, "b"), of("", "c")})
	if want := []results.NotRun{of("", "a"), of(Head, "b"), of("", "c")}; !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
