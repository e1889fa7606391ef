package page

import (
	"fmt"
	"io"
	"strings"

	"pushbench/plots/proof"
	"pushbench/plots/reading"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// TerminalOptions say what the terminal can show. The zero value is 100
// columns without color.
type TerminalOptions struct {
	Color bool
	Width int // columns; 0: 100
}

// A titled metric is one with a head that fits a terminal.
type titledMetric struct{ head, unit string }

// terminalColumns are the metrics of a scenario's table.
func terminalColumns(s view.Scenario) []titledMetric {
	memory := titledMetric{"mem/conn", view.MemoryUnit(s.Record)}
	if s.NoEvents() {
		return []titledMetric{
			{"open", "open-sec"}, {"first event", "first-event-sec"}, {"handshake B", "handshake-B/conn"},
			{"conns/s", "conns/sec"}, {"CPU/conn", "server-cpu-sec/conn"}, memory,
		}
	}
	return []titledMetric{
		{"p50", "p50-sec"}, {"p99", "p99-sec"}, {"uncorrected", "uncorrected-p99-sec"}, {"gen. wait", view.WaitUnit}, {"age", "age-sec"}, {"wire/ev", "wire-B/event"},
		{"open", "open-sec"}, memory, {"CPU/ev", "server-cpu-sec/event"}, {"missed", "missed-events"},
	}
}

// sweepColumns are those of a sweep, one table each.
var sweepColumns = []titledMetric{{"p99 latency", "p99-sec"}, {"wire bytes per event", "wire-B/event"}}

// Terminal writes the record for a terminal, what matters most last, where it
// stays in sight: a table for each scenario, what packet captures say, the
// warnings, published numbers that the run repeated, then the answer.
func Terminal(w io.Writer, r *results.Record, o TerminalOptions) error {
	if o.Width <= 0 {
		o.Width = 100
	}
	t := &text.Screen{Width: max(o.Width, 40), Color: o.Color}
	var notes []reading.Doubt
	for _, sc := range r.Scenarios {
		s := view.New(r, sc)
		t.Paragraph("", sc.Name+": "+s.Load(), text.Strong)
		if sc.Sweep != "" {
			terminalSweep(t, s)
		} else {
			terminalTable(t, s)
		}
		t.Line("")
		notes = append(notes, reading.Doubts(s)...)
	}
	proof.ShowAudit(t, r)
	for _, n := range merged(notes) {
		t.Paragraph("⚠ ", n.Text+" ["+n.Place+"]", inkOf(n.Red))
	}
	for _, o := range proof.Omitted(r) {
		t.Paragraph("– ", "not run: "+o.String(), "")
	}
	if len(notes)+len(r.NotRun) > 0 {
		t.Line("")
	}
	proof.ShowPublished(t, r)
	alerts := reading.Alerts(r)
	for _, a := range alerts {
		t.Paragraph("⚠ ", a.Text, inkOf(a.Red))
	}
	if len(alerts) > 0 {
		t.Line("")
	}
	terminalBrief(t, reading.NewBrief(r))
	_, err := w.Write(t.Bytes())
	return err
}

// terminalBrief writes what a reader with one minute reads.
func terminalBrief(t *text.Screen, b reading.Brief) {
	if len(b.Answer) == 0 {
		t.Line("No trial is valid, so this record has no answer.")
		return
	}
	t.Paragraph("", b.Question, text.Strong)
	t.Paragraph("", b.Load, "")
	for _, line := range b.Who {
		t.Paragraph("  ", line, "")
	}
	for _, line := range b.Answer {
		t.Paragraph("• ", line, "")
	}
	if len(b.Costs.Rows) > 0 {
		t.Line("")
		t.Table(costRows(b.Costs))
		t.Paragraph("", b.Note, "")
		for _, line := range b.Gaps {
			t.Paragraph("– ", line, "")
		}
		if b.Noted != nil {
			t.Paragraph("", "Noted: "+strings.Join(b.Noted, "; ")+".", "")
		}
	}
	if len(b.Advice) > 0 || b.NoAdvice != "" {
		t.Line("")
		t.Paragraph("", "What to choose when", text.Strong)
	}
	for _, a := range b.Advice {
		t.Paragraph("• ", a.When+": "+a.Choose+". "+a.Why+" ["+a.Proof+"]", "")
	}
	if b.NoAdvice != "" {
		t.Paragraph("• ", b.NoAdvice, "")
	}
	if len(b.Others) > 0 {
		t.Line("")
		t.Paragraph("", "Other loads", text.Strong)
	}
	for _, p := range b.Others {
		t.Paragraph("• ", p.Scenario+": "+p.Text, "")
	}
}

// costRows are the medians of the table of costs.
func costRows(costs text.Table) (heads []string, rows []text.Row) {
	for _, c := range costs.Columns[1:] {
		heads = append(heads, c.Title)
	}
	for _, row := range costs.Rows {
		r := text.Row{Name: row[0].Text, Ink: view.StyleOf(row[0].Transport).Ink}
		if row[0].Doubt != "" {
			r.Name += " ⚠"
		}
		for _, v := range row[1:] {
			r.Fields = append(r.Fields, proof.Field(v))
		}
		rows = append(rows, r)
	}
	return heads, rows
}

// merged returns the notes of several scenarios with each text once, and all
// places that it concerns.
func merged(notes []reading.Doubt) []reading.Doubt {
	var out []reading.Doubt
	at := map[string]int{}
	for _, n := range notes {
		if i, ok := at[n.Text]; ok {
			out[i].Place += "; " + n.Place
			continue
		}
		at[n.Text] = len(out)
		out = append(out, n)
	}
	return out
}

func inkOf(alarming bool) string {
	if alarming {
		return text.Red
	}
	return ""
}

// terminalTable writes a scenario's table, a row for each cell.
func terminalTable(t *text.Screen, s view.Scenario) {
	var heads []string
	rows := make([]text.Row, len(s.Cells))
	for i, c := range s.Cells {
		rows[i] = text.Row{Name: c.Name, Ink: view.StyleOf(c.Transport).Ink}
		if len(c.Failed) > 0 {
			rows[i].Name += " ⚠"
		}
	}
	for _, col := range terminalColumns(s) {
		m, ok := results.MetricByUnit(col.unit)
		if !ok || !view.AnyHas(s.Cells, m) {
			continue
		}
		heads = append(heads, col.head)
		for i, c := range s.Cells {
			rows[i].Fields = append(rows[i].Fields, field(c, m))
		}
	}
	t.Table(heads, rows)
}

// terminalSweep writes a table of each metric, with a column for each point.
func terminalSweep(t *text.Screen, s view.Scenario) {
	groups := s.Lines()
	var points []string
	for _, c := range s.Cells {
		if c.Point != "" {
			points = text.Fresh(points, c.Point)
		}
	}
	for _, col := range sweepColumns {
		m, ok := results.MetricByUnit(col.unit)
		if !ok || !view.AnyHas(s.Cells, m) {
			continue
		}
		t.Line(fmt.Sprintf("%s by %s", col.head, s.SweptName()))
		rows := make([]text.Row, len(groups))
		for i, g := range groups {
			rows[i] = text.Row{Name: g[0].Name, Ink: view.StyleOf(g[0].Transport).Ink}
			for _, p := range points {
				f := text.Field{Text: "–"}
				for _, c := range g {
					if c.Point == p || c.Point == "" {
						if f = field(c, m); len(c.Failed) > 0 {
							f.Sign = "⚠"
						}
					}
				}
				rows[i].Fields = append(rows[i].Fields, f)
			}
		}
		t.Table(points, rows)
	}
}

// field is a cell's median of m.
func field(c view.Cell, m results.Metric) text.Field {
	return proof.Field(c.Value(m))
}
