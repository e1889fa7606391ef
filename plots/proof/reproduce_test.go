package proof

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pushbench/results"
	"pushbench/results/safe"
)

func TestReproduce(t *testing.T) {
	const build = "make bin/pushbench"
	const commit = "0001f7b4e97bfb51830e8788bc4a531f05652af7"
	for _, c := range []struct {
		fact        string
		commit      string
		command     []string
		shell, note string
	}{
		{"the commit, the build and the command with its seed", commit, []string{"pushbench", "run", "live-feed", "--trials", "10"},
			"git checkout --detach " + commit + "\n" + build + "\nbin/pushbench run live-feed --trials 10 --seed 7", ""},
		{"a seed that was given stays", commit, []string{"/usr/bin/pushbench", "run", "--seed", "3"},
			"git checkout --detach " + commit + "\n" + build + "\nbin/pushbench run --seed 3", ""},
		{"the run goes into a new directory", commit, []string{"pushbench", "run", "--out", "results/baseline", "quiet", "--out=x"},
			"git checkout --detach " + commit + "\n" + build + "\nbin/pushbench run quiet --seed 7", ""},
		{"words stay words", commit, []string{"pushbench", "run", "my load.yaml; rm"},
			"git checkout --detach " + commit + "\n" + build + "\nbin/pushbench run 'my load.yaml; rm' --seed 7", ""},
		{"changes that no commit has", commit + "+dirty", []string{"pushbench", "run"},
			"git checkout --detach " + commit + "\n" + build + "\nbin/pushbench run --seed 7", "The program had changes that are not in this commit."},
		{"no commit", "; rm -r .", []string{"pushbench", "run"}, build + "\nbin/pushbench run --seed 7", "The record does not name a commit."},
		{"no command", commit, nil, "git checkout --detach " + commit + "\n" + build, "The record does not name its command."},
	} {
		shell, note := Reproduce(&results.Record{Seed: 7, Provenance: results.Provenance{Commit: c.commit, Command: c.command}})
		if shell != c.shell || note != c.note {
			t.Errorf("%s: %q, %q, want %q, %q", c.fact, shell, note, c.shell, c.note)
		}
		if out, err := exec.Command("sh", "-n", "-c", shell).CombinedOutput(); err != nil {
			t.Errorf("%s: the shell cannot read it: %s", c.fact, out)
		}
	}
}

// TestReproduceWritesFiles runs the lines of runs of files: each file comes back as it
// was, byte for byte, in the directory of the lines and nowhere else, and nothing in it
// runs.
func TestReproduceWritesFiles(t *testing.T) {
	const plain = "about: A load of mine.\nclients: 2\n"
	for _, c := range []struct{ fact, name, file, text, command, note string }{
		{"a file here", "t2", "t2.yaml", plain, "t2.yaml", ""},
		{"a file elsewhere", "t2", "/home/someone/loads/t2.yml", plain, "t2.yaml", ""},
		{"what a shell would expand", "t2", "t2.yaml", "about: \"it's $HOME `id` $(touch ran) \\\\ !! %s\"\n", "t2.yaml", ""},
		{"the delimiter is in the text", "t2", "t2.yaml", "about: x\nEND\ntouch ran\nEND_\n", "t2.yaml", ""},
		{"no line end at the end", "t2", "t2.yaml", "about: 'x'", "t2.yaml", ""},
		{"empty lines at the end", "t2", "t2.yaml", "about: x\n\n\n", "t2.yaml", ""},
		{"line ends of another system", "t2", "t2.yaml", "about: x\r\nclients: 2\r\n", "t2.yaml", ""},
		{"tabs, blanks and other scripts", "t2", "t2.yaml", "# \t é 日本 \nabout: x  \n", "t2.yaml", ""},
		{"what cannot be seen", "t2", "t2.yaml", "about: a\u202eb\x1b[1m %d\n", "t2.yaml", ""},
		{"nothing at all", "t2", "t2.yaml", "", "t2.yaml", ""},
		{"a name that leads elsewhere", "../t2", "t2.yaml", plain, "", "A scenario has a name that no file of a scenario has, so its file is not written."},
		{"a built-in scenario", "quiet", "built-in", plain, "", ""},
	} {
		command := []string{"pushbench", "run", c.file, "quiet"}
		if c.file == "built-in" {
			command = []string{"pushbench", "run", "quiet"}
		}
		shell, note := Reproduce(&results.Record{Seed: 7, Scenarios: []results.Scenario{{Name: c.name, File: c.file, Text: c.text}},
			Provenance: results.Provenance{Commit: strings.Repeat("0", 40), Command: command}})
		if note != c.note {
			t.Errorf("%s: the note is %q", c.fact, note)
		}
		if safe.Text(shell) != shell {
			t.Errorf("%s: a page would show the lines otherwise: %q", c.fact, shell)
		}
		root := t.TempDir()
		for name, program := range map[string]string{"bin/git": "", "bin/make": "", "bin/pushbench": `echo "$2" > said`} {
			path := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte("#!/bin/sh\n"+program+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		run := exec.Command("sh")
		run.Stdin, run.Dir, run.Env = strings.NewReader(shell+"\n"), root, append(os.Environ(), "PATH="+root+"/bin:"+os.Getenv("PATH"))
		if out, err := run.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v, %s, from %s", c.fact, err, out, shell)
		}
		found, err := filepath.Glob(filepath.Join(root, "*"))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{filepath.Join(root, "bin"), filepath.Join(root, "said")}
		if c.command != "" {
			want = append(want, filepath.Join(root, c.command))
			if got, err := os.ReadFile(want[2]); err != nil || string(got) != c.text {
				t.Errorf("%s: %q, %v, want %q", c.fact, got, err, c.text)
			}
			if got, err := os.ReadFile(want[1]); err != nil || string(got) != c.command+"\n" {
				t.Errorf("%s: the command runs %q, %v", c.fact, got, err)
			}
		}
		if len(found) != len(want) {
			t.Errorf("%s: the lines leave %q", c.fact, found)
		}
	}
}

// The file of a target of one's own is written into the clone, and a note says that its
// server is not there.
func TestReproduceTargets(t *testing.T) {
	const text = "about: mine\nstart: node server.mjs {port}\n"
	const elsewhere = "The server of target mine is not in this repository."
	for _, c := range []struct {
		fact    string
		target  results.Target
		command []string
		file    string // empty: none is written
		line    string
		note    string
	}{
		{"a file", results.Target{Name: "mine", File: "/home/x/mine.yaml", Text: text}, []string{"--target", "/home/x/mine.yaml"}, "mine.yaml", "--target mine.yaml", elsewhere},
		{"in one word with its flag", results.Target{Name: "mine", File: "a/mine.yml", Text: text}, []string{"--target=a/mine.yml"}, "mine.yaml", "--target=mine.yaml", elsewhere},
		{"one of several", results.Target{Name: "mine", File: "./mine.yaml", Text: text}, []string{"--target", "builtin,./mine.yaml"}, "mine.yaml", "--target builtin,mine.yaml", elsewhere},
		{"one that comes with pushbench", results.Target{Name: "nchan", File: "/pushbench/targets/nchan.yaml", Text: text}, []string{"--target", "nchan"}, "", "--target nchan", ""},
		{"an address", results.Target{Name: "mine", File: "http://h/e", Text: text}, []string{"--target", "http://h/e"}, "", "--target http://h/e", elsewhere},
		{"a command with our routes", results.Target{Name: "mine", Command: []string{"./x"}}, []string{"--target", "mine=./x"}, "", "--target mine=./x", ""},
		{"it changes another file", results.Target{Name: "mine", File: "mine.yaml", Text: text, Like: text}, []string{"--target", "mine.yaml"}, "", "--target mine.yaml",
			elsewhere + " Its file changes another one, and is not written."},
		{"a scenario has its name", results.Target{Name: "load", File: "a/load.yaml", Text: text}, []string{"load.yaml", "--target", "a/load.yaml"}, "", "run load.yaml --target a/load.yaml",
			"The server of target load is not in this repository. Its file has a name that cannot be used here, and is not written."},
	} {
		r := &results.Record{Seed: 7, Targets: []results.Target{c.target}, Scenarios: []results.Scenario{{Name: "load", File: "load.yaml", Text: "about: x\n"}},
			Provenance: results.Provenance{Commit: strings.Repeat("0", 40), Command: append([]string{"pushbench", "run"}, c.command...)}}
		shell, note := Reproduce(r)
		if note != c.note || !strings.Contains(shell, c.line+" --seed 7") || strings.Contains(shell, text) != (c.file != "") || !strings.Contains(shell, "cat > "+c.file) && c.file != "" {
			t.Errorf("%s: %q, %q", c.fact, shell, note)
		}
	}
}
