package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"pushbench/plots/duel"
)

// A workflow is what the tests read of a file in .github/workflows.
type workflow struct {
	Name        string
	Permissions map[string]string
	Jobs        map[string]struct {
		Needs       any
		Timeout     int `yaml:"timeout-minutes"`
		Permissions map[string]string
		Steps       []step
	}
}

type step struct {
	Name, Uses, Run, Shell string
	Env                    map[string]string
}

// workflows reads all of them.
func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	files, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(files) < 3 {
		t.Fatalf("workflows: %v, %v", files, err)
	}
	all := map[string]workflow{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var w workflow
		if err := yaml.Unmarshal(text, &w); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".yml")] = w
	}
	return all
}

// makefile is its text.
func makefile(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// makeWords are the words of the Makefile.
func makeWords(t *testing.T) []string {
	t.Helper()
	text := makefile(t)
	phony := regexp.MustCompile(`(?m)^\.PHONY: ((?:.*\\\n)*.*)$`).FindSubmatch(text)
	if phony == nil {
		t.Fatal("the Makefile has no .PHONY")
	}
	return strings.Fields(strings.ReplaceAll(string(phony[1]), "\\\n", " "))
}

// What is done in a workflow can be done at home: it is a word of the Makefile, a
// command of pushbench, or what a clone and its pull request need.
func TestWorkflowsRunWordsThatExist(t *testing.T) {
	words, commands := makeWords(t), commandNames(newRoot(nil, io.Discard, io.Discard))
	line := regexp.MustCompile(`^(?:sudo --preserve-env=PATH )?(make|bin/pushbench|\.ci/run|git|gh)(?: ([a-z-]+))?\b`)
	for name, w := range workflows(t) {
		ran := 0
		for job, j := range w.Jobs {
			for _, s := range j.Steps {
				if s.Run == "" || s.Name == "comment" { // TestWorkflowEditsItsComment
					continue
				}
				for _, run := range strings.Split(strings.TrimSpace(s.Run), "\n") {
					ran++
					m := line.FindStringSubmatch(run)
					switch {
					case m == nil:
						t.Errorf("%s, %s: %q is no word of the Makefile and no command of pushbench", name, job, run)
					case m[1] == "make" && !slices.Contains(words, m[2]):
						t.Errorf("%s, %s: the Makefile has no word %s", name, job, m[2])
					case m[1] == "bin/pushbench" && !slices.Contains(commands, m[2]):
						t.Errorf("%s, %s: pushbench has no command %s", name, job, m[2])
					}
				}
			}
		}
		if ran == 0 {
			t.Errorf("%s runs nothing", name)
		}
	}
}

// The Makefile's recipes start commands that there are, and it tells of all its words.
func TestMakefileRunsCommandsThatExist(t *testing.T) {
	text, commands := makefile(t), commandNames(newRoot(nil, io.Discard, io.Discard))
	recipes := regexp.MustCompile(`(?m)^\t[-@]?\$\(BIN\) ([a-z-]+)`).FindAllSubmatch(text, -1)
	for _, recipe := range recipes {
		if !slices.Contains(commands, string(recipe[1])) {
			t.Errorf("pushbench has no command %s", recipe[1])
		}
	}
	if len(recipes) < 12 {
		t.Errorf("only %d recipes start pushbench", len(recipes))
	}
	for _, word := range makeWords(t) {
		if told := regexp.MustCompile(`(?m)^#   make ` + word + ` `); !told.Match(text) && word != "clean" && word != "$(BIN)" {
			t.Errorf("the Makefile does not say what make %s is for", word)
		}
	}
}

// A workflow can do no more than it needs, ends, and uses GitHub's own actions only.
func TestWorkflowsAreModest(t *testing.T) {
	mayWrite := map[string]map[string]string{"gate": {"comment": "pull-requests"}, "nightly": {"history": "contents"}}
	for name, w := range workflows(t) {
		modest(t, name, w, mayWrite[name])
	}
}

// modest holds a workflow to that; mayWrite is what its jobs may write.
func modest(t *testing.T, name string, w workflow, mayWrite map[string]string) {
	t.Helper()
	action := regexp.MustCompile(`^actions/[a-z-]+@v\d+$`)
	if len(w.Permissions) != 1 || w.Permissions["contents"] != "read" {
		t.Errorf("%s may %v, not to read the contents alone", name, w.Permissions)
	}
	for job, j := range w.Jobs {
		if j.Timeout == 0 || j.Timeout > 360 {
			t.Errorf("%s, %s: it may run for %d minutes", name, job, j.Timeout)
		}
		for what, access := range j.Permissions {
			if access != "write" || mayWrite[job] != what {
				t.Errorf("%s, %s: it may %s %s", name, job, access, what)
			}
		}
		for _, s := range j.Steps {
			if s.Uses != "" && !action.MatchString(s.Uses) {
				t.Errorf("%s, %s: it uses %s", name, job, s.Uses)
			}
			if strings.Contains(s.Run, "${{") {
				t.Errorf("%s, %s: text from outside would be part of a script: %s", name, job, s.Run)
			}
		}
	}
}

// The comment on a pull request is made once and then edited.
func TestWorkflowEditsItsComment(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		if os.Getenv("PUSHBENCH_REQUIRE") == "all" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	steps := workflows(t)["gate"].Jobs["comment"].Steps
	at := slices.IndexFunc(steps, func(s step) bool { return s.Name == "comment" })
	if at < 0 {
		t.Fatal("no step makes the comment")
	}
	if !strings.Contains(steps[at].Run, duel.Marker) {
		t.Errorf("the comment is not found by its mark, %s", duel.Marker)
	}
	for _, tt := range []struct{ about, ids, want string }{
		{"the first time it is made", "", "api --silent --method POST all/comments --field body=@comment.md"},
		{"then it is edited", "17", "api --silent --method PATCH one/comment/17 --field body=@comment.md"},
		{"of several the first is edited", "17\n18", "api --silent --method PATCH one/comment/17 --field body=@comment.md"},
	} {
		t.Run(tt.about, func(t *testing.T) {
			dir := t.TempDir()
			fake := "#!" + bash + "\nif [[ $* == *--jq* ]]; then printf '%s' \"$IDS\"; else echo \"$*\"; fi\n"
			if err := os.WriteFile(filepath.Join(dir, "gh"), []byte(fake), 0o755); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(bash, "-e", "-c", steps[at].Run)
			cmd.Env = []string{"PATH=" + dir, "IDS=" + tt.ids, "COMMENTS=all/comments", "COMMENT=one/comment"}
			out, err := cmd.CombinedOutput()
			if err != nil || strings.TrimSpace(string(out)) != tt.want {
				t.Errorf("%v: gh was told %q, want %q", err, out, tt.want)
			}
		})
	}
}
