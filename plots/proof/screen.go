package proof

import (
	"strings"

	"pushbench/plots/look"
	"pushbench/plots/screen"
	"pushbench/plots/table"
	"pushbench/plots/words"
	"pushbench/results"
)

// ShowClaims sets published numbers beside those of the run. Where they are not
// the same it says why. A record without any shows nothing.
func ShowClaims(t *screen.Screen, r *results.Record) {
	rows := Rows(r)
	for _, row := range rows {
		t.Line("")
		t.Paragraph("", row.Heading+" ("+row.Source+")", screen.Strong)
		lines := make([]screen.Row, len(row.Claims))
		for i, c := range row.Claims {
			v := VerdictOf(c.Verdict)
			lines[i] = screen.Row{Name: c.Quantity, Ink: ink(v.Tone == "alarming"), Fields: []screen.Field{
				{Text: words.Format(c.Theirs, c.Kind)}, {Text: words.Format(c.Ours, c.Kind)}, {Text: v.Mark + " " + v.Word},
			}}
		}
		t.Table([]string{"theirs", "ours", alignLeft("verdict", lines, 2)}, lines)
		row.showWhys(t)
	}
	if len(rows) > 0 {
		t.Line("")
		t.Paragraph("", Verdicts(r), screen.Strong)
		t.Line("")
	}
}

// showWhys says of what is not reproduced why, each reason once.
func (row Row) showWhys(t *screen.Screen) {
	type reason struct{ verdict, why string }
	var reasons []reason
	of := map[reason][]string{}
	for _, c := range row.Claims {
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
		return screen.Red
	}
	return ""
}

// alignLeft fills one field of all rows, and its head, up to the same width.
func alignLeft(head string, rows []screen.Row, field int) string {
	wide := screen.Columns(head)
	for _, r := range rows {
		wide = max(wide, screen.Columns(r.Fields[field].Text))
	}
	fill := func(text string) string { return text + strings.Repeat(" ", wide-screen.Columns(text)) }
	for _, r := range rows {
		r.Fields[field].Text = fill(r.Fields[field].Text)
	}
	return fill(head)
}

// ShowAudit says what packet captures say, in short. A record without any shows
// nothing.
func ShowAudit(t *screen.Screen, r *results.Record) {
	a, ok := Audited(r)
	if !ok {
		return
	}
	t.Line("")
	t.Paragraph("", "against the packet capture", screen.Strong)
	for _, f := range []Finding{a.Bytes, a.Latency} {
		lead := "• "
		if f.Red {
			lead = "⚠ "
		}
		t.Paragraph(lead, f.Text, ink(f.Red))
	}
	rows := make([]screen.Row, len(a.cells))
	for i, c := range a.cells {
		rows[i] = screen.Row{Name: c.Head.Text, Ink: look.Of(c.Head.Transport).Ink}
		for _, v := range c.short() {
			rows[i].Fields = append(rows[i].Fields, Field(v))
		}
	}
	t.Table([]string{"captured", "unexplained", "kernel mean", "adds", "adds p99"}, rows)
	if a.Latency.Note != "" {
		t.Paragraph("", a.Latency.Note, "")
	}
}

// Field is a value of a report's table in a terminal's.
func Field(v table.Value) screen.Field {
	if v.Doubt != "" {
		return screen.Field{Text: v.Text, Mark: "⚠"}
	}
	return screen.Field{Text: v.Text}
}
