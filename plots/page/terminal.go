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

var (
	// terminalColumns are the metrics of a scenario's table.
	terminalColumns = []titledMetric{
		{"p50", "p50-sec"}, {"p99", "p99-sec"}, {"uncorrected", "uncorrected-p99-sec"}, {"gen. wait", view.WaitUnit}, {"age", "age-sec"}, {"wire/ev", "wire-B/event"},
		{"open", "open-sec"}, {"mem/conn", "server-mem-B/conn"}, {"CPU/ev", "server-cpu-sec/event"}, {"missed", "missed-events"},
	}
	// silentColumns are those of a scenario without events.
	silentColumns = []titledMetric{
		{"open", "open-sec"}, {"first event", "first-event-sec"}, {"handshake B", "handshake-B/conn"},
		{"conns/s", "conns/sec"}, {"CPU/conn", "server-cpu-sec/conn"}, {"mem/conn", "server-mem-B/conn"},
	}
	// sweepColumns are those of a sweep, one table each.
	sweepColumns = []titledMetric{{"p99 latency", "p99-sec"}, {"wire bytes per event", "wire-B/event"}}
)

// Terminal writes the record as tables for a terminal: what to know first,
// published numbers that the run repeated, the answers, one block for each
// scenario, what packet captures say, then the warnings.
func Terminal(w io.Writer, r *results.Record, o TerminalOptions) error {
	if o.Width <= 0 {
		o.Width = 100
	}
	t := &text.Screen{Width: max(o.Width, 40), Color: o.Color}
	for _, a := range reading.Alerts(r) {
		t.Paragraph("⚠ ", a.Text, inkOf(a.Red))
	}
	proof.ShowClaims(t, r)
	for _, a := range reading.Answers(r) {
		t.Paragraph("• ", a.Scenario+": "+a.Text, "")
	}
	var notes []reading.Doubt
	for _, sc := range r.Scenarios {
		s := view.New(r, sc)
		t.Line("")
		t.Paragraph("", sc.Name+": "+s.Load(), text.Strong)
		if sc.Sweep != "" {
			terminalSweep(t, s)
		} else {
			terminalTable(t, s)
		}
		notes = append(notes, reading.Doubts(s)...)
	}
	proof.ShowAudit(t, r)
	if len(notes) > 0 {
		t.Line("")
	}
	for _, n := range merged(notes) {
		t.Paragraph("⚠ ", n.Text+" ["+n.Place+"]", inkOf(n.Red))
	}
	for _, n := range r.NotRun {
		t.Paragraph("– ", "not run: "+strings.Join(strings.Fields(text.Name(n.Scenario)+" "+text.Name(n.Point)+" "+text.Name(n.Variant)), " ")+": "+text.Told(n.Reason), "")
	}
	_, err := w.Write(t.Bytes())
	return err
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
	columns := terminalColumns
	if s.NoEvents() {
		columns = silentColumns
	}
	var heads []string
	rows := make([]text.Row, len(s.Cells))
	for i, c := range s.Cells {
		rows[i] = text.Row{Name: c.Name, Ink: view.StyleOf(c.Transport).Ink}
		if len(c.Failed) > 0 {
			rows[i].Name += " ⚠"
		}
	}
	for _, col := range columns {
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
