package plots

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"pushbench/plots/proof"
	"pushbench/plots/table"
	"pushbench/plots/words"
	"pushbench/results"
	"pushbench/results/safe"
)

// Markdown writes the report in short, fit for a comment on a pull request.
// Figures are linked as figures/NAME.svg. It writes nothing when it fails.
func Markdown(w io.Writer, r *results.Record, figs []Figure) error {
	rep := newReport(r, figs)
	var b bytes.Buffer
	fmt.Fprintf(&b, "# pushbench %s\n\n%s on %s, %s, over %s, on %s.\n", table.Plain(words.Name(r.ID)), words.Count(len(r.Trials), "trial"), table.Plain(words.Name(r.Provenance.CPU)), words.Count(r.Provenance.Cores, "core"), table.Plain(words.Told(r.Provenance.Path)), rep.Began)
	for _, a := range rep.Alerts {
		fmt.Fprintf(&b, "\n> **⚠ %s**\n", table.Plain(a.Text))
	}
	writeClaims(&b, rep)
	b.WriteString("\n## The answer\n\n")
	if len(rep.Answers) == 0 {
		b.WriteString("No valid trial: there is no answer in this record.\n")
	}
	for i, a := range rep.Answers {
		if i > 0 {
			fmt.Fprintf(&b, "- **%s**: %s\n", table.Plain(a.Scenario), table.Plain(a.Text))
			continue
		}
		writeAnswer(&b, a, rep.Decision)
	}
	writeAudit(&b, rep.Audit)
	for _, s := range rep.Sections {
		writeSection(&b, s)
	}
	writeExpectations(&b, rep)
	if len(rep.NotRun.Rows) > 0 {
		b.WriteString("\n## Not run\n\n")
		b.WriteString(rep.NotRun.Markdown())
	}
	writeDefinitions(&b, rep)
	fence := table.Fence(rep.Command, 3)
	fmt.Fprintf(&b, "\n## Reproduce\n\nCommit %s, %s, kernel %s, seed %d:\n\n%s\n%s\n%s\n",
		table.Plain(words.Name(r.Provenance.Commit)), table.Plain(words.Name(r.Provenance.GoVersion)), table.Plain(words.Name(r.Provenance.Kernel)), r.Seed, fence, rep.Command, fence)
	_, err := io.WriteString(w, safe.Text(b.String()))
	return err
}

// Answer writes the first answer of the report and the table that decides, as
// Markdown: what a README quotes. It writes nothing for a record without one.
func Answer(w io.Writer, r *results.Record) error {
	var b bytes.Buffer
	if rep := newReport(r, nil); len(rep.Answers) > 0 {
		writeAnswer(&b, rep.Answers[0], rep.Decision.Unlinked())
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Proof writes in short, as Markdown, what the record proves: what its packet
// captures say and how many published numbers came out again, by row. It writes
// nothing for a record without either.
func Proof(w io.Writer, r *results.Record) error {
	var b bytes.Buffer
	if a, ok := proof.Audited(r); ok {
		for _, f := range []proof.Finding{a.Bytes, a.Latency} {
			fmt.Fprintf(&b, "%s\n\n", table.Plain(f.Text))
		}
	}
	if len(r.Claims) > 0 {
		fmt.Fprintf(&b, "%s\n\n", table.Plain(proof.Verdicts(r)))
	}
	for _, row := range proof.Rows(r) {
		fmt.Fprintf(&b, "- %s\n", table.Plain(row.Short()))
	}
	_, err := w.Write(b.Bytes())
	return err
}

func writeAnswer(b *bytes.Buffer, a answer, decision table.Table) {
	fmt.Fprintf(b, "**%s**\n\n", table.Plain(a.Text))
	if len(decision.Rows) > 0 {
		b.WriteString(decision.Markdown() + "\n")
	}
}

// writeClaims sets published numbers beside those of the run.
func writeClaims(b *bytes.Buffer, rep report) {
	if len(rep.Claims) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## Published numbers, repeated\n\n**%s** %s.\n", table.Plain(rep.Verdicts), table.Plain(rep.Legend))
	for _, row := range rep.Claims {
		fmt.Fprintf(b, "\n### %s\n\n%s\n\n%s", table.Plain(row.Heading), table.Plain(row.Source), row.Table().Markdown())
	}
}

// writeAudit says what packet captures say.
func writeAudit(b *bytes.Buffer, a *proof.Audit) {
	if a == nil {
		return
	}
	b.WriteString("\n## Against the packet capture\n")
	for _, f := range []proof.Finding{a.Bytes, a.Latency} {
		text := table.Plain(f.Text)
		if f.Red {
			text = "> **⚠ " + text + "**"
		}
		fmt.Fprintf(b, "\n%s\n", text)
		if len(f.Table.Rows) > 0 {
			b.WriteString("\n" + f.Table.Markdown())
		}
		if f.Note != "" {
			fmt.Fprintf(b, "\n%s\n", table.Plain(f.Note))
		}
	}
}

// about is what a scenario is about, as sentences of their own: a file may leave
// out the full stop.
func about(s section) string {
	text := table.Plain(strings.TrimSpace(s.About))
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

func writeSection(b *bytes.Buffer, s section) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n", table.Plain(words.Name(s.Name)), strings.TrimSpace(about(s)+" "+table.Plain(s.Load)))
	if s.Wait != "" {
		fmt.Fprintf(b, "\n%s\n", table.Plain(s.Wait))
	}
	if s.Ceiling != "" {
		fmt.Fprintf(b, "\n%s\n", table.Plain(s.Ceiling))
	}
	for _, d := range s.Doubts {
		fmt.Fprintf(b, "\n> **⚠ %s.** %s Concerns: %s.\n", table.Plain(d.Code), table.Plain(d.Text), table.Plain(d.Cells))
	}
	for _, f := range s.Figures {
		fmt.Fprintf(b, "\n![%s](figures/%s.svg)\n", table.Plain(f.Title), f.Name)
	}
	switch {
	case s.Sweep == "" && len(s.Table.Rows) > 0:
		b.WriteString("\n")
		b.WriteString(s.Table.Markdown())
	case len(s.Table.Rows) > 0:
		fmt.Fprintf(b, "\n<details><summary>The main numbers: %s</summary>\n\n", words.Count(len(s.Table.Rows), "row"))
		b.WriteString(s.Table.Markdown())
		b.WriteString("\n</details>\n")
	}
	if len(s.Readings) > 0 {
		b.WriteString("\n")
	}
	for _, text := range s.Readings {
		fmt.Fprintf(b, "- %s\n", table.Plain(text))
	}
	if len(s.Predictions.All.Rows) > 0 {
		fmt.Fprintf(b, "\n%s\n", s.Predictions)
	}
	if len(s.Predictions.Findings.Rows) > 0 {
		b.WriteString("\n" + s.Predictions.Findings.Markdown())
	}
}

// writeExpectations lists what was not met, then what was.
func writeExpectations(b *bytes.Buffer, rep report) {
	if len(rep.Broken.Rows)+len(rep.Held) > 0 {
		b.WriteString("\n## Expectations\n\n")
	}
	if len(rep.Broken.Rows) > 0 {
		b.WriteString("Not met:\n\n")
		b.WriteString(rep.Broken.Markdown())
		b.WriteString("\n")
	}
	for _, h := range rep.Held {
		fmt.Fprintf(b, "- %s held %s.\n", table.Code(h.Text), table.Plain(h.Where))
	}
}

// writeDefinitions explains the metrics that the tables above link to. The
// anchors are empty elements, which GitHub, GitLab and most others keep.
func writeDefinitions(b *bytes.Buffer, rep report) {
	ids := map[string]bool{}
	rep.Decision.Links(ids)
	for _, s := range rep.Sections {
		s.Table.Links(ids)
		s.Predictions.Findings.Links(ids)
	}
	var entries []string
	for _, d := range rep.Glossary {
		if ids[d.ID] {
			entries = append(entries, fmt.Sprintf("- <a id=\"%s\"></a>**%s** (`%s`): %s Checked: %s", d.ID, table.Plain(d.Title), d.Unit, table.Plain(d.Definition), d.Check))
			if came := d.Came(); came != "" {
				entries[len(entries)-1] += " " + came + "."
			}
		}
	}
	if len(entries) > 0 {
		fmt.Fprintf(b, "\n## Definitions\n\n<details><summary>The metrics of the tables above</summary>\n\n%s\n\n</details>\n", strings.Join(entries, "\n"))
	}
}
