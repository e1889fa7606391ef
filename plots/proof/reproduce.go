package proof

import (
	"maps"
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
// for a POSIX shell: the commit, the build, the files of scenarios, claims and targets that
// are not built in, and the command with the seed, into a new directory. Each file is
// written into the clone, whatever directory it once was in. note says what the lines
// cannot give back; it may be empty.
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
	files := map[string]string{} // of scenarios and claims, by the word that named them
	for _, st := range r.Statements {
		if slices.Contains(p.Command, st.File) && fileName.MatchString(st.Name) {
			files[st.File] = st.Name + ".yaml"
			lines = append(lines, written(st.Text, st.Name+".yaml"))
		}
	}
	for _, sc := range r.Scenarios {
		switch {
		case files[sc.File] != "": // it stands in the file of a claim
		case sc.File == "" || sc.File == "built-in" || !slices.Contains(p.Command, sc.File):
		case fileName.MatchString(sc.Name):
			files[sc.File] = sc.Name + ".yaml"
			lines = append(lines, written(sc.Text, sc.Name+".yaml"))
		default:
			notes = append(notes, "A scenario has a name that no file of a scenario has, so its file is not written.")
		}
	}
	for _, t := range r.Targets {
		if t.Text == "" || !slices.ContainsFunc(p.Command, func(w string) bool { return slices.Contains(values(w), t.File) }) {
			continue // it is in the repository
		}
		notes = append(notes, "The server of target "+safe.Brief(t.Name, 100)+" is not in this repository.")
		file := t.Name + ".yaml"
		switch {
		case strings.Contains(t.File, "://"): // its address says everything
		case t.Like != "":
			notes = append(notes, "Its file changes another one, and is not written.")
		case !fileName.MatchString(t.Name) || slices.Contains(slices.Collect(maps.Values(files)), file):
			notes = append(notes, "Its file has a name that cannot be used here, and is not written.")
		default:
			files[t.File] = file
			lines = append(lines, written(t.Text, file))
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
			words = append(words, renamed(w, files))
		}
	}
	if !slices.ContainsFunc(words, func(w string) bool { return w == "--seed" || strings.HasPrefix(w, "--seed=") }) {
		words = append(words, "--seed", strconv.FormatUint(r.Seed, 10))
	}
	return strings.Join(append(lines, safe.Command(words...)), "\n"), strings.Join(notes, " ")
}

const targetFlag = "--target="

// values are those that a word of a command line gives a flag for targets, in one word
// with it or alone.
func values(word string) []string { return strings.Split(strings.TrimPrefix(word, targetFlag), ",") }

// renamed is a word of a command line with the new names of files of targets.
func renamed(word string, files map[string]string) string {
	all := values(word)
	for i, v := range all {
		if file := files[v]; file != "" {
			all[i] = file
		}
	}
	if strings.HasPrefix(word, targetFlag) {
		return targetFlag + strings.Join(all, ",")
	}
	return strings.Join(all, ",")
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
