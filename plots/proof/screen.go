package proof

import (
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// ShowPublished sets published numbers beside those of the run. Where they are not
// the same it says why. A record without any shows nothing.
func ShowPublished(t *text.Screen, r *results.Record) {
	rows := Rows(r)
	for _, row := range rows {
		t.Paragraph("", row.Heading+" ("+row.Source+")", text.Strong)
		lines := make([]text.Row, len(row.Numbers))
		for i, c := range row.Numbers {
			v := VerdictOf(c.Verdict)
			lines[i] = text.Row{Name: c.Quantity, Ink: ink(v.Tone == "alarming"), Fields: []text.Field{
				{Text: text.Format(c.Theirs, c.Kind)}, {Text: text.Format(c.Ours, c.Kind)}, {Text: v.Mark + " " + v.Word},
			}}
		}
		t.Table([]string{"theirs", "ours", alignLeft("verdict", lines, 2)}, lines)
		row.showWhys(t)
		t.Line("")
	}
	if len(rows) > 0 {
		t.Paragraph("", Verdicts(r), text.Strong)
		t.Line("")
	}
}

// showWhys says of what is not reproduced why, each reason once.
func (row Row) showWhys(t *text.Screen) {
	type reason struct{ verdict, why string }
	var reasons []reason
	of := map[reason][]string{}
	for _, c := range row.Numbers {
		r := reason{c.Verdict, c.Why}
		if word := VerdictOf(c.Verdict).Word; word == "reproduced" || word == "as predicted" || c.Why == "" {
			continue
		}
		if of[r] == nil {
			reasons = append(reasons, r)
		}
		of[r] = append(of[r], c.Quantity)
	}
	for _, r := range reasons {
		t.Paragraph("  "+VerdictOf(r.verdict).Mark+" ", strings.Join(of[r], "; ")+": "+r.why, "")
	}
}

func ink(alarming bool) string {
	if alarming {
		return text.Red
	}
	return ""
}

// alignLeft fills one field of all rows, and its head, up to the same width.
func alignLeft(head string, rows []text.Row, field int) string {
	wide := text.Width(head)
	for _, r := range rows {
		wide = max(wide, text.Width(r.Fields[field].Text))
	}
	fill := func(line string) string { return line + strings.Repeat(" ", wide-text.Width(line)) }
	for _, r := range rows {
		r.Fields[field].Text = fill(r.Fields[field].Text)
	}
	return fill(head)
}

// ShowAudit says what packet captures say, in short. A record without any shows
// nothing.
func ShowAudit(t *text.Screen, r *results.Record) {
	a, ok := Audited(r)
	if !ok {
		return
	}
	t.Paragraph("", "compared with the packet capture", text.Strong)
	for _, f := range []Finding{a.Bytes, a.Latency} {
		lead := "• "
		if f.Red {
			lead = "⚠ "
		}
		t.Paragraph(lead, f.Text, ink(f.Red))
	}
	rows := make([]text.Row, len(a.cells))
	for i, c := range a.cells {
		rows[i] = text.Row{Name: c.Head.Text, Ink: view.StyleOf(c.Head.Transport).Ink}
		for _, v := range c.short() {
			rows[i].Fields = append(rows[i].Fields, Field(v))
		}
	}
	t.Table([]string{"captured", "unexplained", "kernel mean", "adds", "adds p99"}, rows)
	if a.Latency.Note != "" {
		t.Paragraph("", a.Latency.Note, "")
	}
	t.Line("")
}

// Field is a value of a report's table in a terminal's.
func Field(v text.Value) text.Field {
	if v.Doubt != "" {
		return text.Field{Text: v.Text, Sign: "⚠"}
	}
	return text.Field{Text: v.Text}
}
