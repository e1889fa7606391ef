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
	fmt.Fprintf(&b, "\n%s\n", text.Plain(howToRead))
	for _, g := range a.Groups {
		fmt.Fprintf(&b, "\n## %s\n", text.Plain(g.Name))
		writeList(&b, g.Readings)
		fmt.Fprintf(&b, "\n%s", a.table(g).Markdown())
	}
	a.writeReasons(&b)
	writeDeviations(&b, "Known deviations", a.Known)
	writeDeviations(&b, "Other facts that fail", a.Unknown)
	writeTable(&b, "Failed trials", a.Failed)
	writeTable(&b, "Not run", a.NotRun)
	b.WriteString("\n## What this does not tell\n")
	writeList(&b, a.Limits)
	_, err = io.WriteString(w, safe.Text(b.String()))
	return err
}

// howToRead explains the table where there is only text.
const howToRead = "Compare servers over one transport. Each number is the median of its trials. Its 95\u00a0% interval stands below it. With fewer than six trials, the least and the greatest value stand there in brackets. Where the intervals of two servers overlap, the numbers do not tell which server has less. ⚠ marks a number in doubt. The atlas says why."

// table is the group's rows; of the columns those with one of the titles, or all
// with the numbers of the reasons why fields are empty.
func (a atlas) table(g group, titles ...string) text.Table {
	t := text.Table{Columns: text.Heads("server")}
	shown := func(title string) bool { return len(titles) == 0 || slices.Contains(titles, title) }
	for _, c := range a.Columns {
		if shown(c.Title) {
			t.Columns = append(t.Columns, text.Column{Title: c.Title, Number: true})
		}
	}
	for _, r := range g.Rows {
		row := []text.Value{{Text: r.Server.Text}}
		for i, c := range r.Cells {
			if shown(a.Columns[i].Title) {
				v := c.Value
				v.Link = "" // of the page
				switch {
				case c.Why > 0 && len(titles) == 0:
					v.Note = strings.TrimSpace(fmt.Sprintf("%s [%d]", v.Note, c.Why))
				case c.Why > 0 && c.Known:
					v.Note = strings.TrimSpace(v.Note + " of the newest events only")
				}
				row = append(row, v)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// writeReasons says why there are no numbers.
func (a atlas) writeReasons(b *bytes.Buffer) {
	if len(a.Reasons) > 0 {
		b.WriteString("\nThe numbers in square brackets:\n\n")
	}
	for i, why := range a.Reasons {
		fmt.Fprintf(b, "%d. %s\n", i+1, text.Plain(why))
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

func writeDeviations(b *bytes.Buffer, title string, all []deviation) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", title)
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
	for _, g := range a.Groups {
		if g.Transport == "sse" || g.Transport == "websocket" {
			fmt.Fprintf(&b, "**%s**\n\n%s\n", text.Plain(g.Name), a.table(g, "median latency", "bytes per event", "server CPU per event", "memory per connection", "streams held").Markdown())
		}
	}
	fmt.Fprintf(&b, "%s\n", text.Plain(a.Trials+" "+howToRead))
	_, err = io.WriteString(w, safe.Text(b.String()))
	return err
}
