package proof

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pushbench/results"
	"pushbench/results/safe"
)

var (
	commitID = regexp.MustCompile(`^[0-9a-f]{7,64}`)
	fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$`) // as scenarios may be named
)

// Reproduce returns the lines that repeat a run in a clone of the repository, fit
// for a POSIX shell: the commit, the build, the files of scenarios that are not built
// in, and the command with the seed, into a new directory. Each file is written into
// the clone, whatever directory it once was in. note says what the lines cannot give
// back; it may be empty.
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
	files := map[string]string{} // of scenarios, by the word that named them
	for _, sc := range r.Scenarios {
		switch {
		case sc.File == "" || sc.File == "built-in" || !slices.Contains(p.Command, sc.File):
		case fileName.MatchString(sc.Name):
			files[sc.File] = sc.Name + ".yaml"
			lines = append(lines, written(sc.Text, sc.Name+".yaml"))
		default:
			notes = append(notes, "A scenario has a name that no file of a scenario has, so its file is not written.")
		}
	}
	words := []string{"bin/pushbench"}
	for i := 1; i < len(p.Command); i++ {
		switch w := p.Command[i]; {
		case w == "--out": // the place of the first run is taken
			i++
		case strings.HasPrefix(w, "--out="):
		case files[w] != "":
			words = append(words, files[w])
		default:
			words = append(words, w)
		}
	}
	if !slices.ContainsFunc(words, func(w string) bool { return w == "--seed" || strings.HasPrefix(w, "--seed=") }) {
		words = append(words, "--seed", strconv.FormatUint(r.Seed, 10))
	}
	return strings.Join(append(lines, safe.Command(words...)), "\n"), strings.Join(notes, " ")
}

// written is the command that writes text into a file: a here-document or, where a
// page could not show the text as it is, the bytes of it.
func written(content, file string) string {
	if safe.Text(content) != content || !strings.HasSuffix(content, "\n") {
		return "printf %s " + safe.Word(content) + " > " + file
	}
	end := "END"
	for strings.Contains(content, end) {
		end += "_"
	}
	return "cat > " + file + " <<'" + end + "'\n" + content + end
}
