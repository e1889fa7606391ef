package proof

import (
	"os/exec"
	"testing"

	"pushbench/results"
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
