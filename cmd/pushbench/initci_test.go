package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"pushbench/targets"
)

// written is the workflow for a target file with more lines, and its text.
func written(t *testing.T, file, from, more string) (workflow, string) {
	t.Helper()
	f, err := targets.Parse("server", "server.yaml", t.TempDir(), []byte("about: mine\nstart: ./server {port}\npublish: POST /publish\nsse: /events\n"+more))
	if err != nil {
		t.Fatal(err)
	}
	text, err := workflowOf(f, file, from)
	if err != nil {
		t.Fatal(err)
	}
	var w workflow
	if err := yaml.Unmarshal([]byte(text), &w); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return w, text
}

// What init-ci writes keeps to the rules of our own workflows, and gates as ours does.
func TestInitCIIsLikeOurGate(t *testing.T) {
	w, text := written(t, "bench/my server.yaml", "ada/pushbench", "")
	modest(t, "init-ci", w, map[string]string{"comment": "pull-requests"})
	gate := workflows(t)["gate"]
	for name, ours := range gate.Jobs {
		job, ok := w.Jobs[name]
		if !ok {
			t.Errorf("there is no job %s", name)
		}
		for _, s := range ours.Steps {
			if s.Name == "comment" && !slices.ContainsFunc(job.Steps, func(o step) bool { return o.Run == s.Run && len(o.Env) == len(s.Env) }) {
				t.Error("it makes its comment in another way")
			}
		}
	}
	if len(w.Jobs) != len(gate.Jobs) {
		t.Errorf("it has %d jobs, and our gate %d", len(w.Jobs), len(gate.Jobs))
	}
	ran := 0
	for name, job := range w.Jobs {
		for _, s := range job.Steps {
			for _, words := range shellCommands(s.Run) {
				if words[0] != ".pushbench/bin/pushbench" {
					continue
				}
				ran++
				args := slices.DeleteFunc(words[1:], func(w string) bool { return w == "$CONFIRM" })
				if err := parses(args); err != nil {
					t.Errorf("%s: %s: %v", name, s.Run, err)
				}
				if args[0] == "duel" && !slices.Contains(args, "bench/my server.yaml") {
					t.Errorf("%s: the target file is not named: %q", name, args)
				}
			}
		}
	}
	if ran != 3 {
		t.Errorf("pushbench is started %d times, not in measure, again and verdict", ran)
	}
	for _, want := range []string{"PUSHBENCH_REPOSITORY: \"ada/pushbench\"\n", "the server of bench/my server.yaml slower", "-C .pushbench bin/pushbench\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not have %q", want)
		}
	}
	if strings.Contains(text, "[[") || strings.HasSuffix(text, "\n\n") || strings.Contains(text, " \n") || strings.Contains(text, "apt-get") {
		t.Errorf("the text is not as written by hand:\n%s", text)
	}
}

// What a server needs is installed where it is started.
func TestInitCIInstallsPackages(t *testing.T) {
	w, _ := written(t, "server.yaml", "", "install: {debian: [nodejs, npm], run: [npm ci]}\n")
	for name, want := range map[string]bool{"measure": true, "again": true, "verdict": false, "comment": false} {
		got := slices.ContainsFunc(w.Jobs[name].Steps, func(s step) bool { return strings.Contains(s.Run, "apt-get install --yes nodejs npm\n") })
		if got != want {
			t.Errorf("%s installs the packages: %v, want %v", name, got, want)
		}
	}
}

// A path that would mean something else in a workflow is refused.
func TestInitCIRefusesPaths(t *testing.T) {
	for _, file := range []string{"a${{ x }}.yaml", "a\nb.yaml", "a'b.yaml", "a$b.yaml"} {
		if _, err := workflowOf(&targets.File{}, file, ""); err == nil {
			t.Errorf("%q is written into a workflow", file)
		}
	}
}

// The example's target file can be gated.
func TestInitCIOfTheExample(t *testing.T) {
	dir := filepath.Join("..", "..", "examples", "chatty")
	text, err := os.ReadFile(filepath.Join(dir, "chatty.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n"); lines > 10 {
		t.Errorf("the target file has %d lines", lines)
	}
	for _, line := range consoleLines(read(t, filepath.Join(dir, "README.md"))) {
		for _, words := range shellCommands(line) {
			if words[0] == "pushbench" {
				if err := parses(words[1:]); err != nil {
					t.Errorf("%s: %v", line, err)
				}
			}
		}
	}
}
