//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"pushbench/lab"
	"pushbench/results"
	"pushbench/results/safe"
	"pushbench/scenarios"
	"pushbench/scenarios/strict"
)

// hostile is a name that a file, a scenario or an answer may have.
const hostile = "a\x1b[2J\x07\nforged: line\r\u202e"

// harmless fails the test when text has anything that acts, or a forged line.
func harmless(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "forged") {
			t.Errorf("%s has a forged line: %q", what, text)
		}
		line, _ = strings.CutSuffix(line, "\n")
		if strings.ContainsFunc(line, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }) {
			t.Errorf("%s has what acts: %q", what, line)
		}
	}
}

func TestProblems(t *testing.T) {
	a, b := errors.New("a.yaml:1:2: no"), errors.New("b.yaml:3:4: nor\nhere")
	for _, row := range []struct {
		fact string
		err  error
		want []string
	}{
		{"one error is one line", a, []string{"a.yaml:1:2: no"}},
		{"joined ones are lines", errors.Join(a, b), []string{"a.yaml:1:2: no", "b.yaml:3:4: nor\nhere"}},
		{"also within others", errors.Join(a, errors.Join(b, a)), []string{"a.yaml:1:2: no", "b.yaml:3:4: nor\nhere", "a.yaml:1:2: no"}},
		{"so are the problems of a scenario", &strict.Error{Problems: []strict.Problem{{File: "x", Line: 1, Column: 1, Message: "m"}, {File: "x", Line: 2, Column: 1, Message: "n", Hint: "h"}}}, []string{"x:1:1: m", "x:2:1: n (h)"}},
		{"what stands around joined ones keeps them together", fmt.Errorf("both: %w", errors.Join(a, a)), []string{"both: a.yaml:1:2: no\na.yaml:1:2: no"}},
	} {
		if got := problems(row.err); !slices.Equal(got, row.want) {
			t.Errorf("%s: %q, want %q", row.fact, got, row.want)
		}
	}
}

func TestComplain(t *testing.T) {
	one, two := errors.New("a.go:1:2: no"), errors.New("b.go:3:4: nor")
	for _, row := range []struct {
		fact string
		err  error
		want string
	}{
		{"one error is said in a line", one, "pushbench: a.go:1:2: no\n"},
		{"several are counted, and have lines of their own", errors.Join(one, two), "pushbench: 2 problems:\na.go:1:2: no\nb.go:3:4: nor\n"},
		{"what a command wrote stands below what it is about", errors.Join(errors.New("main does not build:"), one, two),
			"pushbench: main does not build:\na.go:1:2: no\nb.go:3:4: nor\n"},
	} {
		var b bytes.Buffer
		if complain(&b, row.err); b.String() != row.want {
			t.Errorf("%s: %q, want %q", row.fact, b.String(), row.want)
		}
	}
}

func TestNothingActsOnStderr(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	bad, good := hostile+".yaml", hostile+"2.yaml"
	write(bad, "clients: many\nevents: {rate: none}\n")
	write(good, "about: \"It is quick.\"\nclients: 1\nevents: {rate: 1, payload: 64}\nduration: 1s\ntrials: 1\nvariants: [sse]\n")
	write(hostile+"run/run.json", "{\"schema\": 1, \""+`\u001b]0;x\u0007`+"\": 1}")
	for _, args := range [][]string{
		{hostile}, {"run", hostile}, {"run", hostile + ".yaml"}, {"run", bad}, {"run", bad, good}, {"run", "--variant", hostile}, {"run", "--" + hostile},
		{"run", "--dry-run", good}, {"run", "--dry-run", good, "--out", hostile}, {"run", "--dry-run", "--variant", "tcp", good, "live-feed"},
		{"report", hostile}, {"report", hostile + "run"}, {"report", hostile, "b"}, {"list", hostile}, {"list", bad}, {"completion", hostile}, {"run", "--seed", hostile},
	} {
		var stdout, stderr bytes.Buffer
		run(context.Background(), args, &stdout, &stderr)
		harmless(t, fmt.Sprintf("stderr of %q", args), stderr.String())
		harmless(t, fmt.Sprintf("stdout of %q", args), stdout.String())
	}
}

func TestNothingActsInProgress(t *testing.T) {
	plan := []lab.Planned{{Scenario: hostile, Variant: variant(t, "sse"), Number: 1, Estimate: time.Second}}
	runner := &lab.Runner{Scenarios: []scenarios.Scenario{{Name: hostile}}, Dir: hostile}
	failed := &results.Trial{Failed: hostile + strings.Repeat("502 bad gateway ", 13_000)}
	var plain strings.Builder
	lines := newProgress(&plain, false, runner)
	lines.Start(plan, time.Second)
	lines.TrialDone(0, failed, 0)
	lines.end()
	harmless(t, "the lines", plain.String())
	if plain.Len() > 2000 {
		t.Errorf("the lines have %d bytes", plain.Len())
	}
	b := &bars{header: &header{w: new(strings.Builder), runner: runner}}
	b.Start(plan, time.Second)
	b.TrialStart(0, time.Second)
	harmless(t, "the line under the bars", b.status())
	b.end()
	harmless(t, "what failed", headline(failed))
}

// A stdout that fails makes every command fail, whatever else went wrong.
func TestOutputFailure(t *testing.T) {
	full := &os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}
	o := &output{w: writerFunc(func([]byte) (int, error) { return 0, full })}
	if err := o.failure(nil); err != nil {
		t.Errorf("nothing was written and nothing failed: %v", err)
	}
	if _, err := o.Write([]byte("x")); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("the writer is told %v", err)
	}
	for _, row := range []struct {
		fact, want string
		err        error
	}{
		{"a command that went well", "stdout: no space left on device", nil},
		{"one that says so itself", "the table was not shown: stdout: no space left on device", fmt.Errorf("the table was not shown: %w", o.err)},
		{"one with another error", "disk full\nstdout: no space left on device", errors.New("disk full")},
		{"one with a status", "bad\nstdout: no space left on device", &exitError{status: exitFailed, err: errors.New("bad"), hint: "h"}},
	} {
		if err := o.failure(row.err); err == nil || err.Error() != row.want {
			t.Errorf("%s: %v, want %s", row.fact, err, row.want)
		}
	}
}

// A reader that goes away is told nothing, nor is anybody else; what else went
// wrong is said.
func TestClosedPipeIsSilent(t *testing.T) {
	o := &output{w: writerFunc(func([]byte) (int, error) {
		return 0, &os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}
	})}
	_, err := o.Write([]byte("x"))
	table := fmt.Errorf("the table was not shown: %w", err)
	bad := &exitError{status: exitFailed, err: errors.New("bad"), hint: "h"}
	for _, row := range []struct {
		fact, want string
		err        error
		status     int
	}{
		{"a command that went well", "", nil, exitUsage},
		{"one that says so itself", "", table, exitUsage},
		{"one with another error", "disk full", errors.New("disk full"), exitUsage},
		{"one with a status", "bad", bad, exitFailed},
		{"one with a status and the same error", "", &exitError{status: exitFailed, err: table, hint: "h"}, exitFailed},
		{"one with both", "bad", errors.Join(table, bad), exitFailed},
		{"one with both and a status", "bad", &exitError{status: exitFailed, err: errors.Join(table, errors.New("bad"))}, exitFailed},
	} {
		err := o.failure(row.err)
		e := &exitError{status: exitUsage, err: err}
		errors.As(err, &e)
		said := ""
		if e.err != nil {
			said = e.err.Error()
		}
		if said != row.want || e.status != row.status || said == "" && e.hint != "" {
			t.Errorf("%s: status %d and %q, want %d and %q", row.fact, e.status, said, row.status, row.want)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestHintsCanBePasted(t *testing.T) {
	for _, args := range [][]string{{"my load.yaml"}, {"report", "my run", "b"}, {"list", "my $load", "b"}} {
		var stdout, stderr bytes.Buffer
		run(context.Background(), args, &stdout, &stderr)
		if want := safe.Word(args[max(0, len(args)-2)]); !strings.Contains(stderr.String(), want) {
			t.Errorf("%q: the hint does not quote %s: %s", args, want, stderr.String())
		}
	}
}
