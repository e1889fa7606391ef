package table

import (
	"fmt"
	"slices"
	"strings"
)

// Markdown returns the table as GitHub's Markdown has it. Links are to anchors
// that the same document has to have.
func (t Table) Markdown() string {
	var b strings.Builder
	for _, c := range t.Columns {
		fmt.Fprintf(&b, "| %s ", linked(Plain(c.Title), c.Link))
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
	text := linked(Plain(v.Text), v.Link)
	if v.Mark != "" {
		text = v.Mark + "\u00a0" + text
	}
	if v.Doubt != "" {
		text += " ⚠"
	}
	if v.Note != "" {
		text += "<br>" + Plain(v.Note)
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

// Unlinked returns the table without links from its heads, for a document that
// has not what they lead to.
func (t Table) Unlinked() Table {
	t.Columns = slices.Clone(t.Columns)
	for i := range t.Columns {
		t.Columns[i].Link = ""
	}
	return t
}

var plain = strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`", "\n", " ")

// Plain writes text so that Markdown shows it as it is.
func Plain(s string) string { return plain.Replace(s) }
