package plots

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"pushbench/results"
)

// Markdown writes the report in short, fit for a comment on a pull request.
// Figures are linked as figures/NAME.svg. It writes nothing when it fails.
func Markdown(w io.Writer, r *results.Record, figs []Figure) error {
	rep := newReport(r, figs)
	var b bytes.Buffer
	fmt.Fprintf(&b, "# pushbench %s\n\n%d trials on %s, %d cores, over %s, on %s.\n", r.ID, len(r.Trials), plain(r.Provenance.CPU), r.Provenance.Cores, r.Provenance.Path, rep.Began)
	for _, a := range rep.Alerts {
		fmt.Fprintf(&b, "\n> **⚠ %s**\n", plain(a.Text))
	}
	b.WriteString("\n## The answer\n\n")
	if len(rep.Answers) == 0 {
		b.WriteString("No valid trial: there is no answer in this record.\n")
	}
	for i, a := range rep.Answers {
		if i > 0 {
			fmt.Fprintf(&b, "- **%s**: %s\n", plain(a.Scenario), plain(a.Text))
			continue
		}
		writeAnswer(&b, rep)
	}
	for _, s := range rep.Sections {
		writeSection(&b, s)
	}
	writeExpectations(&b, rep)
	if len(rep.NotRun.Rows) > 0 {
		b.WriteString("\n## Not run\n\n")
		writeTable(&b, rep.NotRun)
	}
	fmt.Fprintf(&b, "\n## Reproduce\n\nCommit %s, %s, kernel %s, seed %d:\n\n```\n%s\n```\n",
		plain(r.Provenance.Commit), plain(r.Provenance.GoVersion), plain(r.Provenance.Kernel), r.Seed, rep.Command)
	_, err := w.Write(b.Bytes())
	return err
}

// Answer writes the first answer of the report and the table that decides, as
// Markdown: what a README quotes. It writes nothing for a record without one.
func Answer(w io.Writer, r *results.Record) error {
	var b bytes.Buffer
	if rep := newReport(r, nil); len(rep.Answers) > 0 {
		writeAnswer(&b, rep)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func writeAnswer(b *bytes.Buffer, rep report) {
	fmt.Fprintf(b, "**%s**\n\n", plain(rep.Answers[0].Text))
	if len(rep.Decision.Rows) > 0 {
		writeTable(b, rep.Decision)
		b.WriteString("\n")
	}
}

func writeSection(b *bytes.Buffer, s section) {
	fmt.Fprintf(b, "\n## %s\n\n%s %s\n", plain(s.Name), plain(s.About), plain(s.Load))
	for _, d := range s.Doubts {
		fmt.Fprintf(b, "\n> **⚠ %s.** %s Concerns: %s.\n", plain(d.Code), plain(d.Text), plain(d.Cells))
	}
	for _, f := range s.Figures {
		fmt.Fprintf(b, "\n![%s](figures/%s.svg)\n", plain(f.Title), f.Name)
	}
	switch {
	case s.Sweep == "" && len(s.Table.Rows) > 0:
		b.WriteString("\n")
		writeTable(b, s.Table)
	case len(s.Table.Rows) > 0:
		fmt.Fprintf(b, "\n<details><summary>The main numbers: %d rows</summary>\n\n", len(s.Table.Rows))
		writeTable(b, s.Table)
		b.WriteString("\n</details>\n")
	}
	if len(s.Readings) > 0 {
		b.WriteString("\n")
	}
	for _, text := range s.Readings {
		fmt.Fprintf(b, "- %s\n", plain(text))
	}
	if len(s.Predictions.Rows) > 0 {
		fmt.Fprintf(b, "\n%s\n", s.Predicted())
	}
	if len(s.Findings.Rows) > 0 {
		b.WriteString("\n")
		writeTable(b, s.Findings)
	}
}

// writeExpectations lists what was not met, then what was.
func writeExpectations(b *bytes.Buffer, rep report) {
	if len(rep.Broken.Rows)+len(rep.Held) > 0 {
		b.WriteString("\n## Expectations\n\n")
	}
	if len(rep.Broken.Rows) > 0 {
		b.WriteString("Not met:\n\n")
		writeTable(b, rep.Broken)
		b.WriteString("\n")
	}
	for _, h := range rep.Held {
		fmt.Fprintf(b, "- `%s` held %s.\n", strings.ReplaceAll(h.Text, "`", "'"), plain(h.Where))
	}
}

// writeTable writes a table as GitHub's Markdown has it.
func writeTable(b *bytes.Buffer, t Table) {
	for _, c := range t.Columns {
		fmt.Fprintf(b, "| %s ", plain(c.Title))
	}
	b.WriteString("|\n")
	for _, c := range t.Columns {
		if c.Number {
			b.WriteString("|---:")
		} else {
			b.WriteString("|---")
		}
	}
	b.WriteString("|\n")
	for _, row := range t.Rows {
		for _, v := range row {
			text := plain(v.Text)
			if v.Doubt != "" {
				text += " ⚠"
			}
			if v.Note != "" {
				text += "<br>" + plain(v.Note)
			}
			fmt.Fprintf(b, "| %s ", text)
		}
		b.WriteString("|\n")
	}
}

var plainReplacer = strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`", "\n", " ")

// plain writes text so that Markdown shows it as it is.
func plain(s string) string { return plainReplacer.Replace(s) }
