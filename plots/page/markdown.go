package page

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"pushbench/plots/figure"
	"pushbench/plots/proof"
	"pushbench/plots/reading"
	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/safe"
)

// Markdown writes the report in short, fit for a comment on a pull request.
// Figures are linked as figures/NAME.svg. It writes nothing when it fails.
func Markdown(w io.Writer, r *results.Record, figs []figure.Figure) error {
	rep, err := withYourLoad(r, figs)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# pushbench %s\n\n%s on %s, %s, over %s, on %s.\n", text.Plain(text.Name(r.ID)), text.Count(len(r.Trials), "trial"), text.Plain(text.Name(r.Provenance.CPU)), text.Count(r.Provenance.Cores, "core"), text.Plain(text.Told(r.Provenance.Path)), rep.Began)
	for _, a := range rep.Alerts {
		fmt.Fprintf(&b, "\n> **⚠ %s**\n", text.Plain(a.Text))
	}
	writePublished(&b, rep)
	fmt.Fprintf(&b, "\n## %s\n\n", text.Plain(rep.Brief.Question))
	if len(rep.Brief.Answer) == 0 {
		b.WriteString("No trial is valid, so this record has no answer.\n")
	} else {
		writeBrief(&b, rep.Brief, rep.Brief.Costs, rep.Advice)
	}
	if len(rep.Brief.Others) > 0 {
		b.WriteString("\n### Other loads\n\n")
	}
	for _, p := range rep.Brief.Others {
		fmt.Fprintf(&b, "- **%s**: %s\n", text.Plain(p.Scenario), text.Plain(p.Text))
	}
	writeAudit(&b, rep.Audit)
	writeAgents(&b, rep.Agents)
	for _, s := range rep.Sections {
		writeSection(&b, s)
	}
	writeYourLoad(&b, rep.Your)
	writeExpectations(&b, rep)
	if len(rep.NotRun.Rows) > 0 {
		b.WriteString("\n## Not run\n\n")
		b.WriteString(rep.NotRun.Markdown())
	}
	writeDefinitions(&b, rep)
	fmt.Fprintf(&b, "\n## Reproduce\n\nIn a clone of the repository, with %s on kernel %s:", text.Plain(text.Name(r.Provenance.GoVersion)), text.Plain(text.Name(r.Provenance.Kernel)))
	fence := text.Fence(rep.Shell, 3)
	fmt.Fprintf(&b, "\n\n%ssh\n%s\n%s\n", fence, rep.Shell, fence)
	if rep.ShellNote != "" {
		fmt.Fprintf(&b, "\n%s\n", rep.ShellNote)
	}
	_, err = io.WriteString(w, safe.Text(b.String()))
	return err
}

// Answer writes what a reader with one minute reads, as Markdown that a README can
// quote. It writes nothing for a record without an answer.
func Answer(w io.Writer, r *results.Record) error {
	var b bytes.Buffer
	if rep := newReport(r, nil); len(rep.Brief.Answer) > 0 {
		writeBrief(&b, rep.Brief, rep.Brief.Costs.Unlinked(), rep.Advice.Without("proof"))
		b.WriteString("\n")
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
			fmt.Fprintf(&b, "%s\n\n", text.Plain(f.Text))
		}
	}
	if len(r.Published) > 0 {
		fmt.Fprintf(&b, "%s\n\n", text.Plain(proof.Verdicts(r)))
	}
	for _, row := range proof.Rows(r) {
		fmt.Fprintf(&b, "- %s\n", text.Plain(row.Short()))
	}
	_, err := w.Write(b.Bytes())
	return err
}

// intervals explains the small print and the sign in the table of costs.
const intervals = "With it stands its 95\u00a0% interval or, in brackets, the least and the greatest of fewer than six trials, unless they read the same as the number. ⚠ marks a number in doubt. The report says why in the section of its scenario."

// writeBrief writes the answer, the table of costs and what to choose when.
func writeBrief(b *bytes.Buffer, brief reading.Brief, costs, advice text.Table) {
	fmt.Fprintf(b, "%s\n\n", text.Plain(brief.Load))
	if brief.Who != nil {
		b.WriteString("Who answered:\n\n" + items(brief.Who) + "\n")
	}
	for _, line := range brief.Answer {
		fmt.Fprintf(b, "- **%s**\n", text.Plain(line))
	}
	if len(costs.Rows) > 0 {
		fmt.Fprintf(b, "\n%s\n%s\n", costs.Markdown(), text.Plain(brief.Note+" "+intervals))
		writeGaps(b, brief.Gaps)
	}
	if len(advice.Rows) > 0 || brief.NoAdvice != "" {
		b.WriteString("\n### What to choose when\n")
	}
	if len(advice.Rows) > 0 {
		b.WriteString("\n" + advice.Markdown())
	}
	if brief.NoAdvice != "" {
		fmt.Fprintf(b, "\n%s\n", text.Plain(brief.NoAdvice))
	}
}

// writeGaps says why fields of the table above are empty.
func writeGaps(b *bytes.Buffer, gaps []string) {
	if gaps != nil {
		b.WriteString("\nWhy fields are empty:\n\n" + items(gaps))
	}
}

// items is a list, an item a line.
func items(lines []string) string {
	var out strings.Builder
	for _, line := range lines {
		out.WriteString("- " + text.Plain(line) + "\n")
	}
	return out.String()
}

// writePublished sets published numbers beside those of the run.
func writePublished(b *bytes.Buffer, rep report) {
	if len(rep.Published) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## Published numbers, repeated\n\n**%s** %s.\n", text.Plain(rep.Verdicts), text.Plain(rep.Legend))
	for _, row := range rep.Published {
		fmt.Fprintf(b, "\n### %s\n\n%s\n\n%s", text.Plain(row.Heading), text.Plain(row.Source), row.Table().Markdown())
	}
}

// writeAudit says what packet captures say.
func writeAudit(b *bytes.Buffer, a *proof.Audit) {
	if a == nil {
		return
	}
	b.WriteString("\n## Compared with the packet capture\n")
	for _, f := range []proof.Finding{a.Bytes, a.Latency} {
		writeFinding(b, f)
	}
}

// writeAgents says what each of several agents did.
func writeAgents(b *bytes.Buffer, f *proof.Finding) {
	if f == nil {
		return
	}
	b.WriteString("\n## Agents\n")
	writeFinding(b, *f)
}

// writeFinding writes a conclusion with its table.
func writeFinding(b *bytes.Buffer, f proof.Finding) {
	line := text.Plain(f.Text)
	if f.Red {
		line = "> **⚠ " + line + "**"
	}
	fmt.Fprintf(b, "\n%s\n", line)
	if len(f.Table.Rows) > 0 {
		b.WriteString("\n" + f.Table.Markdown())
	}
	if f.Note != "" {
		fmt.Fprintf(b, "\n%s\n", text.Plain(f.Note))
	}
}

// about is what a scenario is about, as sentences of their own: a file may leave
// out the full stop.
func about(s section) string {
	line := text.Plain(strings.TrimSpace(s.About))
	if line == "" || strings.HasSuffix(line, ".") || strings.HasSuffix(line, "!") || strings.HasSuffix(line, "?") {
		return line
	}
	return line + "."
}

func writeSection(b *bytes.Buffer, s section) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n", text.Plain(text.Name(s.Name)), strings.TrimSpace(about(s)+" "+text.Plain(s.Load)))
	if s.Wait != "" {
		fmt.Fprintf(b, "\n%s\n", text.Plain(s.Wait))
	}
	if s.Ceiling != "" {
		fmt.Fprintf(b, "\n%s\n", text.Plain(s.Ceiling))
	}
	for _, d := range s.Doubts {
		fmt.Fprintf(b, "\n> **⚠ %s.** %s Concerns: %s.\n", text.Plain(d.Code), text.Plain(d.Text), text.Plain(d.Cells))
	}
	for _, f := range s.Figures {
		fmt.Fprintf(b, "\n<a id=\"%s\"></a>\n![%s](figures/%s.svg)\n", f.ID(), text.Plain(f.Title), f.Name)
	}
	switch {
	case s.Sweep == "" && len(s.Table.Rows) > 0:
		fmt.Fprintf(b, "\n<a id=\"%s\"></a>\n\n", s.NumbersID())
		b.WriteString(s.Table.Markdown())
		writeGaps(b, s.Gaps)
	case len(s.Table.Rows) > 0:
		fmt.Fprintf(b, "\n<details><summary>The main numbers: %s</summary>\n\n", text.Count(len(s.Table.Rows), "row"))
		b.WriteString(s.Table.Markdown())
		writeGaps(b, s.Gaps)
		b.WriteString("\n</details>\n")
	}
	if len(s.Readings) > 0 {
		b.WriteString("\n")
	}
	for _, line := range s.Readings {
		fmt.Fprintf(b, "- %s\n", text.Plain(line))
	}
	if len(s.Predictions.All.Rows) > 0 {
		fmt.Fprintf(b, "\n%s\n", s.Predictions)
	}
	if len(s.Predictions.Findings.Rows) > 0 {
		b.WriteString("\n" + s.Predictions.Findings.Markdown())
	}
	writeProxy(b, s.Proxy)
}

// writeProxy shows how the proxy in front of the server was set up.
func writeProxy(b *bytes.Buffer, p *results.Proxy) {
	if p == nil {
		return
	}
	name := text.Proxy(*p)
	if p.Version != "" {
		name += ", version " + text.Told(p.Version)
	}
	fence, config := text.Fence(p.Text, 3), strings.TrimSuffix(p.Text, "\n")
	fmt.Fprintf(b, "\n<details><summary>The proxy in front of the server, as it was set up</summary>\n\n%s: %s. Its addresses and its directory are other ones in each trial.\n\n%s\n%s\n%s\n\n</details>\n",
		text.Plain(name), text.Plain(text.Told(p.About)), fence, config, fence)
}

// writeYourLoad says what a load that was not measured costs.
func writeYourLoad(b *bytes.Buffer, y *yourLoad) {
	if y == nil {
		return
	}
	fmt.Fprintf(b, "\n## Your load, not ours\n\nEstimated: %s `pushbench estimate` does it for yours.\n\n%s\n%s\n", text.Plain(y.Lead), y.Table.Markdown(), text.Plain(y.Beyond))
	for _, f := range y.Figures {
		fmt.Fprintf(b, "\n![%s](figures/%s.svg)\n", text.Plain(f.Title), f.Name)
	}
}

// writeExpectations lists what was not met, then what was.
func writeExpectations(b *bytes.Buffer, rep report) {
	if len(rep.NotMet.Rows)+len(rep.Met) > 0 {
		b.WriteString("\n## Expectations\n\n")
	}
	if len(rep.NotMet.Rows) > 0 {
		b.WriteString("Not met:\n\n")
		b.WriteString(rep.NotMet.Markdown())
		b.WriteString("\n")
	}
	for _, h := range rep.Met {
		fmt.Fprintf(b, "- %s was met %s.\n", text.Code(h.Text), text.Plain(h.Where))
	}
}

// writeDefinitions explains the metrics that the tables above link to. The
// anchors are empty elements, which GitHub, GitLab and most others keep.
func writeDefinitions(b *bytes.Buffer, rep report) {
	ids := map[string]bool{}
	rep.Brief.Costs.Links(ids)
	for _, s := range rep.Sections {
		s.Table.Links(ids)
		s.Predictions.Findings.Links(ids)
	}
	var entries []string
	for _, d := range rep.Glossary {
		if ids[d.ID] {
			entries = append(entries, fmt.Sprintf("- <a id=\"%s\"></a>**%s** (`%s`): %s Checked: %s", d.ID, text.Plain(d.Title), d.Unit, text.Plain(d.Definition), d.Check))
			if came := d.Came(); came != "" {
				entries[len(entries)-1] += " " + came + "."
			}
		}
	}
	if len(entries) > 0 {
		fmt.Fprintf(b, "\n## Definitions\n\n<details><summary>The metrics of the tables above</summary>\n\n%s\n\n</details>\n", strings.Join(entries, "\n"))
	}
}
