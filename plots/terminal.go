package plots

import (
	"fmt"
	"io"
	"strings"

	"pushbench/plots/look"
	"pushbench/plots/proof"
	"pushbench/plots/screen"
	"pushbench/plots/words"
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
		{"p50", "p50-sec"}, {"p99", "p99-sec"}, {"uncorrected", "uncorrected-p99-sec"}, {"gen. wait", waitUnit}, {"age", "age-sec"}, {"wire/ev", "wire-B/event"},
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
	t := &screen.Screen{Width: max(o.Width, 40), Color: o.Color}
	for _, a := range alerts(r) {
		t.Paragraph("⚠ ", a.Text, inkOf(a.Red))
	}
	proof.ShowClaims(t, r)
	for _, a := range answers(r) {
		t.Paragraph("• ", a.Scenario+": "+a.Text, "")
	}
	var notes []doubtNote
	for _, sc := range r.Scenarios {
		s := newSet(r, sc)
		t.Line("")
		t.Paragraph("", sc.Name+": "+s.load(), screen.Strong)
		if sc.Sweep != "" {
			terminalSweep(t, s)
		} else {
			terminalTable(t, s)
		}
		notes = append(notes, doubts(s)...)
	}
	proof.ShowAudit(t, r)
	if len(notes) > 0 {
		t.Line("")
	}
	for _, n := range merged(notes) {
		t.Paragraph("⚠ ", n.Text+" ["+n.place+"]", inkOf(n.Red))
	}
	for _, n := range r.NotRun {
		t.Paragraph("– ", "not run: "+strings.Join(strings.Fields(words.Name(n.Scenario)+" "+words.Name(n.Point)+" "+words.Name(n.Variant)), " ")+": "+words.Told(n.Reason), "")
	}
	_, err := w.Write(t.Bytes())
	return err
}

// merged returns the notes of several scenarios with each text once, and all
// places that it concerns.
func merged(notes []doubtNote) []doubtNote {
	var out []doubtNote
	at := map[string]int{}
	for _, n := range notes {
		if i, ok := at[n.Text]; ok {
			out[i].place += "; " + n.place
			continue
		}
		at[n.Text] = len(out)
		out = append(out, n)
	}
	return out
}

func inkOf(alarming bool) string {
	if alarming {
		return screen.Red
	}
	return ""
}

// terminalTable writes a scenario's table, a row for each cell.
func terminalTable(t *screen.Screen, s set) {
	columns := terminalColumns
	if silent(s) {
		columns = silentColumns
	}
	var heads []string
	rows := make([]screen.Row, len(s.cells))
	for i, c := range s.cells {
		rows[i] = screen.Row{Name: c.name, Ink: look.Of(c.Transport).Ink}
		if len(c.Failed) > 0 {
			rows[i].Name += " ⚠"
		}
	}
	for _, col := range columns {
		m, ok := results.MetricByUnit(col.unit)
		if !ok || !anyHas(s.cells, m) {
			continue
		}
		heads = append(heads, col.head)
		for i, c := range s.cells {
			rows[i].Fields = append(rows[i].Fields, c.field(m))
		}
	}
	t.Table(heads, rows)
}

// terminalSweep writes a table of each metric, with a column for each point.
func terminalSweep(t *screen.Screen, s set) {
	groups := sweepGroups(s)
	var points []string
	for _, c := range s.cells {
		if c.Point != "" {
			points = words.Fresh(points, c.Point)
		}
	}
	for _, col := range sweepColumns {
		m, ok := results.MetricByUnit(col.unit)
		if !ok || !anyHas(s.cells, m) {
			continue
		}
		t.Line(fmt.Sprintf("%s by %s", col.head, sweptName(s)))
		rows := make([]screen.Row, len(groups))
		for i, g := range groups {
			rows[i] = screen.Row{Name: g[0].name, Ink: look.Of(g[0].Transport).Ink}
			for _, p := range points {
				f := screen.Field{Text: "–"}
				for _, c := range g {
					if c.Point == p || c.Point == "" {
						if f = c.field(m); len(c.Failed) > 0 {
							f.Mark = "⚠"
						}
					}
				}
				rows[i].Fields = append(rows[i].Fields, f)
			}
		}
		t.Table(points, rows)
	}
}

// field is the cell's median of m.
func (c cell) field(m results.Metric) screen.Field {
	return proof.Field(c.value(m))
}
