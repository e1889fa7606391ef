package proof

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pushbench/results"
	"pushbench/results/safe"
)

var commitID = regexp.MustCompile(`^[0-9a-f]{7,64}`)

// Reproduce returns the lines that repeat a run in a clone of the repository, fit
// for a POSIX shell: the commit, the build, and the command with the seed, into a
// new directory. note says what they cannot give back; it may be empty.
func Reproduce(r *results.Record) (shell, note string) {
	p := r.Provenance
	var lines, notes []string
	if commit := commitID.FindString(p.Commit); commit != "" {
		lines = append(lines, "git checkout --detach "+commit)
		if commit != p.Commit {
			notes = append(notes, "The program had changes that are not in this commit.")
		}
	} else {
		notes = append(notes, "The record does not name a commit.")
	}
	lines = append(lines, "make bin/pushbench")
	if len(p.Command) == 0 {
		return strings.Join(lines, "\n"), strings.Join(append(notes, "The record does not name its command."), " ")
	}
	words := []string{"bin/pushbench"}
	for i := 1; i < len(p.Command); i++ {
		switch w := p.Command[i]; {
		case w == "--out": // the place of the first run is taken
			i++
		case strings.HasPrefix(w, "--out="):
		default:
			words = append(words, w)
		}
	}
	if !slices.ContainsFunc(words, func(w string) bool { return w == "--seed" || strings.HasPrefix(w, "--seed=") }) {
		words = append(words, "--seed", strconv.FormatUint(r.Seed, 10))
	}
	return strings.Join(append(lines, safe.Command(words...)), "\n"), strings.Join(notes, " ")
}
