package text

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pushbench/results/safe"
)

// Markdown returns the table as GitHub's Markdown has it. Links are to anchors
// that the same document has to have.
func (t Table) Markdown() string {
	var b strings.Builder
	for _, c := range t.Columns {
		fmt.Fprintf(&b, "| %s ", linked(Plain(safe.Brief(c.Title, field)), c.Link))
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
			fmt.Fprintf(&b, "| %s ", v.markdown())
		}
		b.WriteString("|\n")
	}
	return b.String()
}

func (v Value) markdown() string {
	text := linked(Plain(safe.Brief(v.Text, field)), v.Link)
	if v.Sign != "" {
		text = Plain(v.Sign) + "\u00a0" + text
	}
	if v.Doubt != "" {
		text += " ⚠"
		if v.Doubtful != "" {
			text += "\u00a0" + Plain(v.Doubtful)
		}
	}
	if v.Note != "" {
		text += "<br>" + Plain(safe.Brief(v.Note, field))
	}
	for _, line := range v.Lines {
		text += "<br>" + Plain(safe.Brief(line, field))
	}
	return text
}

func linked(text, id string) string {
	if id == "" {
		return text
	}
	return "[" + text + "](#" + id + ")"
}

// Links adds the ids that the table links to to ids.
func (t Table) Links(ids map[string]bool) {
	for _, c := range t.Columns {
		if c.Link != "" {
			ids[c.Link] = true
		}
	}
	for _, row := range t.Rows {
		for _, v := range row {
			if v.Link != "" {
				ids[v.Link] = true
			}
		}
	}
}

// Without returns the table without the column of that title.
func (t Table) Without(title string) Table {
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Title == title })
	if i < 0 {
		return t
	}
	out := Table{Columns: slices.Delete(slices.Clone(t.Columns), i, i+1)}
	for _, row := range t.Rows {
		out.Rows = append(out.Rows, slices.Delete(slices.Clone(row), i, i+1))
	}
	return out
}

// Unlinked returns the table without links from its heads, for a document that
// has not what they lead to.
func (t Table) Unlinked() Table {
	t.Columns = slices.Clone(t.Columns)
	for i := range t.Columns {
		t.Columns[i].Link = ""
	}
	return t
}

var plain = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "&", "&amp;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "~", `\~`, "$", `\$`)

// block is what makes a line the begin of a heading, a quote, a list or a rule
// (GitHub Flavored Markdown, sections 4 and 5).
var block = regexp.MustCompile(`^(#|>|[-+=]([-+= ]|$)|\d+[.)]( |$))`)

// most is how many characters of one text are written, and field how many of one
// that stands in a table.
const most, field = 2000, 400

// Plain is the one way of text into Markdown: it is shown as it is, on one
// line, whatever stands in it.
func Plain(s string) string {
	s = strings.TrimLeft(safe.Brief(s, most), " ")
	at := block.FindString(s)
	s = plain.Replace(s)
	switch {
	case at == "":
		return s
	case at[0] >= '0' && at[0] <= '9': // the sign behind a number makes it a list's
		sign := strings.IndexAny(s, ".)")
		return s[:sign] + `\` + s[sign:]
	}
	return `\` + s
}

// Code writes text as code within a line, outside a table; plainly, when it
// could end the code.
func Code(s string) string {
	if strings.ContainsAny(s, "`") {
		return Plain(s)
	}
	return "`" + safe.Brief(s, most) + "`"
}

var ticks = regexp.MustCompile("`+")

// Fence is a row of at least least backquotes that does not stand in text.
func Fence(text string, least int) string {
	for _, row := range ticks.FindAllString(text, -1) {
		least = max(least, len(row)+1)
	}
	return strings.Repeat("`", least)
}
