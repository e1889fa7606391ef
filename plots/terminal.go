package plots

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"pushbench/results"
)

// TerminalOptions say what the terminal can show. The zero value is 100
// columns without color.
type TerminalOptions struct {
	Color bool
	Width int // columns; 0: 100
}

// terminalColumns are the metrics of a scenario's table, with heads that fit.
var terminalColumns = []struct{ head, unit string }{
	{"p50", "p50-sec"}, {"p99", "p99-sec"}, {"age", "age-sec"}, {"wire/ev", "wire-B/event"}, {"overhead", "overhead-B/event"},
	{"open", "open-sec"}, {"mem/conn", "server-mem-B/conn"}, {"CPU/ev", "server-cpu-sec/event"}, {"missed", "missed-events"},
}

// sweepColumns are the metrics of a sweep, one table each.
var sweepColumns = []struct{ head, unit string }{{"p99 latency", "p99-sec"}, {"wire bytes per event", "wire-B/event"}}

// Terminal writes the record as tables for a terminal: what to know first, the
// answers, one block for each scenario, then the warnings.
func Terminal(w io.Writer, r *results.Record, o TerminalOptions) error {
	if o.Width <= 0 {
		o.Width = 100
	}
	t := &screen{width: max(o.Width, 40), color: o.Color}
	for _, a := range alerts(r) {
		t.paragraph("⚠ ", a.Text, inkOf(a.Red))
	}
	for _, a := range Answers(r) {
		t.paragraph("• ", a, "")
	}
	var notes []doubtNote
	for _, sc := range r.Scenarios {
		s := newSet(r, sc)
		t.line("")
		t.paragraph("", sc.Name+": "+s.load(), strong)
		if sc.Sweep != "" {
			t.sweep(s)
		} else {
			t.block(s)
		}
		for _, n := range doubts(s) {
			n.Cells = sc.Name + ": " + n.Cells
			notes = append(notes, n)
		}
	}
	if len(notes) > 0 {
		t.line("")
	}
	for _, n := range notes {
		t.paragraph("⚠ ", n.Text+" ["+n.Cells+"]", inkOf(n.Red))
	}
	for _, n := range r.NotRun {
		t.paragraph("– ", "not run: "+strings.Join(strings.Fields(n.Scenario+" "+n.Point+" "+n.Variant), " ")+": "+n.Reason, "")
	}
	_, err := w.Write(t.buf.Bytes())
	return err
}

// Escape sequences (ECMA-48 SGR).
const (
	red    = "\x1b[31m"
	strong = "\x1b[1m"
	normal = "\x1b[0m"
)

// inks are the transports' colors of 256 that come closest to the figures'.
var inks = map[string]string{
	"polling": "\x1b[38;5;166m", "longpoll": "\x1b[38;5;175m", "sse": "\x1b[38;5;32m", "websocket": "\x1b[38;5;36m", "tcp": "\x1b[38;5;244m",
}

func inkOf(alarming bool) string {
	if alarming {
		return red
	}
	return ""
}

// A screen is lines of at most width columns.
type screen struct {
	buf   bytes.Buffer
	width int
	color bool
}

// line ends a line. Spaces that nothing breaks at have done their work: what
// is copied or searched for has plain ones.
func (t *screen) line(s string) {
	t.buf.WriteString(strings.TrimRight(strings.ReplaceAll(s, "\u00a0", " "), " ") + "\n")
}

func (t *screen) paint(s, ink string) string {
	if !t.color || ink == "" {
		return s
	}
	return ink + s + normal
}

// paragraph writes text, broken at spaces, its lines after the first indented
// by the lead's width.
func (t *screen) paragraph(lead, text, ink string) {
	indent := strings.Repeat(" ", columnsOf(lead))
	out := lead
	empty := true
	for word := range strings.SplitSeq(text, " ") {
		if !empty && columnsOf(out)+1+columnsOf(word) > t.width {
			t.line(t.paint(out, ink))
			out, empty = indent, true
		}
		if !empty {
			out += " "
		}
		out += cut(word, t.width-columnsOf(indent))
		empty = false
	}
	t.line(t.paint(out, ink))
}

// block writes a scenario's table.
func (t *screen) block(s set) {
	var used []int
	for i, c := range terminalColumns {
		if m, ok := results.MetricByUnit(c.unit); ok && anyHas(s.cells, m) {
			used = append(used, i)
		}
	}
	heads := make([]string, len(used))
	for i, u := range used {
		heads[i] = terminalColumns[u].head
	}
	t.table(heads, s.cells, func(c cell, i int) string { return c.show(terminalColumns[used[i]].unit) })
}

// sweep writes a table of each metric, with a column for each point.
func (t *screen) sweep(s set) {
	groups := sweepGroups(s)
	var rows []cell
	var points []string
	for _, g := range groups {
		rows = append(rows, g[0])
		for _, c := range g {
			if c.Point != "" {
				points = appendNew(points, c.Point)
			}
		}
	}
	for _, col := range sweepColumns {
		m, ok := results.MetricByUnit(col.unit)
		if !ok || !anyHas(s.cells, m) {
			continue
		}
		t.line(fmt.Sprintf("%s by %s", col.head, sweptName(s)))
		t.table(points, rows, func(row cell, i int) string {
			for _, g := range groups {
				for _, c := range g {
					if c.name == row.name && (c.Point == points[i] || c.Point == "") {
						return c.value(m).Text + warnMark(c)
					}
				}
			}
			return "–"
		})
	}
}

func warnMark(c cell) string {
	if c.doubt() != "" {
		return "⚠"
	}
	return ""
}

// table writes rows of values, in as many blocks one under the other as the
// width asks for.
func (t *screen) table(heads []string, rows []cell, value func(row cell, i int) string) {
	name, all, gap := 0, 0, 2
	widths := make([]int, len(heads))
	for i, h := range heads {
		widths[i] = columnsOf(h)
		for _, c := range rows {
			widths[i] = max(widths[i], columnsOf(value(c, i)))
			name = max(name, columnsOf(c.name)+2)
		}
		all += widths[i]
	}
	if name+all+gap*len(heads) > t.width {
		gap = 1
	}
	name = min(name, max(t.width/4, t.width-all-gap*len(heads)))
	for from := 0; from < len(heads); {
		to, end := from, name
		for to < len(heads) && (to == from || end+gap+widths[to] <= t.width) {
			end += gap + widths[to]
			to++
		}
		out := strings.Repeat(" ", name)
		for i := from; i < to; i++ {
			out += right(heads[i], gap+widths[i])
		}
		t.line(t.paint(out, strong))
		for _, c := range rows {
			label := cut(c.name, name-2)
			if c.Point == "" && c.doubt() != "" {
				label += " ⚠"
			}
			out := t.paint(label, inks[c.Transport]) + strings.Repeat(" ", name-columnsOf(label))
			for i := from; i < to; i++ {
				out += right(value(c, i), gap+widths[i])
			}
			t.line(out)
		}
		from = to
	}
}

// width measures text as terminals outside East Asia do, whatever the locale
// says, so that a record gives the same lines everywhere.
var width = runewidth.Condition{StrictEmojiNeutral: true}

func columnsOf(s string) int { return width.StringWidth(s) }

// cut shortens s to n columns.
func cut(s string, n int) string { return width.Truncate(s, n, "…") }

// right aligns s to the right of n columns.
func right(s string, n int) string {
	s = cut(s, n-1)
	return strings.Repeat(" ", n-columnsOf(s)) + s
}
