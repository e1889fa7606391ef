package duel

import (
	"bytes"
	"fmt"
	"io"

	"pushbench/plots/text"
	"pushbench/results/gate"
	"pushbench/results/safe"
)

// Marker is the first line of every comment, so that the next run finds it and
// edits it in place. It cannot be seen.
const Marker = "<!-- pushbench -->"

// commentBytes is less than the 65,536 characters that GitHub takes.
const commentBytes = 60_000

// Markdown writes the comparison as a document of its own. It writes nothing when
// it fails.
func Markdown(w io.Writer, c *gate.Comparison) error {
	_, err := io.WriteString(w, newStory(c).markdown(-1))
	return err
}

// Comment writes the comparison as a comment on a pull request: Markdown behind
// Marker, of fewer than 60,000 characters. Lists that would make it longer are cut,
// and it says so.
func Comment(w io.Writer, c *gate.Comparison) error {
	s := newStory(c)
	var said string
	for _, most := range []int{-1, 300, 100, 30, 10, 3, 0} {
		if said = Marker + "\n" + s.markdown(most); len(said) < commentBytes {
			break
		}
	}
	if len(said) >= commentBytes { // a command line that fills it alone
		s.Command = ""
		said = Marker + "\n" + s.markdown(0) + "\nThe command that repeats it is in compare.md.\n"
	}
	_, err := io.WriteString(w, said)
	return err
}

// markdown is the story with at most that many entries in each list; below zero:
// with all.
func (s story) markdown(most int) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "## pushbench: %s\n\n**%s %s**\n", text.Plain(s.Title), looks[s.Verdict].sign, text.Plain(s.Headline))
	for _, a := range s.Alerts[:within(len(s.Alerts), most)] {
		fmt.Fprintf(&b, "\n> ⚠ %s\n", text.Plain(a))
	}
	leftOut(&b, len(s.Alerts), most)
	if len(s.Changed) > 0 {
		b.WriteString("\n### What changed\n")
	}
	writeList(&b, s.Others, most)
	writeTable(&b, s.Changed, most)
	if len(s.Open) > 0 {
		b.WriteString("\n### What could not be told\n")
	}
	writeList(&b, s.Untold, most)
	writeTable(&b, s.Open, most)
	if n := count(s.Same); n > 0 {
		fmt.Fprintf(&b, "\n<details><summary>%s %s the same</summary>\n", text.Count(n, "number"), text.Be(n, "is", "are"))
		writeList(&b, sameLines(s), most)
		var all []gate.Finding
		for _, c := range s.Same {
			all = append(all, c.Findings...)
		}
		writeTable(&b, all, most)
		b.WriteString("\n</details>\n")
	}
	if n := len(s.Shown); n > 0 {
		fmt.Fprintf(&b, "\n<details><summary>%s %s shown and %s not decide</summary>\n", text.Count(n, "number"), text.Be(n, "is", "are"), text.Be(n, "does", "do"))
		writeTable(&b, s.Shown, most)
		b.WriteString("\n</details>\n")
	}
	if len(s.Missing) > 0 {
		b.WriteString("\n### What was not compared\n")
	}
	writeList(&b, s.Missing, most)
	b.WriteString("\n<details><summary>How it was measured, and what the words mean</summary>\n\n" + text.Plain(s.How) + "\n\n")
	for _, w := range s.Words {
		fmt.Fprintf(&b, "- **%s**: %s\n", text.Plain(w[0]), text.Plain(w[1]))
	}
	b.WriteString("\n| | |\n|---|---|\n")
	for _, f := range s.Facts {
		fmt.Fprintf(&b, "| %s | %s |\n", text.Plain(f[0]), text.Plain(f[1]))
	}
	b.WriteString("\n</details>\n")
	if s.Command != "" {
		fence := text.Fence(s.Command, 3)
		fmt.Fprintf(&b, "\nThis command repeats it:\n\n%ssh\n%s\n%s\n", fence, s.Command, fence)
	}
	return safe.Text(b.String())
}

// within is n, no more than most, which is no limit below zero.
func within(n, most int) int {
	if most < 0 {
		return n
	}
	return min(n, most)
}

// leftOut says how many entries of a list are not there.
func leftOut(b *bytes.Buffer, n, most int) {
	if rest := n - within(n, most); rest > 0 {
		fmt.Fprintf(b, "\n%s more: compare.md has all.\n", text.Number(float64(rest)))
	}
}

// writeList writes a list.
func writeList(b *bytes.Buffer, lines []string, most int) {
	n := within(len(lines), most)
	if n > 0 {
		b.WriteString("\n")
	}
	for _, line := range lines[:n] {
		fmt.Fprintf(b, "- %s\n", text.Plain(line))
	}
	leftOut(b, len(lines), most)
}

// writeTable writes a table of findings.
func writeTable(b *bytes.Buffer, all []gate.Finding, most int) {
	if n := within(len(all), most); n > 0 {
		b.WriteString("\n" + numbers(all[:n]).Markdown())
	}
	leftOut(b, len(all), most)
}

// count is how many numbers the cells have.
func count(cells []cell) (n int) {
	for _, c := range cells {
		n += len(c.Findings)
	}
	return n
}
