package atlas

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
	"pushbench/results/safe"
)

// Markdown writes the numbers and the deviations of the atlas in short. It writes nothing
// when it fails.
func Markdown(w io.Writer, r *results.Record) error {
	a, err := newAtlas(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	p := r.Provenance
	fmt.Fprintf(&b, "# pushbench atlas: %s\n\nMeasured on %s in %s on %s, %s, over %s. %s\n", text.Plain(a.Title), a.Began, a.Took,
		text.Plain(text.Name(p.CPU)), text.Count(p.Cores, "core"), text.Plain(text.Told(p.Path)), text.Plain(a.Trials))
	for _, l := range a.Loads {
		fmt.Fprintf(&b, "\n**%s**: %s\n", text.Plain(text.Name(l.Name)), text.Plain(l.Text))
	}
	for _, x := range a.Alerts {
		fmt.Fprintf(&b, "\n> **⚠ %s**\n", text.Plain(x.Text))
	}
	fmt.Fprintf(&b, "\n%s\n", text.Plain(a.HowToRead))
	writeList(&b, a.Notes)
	for _, g := range a.Groups {
		fmt.Fprintf(&b, "\n## %s\n", text.Plain(g.Name))
		writeList(&b, g.Readings)
		fmt.Fprintf(&b, "\n%s", a.table(g, &a.Reasons).Markdown())
	}
	b.WriteString("\n")
	a.Reasons.write(&b)
	a.writeDoubts(&b)
	fmt.Fprintf(&b, "\n## The servers\n\n%s\n%s\n", a.versions(a.Groups).Markdown(), deployed("../../"))
	writeDeviations(&b, "Known deviations", a.Known)
	writeDeviations(&b, "Other facts that fail", a.Unknown)
	writeTable(&b, "Failed trials", a.Failed)
	writeTable(&b, "Not run", a.NotRun)
	b.WriteString("\n## What this does not tell\n")
	writeList(&b, a.Limits)
	_, err = io.WriteString(w, safe.Text(b.String()))
	return err
}

// doubtsTitle is the title of the list of what is doubtful.
const doubtsTitle = "What ⚠ stands for"

// howToRead explains the table where there is only text.
func howToRead(r *results.Record) string {
	few := ""
	if slices.ContainsFunc(r.Cells(), func(c results.Cell) bool { return len(c.Trials) > 0 && len(c.Trials) < 6 }) {
		few = " With fewer than six trials, the least and the greatest value stand there in brackets."
	}
	return "Compare servers over one transport. Each number is the median of its trials. Its 95\u00a0% interval stands below it, unless it reads the same." + few +
		" Where the intervals of two servers overlap, the numbers do not tell which server has less. ⚠\u00a05/10 says that there is a reason to doubt 5 of the 10 trials of a number. " +
		"It stands where that is a quarter of the trials or more: fewer than that cannot move a median of ten trials out of its interval."
}

// table is the group's rows; of the columns those with one of the titles, or all. Fields
// have the numbers of what is to be said of them, which are those of said.
func (a atlas) table(g group, said *reasons, titles ...string) text.Table {
	t := text.Table{Columns: text.Heads("server")}
	shown := func(title string) bool { return len(titles) == 0 || slices.Contains(titles, title) }
	for _, c := range a.Columns {
		if shown(c.Title) {
			t.Columns = append(t.Columns, text.Column{Title: c.Title, Number: true})
		}
	}
	for _, r := range g.Rows {
		row := []text.Value{{Text: r.Server.Text}}
		if r.Why > 0 {
			row[0].Text += fmt.Sprintf("\u00a0[%d]", said.number(a.Reasons[r.Why-1]))
		}
		for i, c := range r.Cells {
			if shown(a.Columns[i].Title) {
				v := c.Value
				v.Link = "" // of the page
				if c.Why > 0 {
					v.Note = strings.TrimSpace(fmt.Sprintf("%s [%d]", v.Note, said.number(a.Reasons[c.Why-1])))
				}
				row = append(row, v)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// deployed says where the servers are described; base is the way to the root of the
// repository.
func deployed(base string) string {
	return "[targets/README.md](" + base + "targets/README.md) says how each server is deployed, and what is unusual about it."
}

// write says what the numbers in square brackets stand for.
func (r reasons) write(b *bytes.Buffer) {
	if len(r) > 0 {
		b.WriteString("The numbers in square brackets:\n\n")
	}
	for i, why := range r {
		fmt.Fprintf(b, "%d. %s\n", i+1, text.Plain(why))
	}
}

// writeDoubts says what is doubtful, and in how many trials of which servers.
func (a atlas) writeDoubts(b *bytes.Buffer) {
	if len(a.Doubts) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", doubtsTitle)
	for _, d := range a.Doubts {
		fmt.Fprintf(b, "- **%s** in %s: %s Concerns: %s.\n", text.Plain(d.Code), text.Plain(text.Name(d.Scenario)), text.Plain(d.Text), text.Plain(d.Cells))
	}
}

func writeList(b *bytes.Buffer, lines []string) {
	for i, line := range lines {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(b, "- %s\n", text.Plain(line))
	}
}

// whys says where the reasons are from: a target's file may say more since.
const whys = "The reasons are those that the target files gave when this was measured."

func writeDeviations(b *bytes.Buffer, title string, all []deviation) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", title)
	if slices.ContainsFunc(all, func(d deviation) bool { return d.Why != "" }) {
		fmt.Fprintf(b, "%s\n\n", whys)
	}
	for _, d := range all {
		fmt.Fprintf(b, "- **%s** %s: %s", text.Plain(d.Target), text.Plain(d.Facts), text.Plain(d.Text))
		if d.Why != "" {
			fmt.Fprintf(b, " *Why: %s.*", text.Plain(d.Why))
		}
		b.WriteString("\n")
	}
}

func writeTable(b *bytes.Buffer, title string, t text.Table) {
	if len(t.Rows) > 0 {
		fmt.Fprintf(b, "\n## %s\n\n%s", title, t.Markdown())
	}
}

// Headline writes the numbers of the transports that push, as Markdown that a README can
// quote.
func Headline(w io.Writer, r *results.Record) error {
	a, err := newAtlas(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	var said reasons
	var shown []group
	for _, g := range a.Groups {
		if g.Transport == "sse" || g.Transport == "websocket" {
			shown = append(shown, g)
			fmt.Fprintf(&b, "**%s**\n\n%s\n", text.Plain(g.Name), a.table(g, &said, "median latency", "bytes per event", "server CPU per event", "memory per connection", "streams held").Markdown())
		}
	}
	said.write(&b)
	fmt.Fprintf(&b, "\n%s\n\n**The servers**\n\n%s\n%s\n", text.Plain(strings.Join([]string{a.Trials, a.HowToRead, streamsNote(r), "The atlas has the reasons."}, " ")), a.versions(shown).Markdown(), deployed(""))
	_, err = io.WriteString(w, safe.Text(b.String()))
	return err
}
