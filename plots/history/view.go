// Package history draws how each metric moved.
//
// All of it is a pure function of the history, but for WriteAll, which writes
// files.
package history

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/history"
)

// A report is a history as page, Markdown and terminal tell it.
type report struct {
	Headline string
	Span     string   // which commits, against which anchors, measured by which machines
	Moved    []moved  // the newest first
	Notes    []string // what was skipped
	Cells    []cell
	Level    string // of significance
}

// A cell is what one cell of the history has.
type cell struct {
	Name    string
	Key     string // as accepted.yaml has it
	ID      string
	Table   text.Table
	Changed []panel // metrics with a change
	Others  []panel // and without one
}

func newReport(h *history.History) (report, error) {
	rep := report{Headline: headline(h), Span: span(h), Notes: slices.Clone(h.Notes),
		Level: percent(math.Log1p(history.Level), false)}
	for i := range h.Series {
		s := &h.Series[i]
		n := slices.IndexFunc(rep.Cells, func(c cell) bool { return c.Key == s.Cell.Name() })
		if n < 0 {
			n = len(rep.Cells)
			rep.Cells = append(rep.Cells, cell{Name: cellName(s.Cell), Key: s.Cell.Name(),
				ID: fmt.Sprintf("cell-%d", n+1), Table: text.Table{
					Columns: append(text.Heads("number", "at the last commit", "level", "commits"),
						text.Column{Title: "last change"})}})
		}
		c := &rep.Cells[n]
		p := panel{ID: fmt.Sprintf("figure-%d", i+1), Title: text.Upper(s.Title), Scenario: cellName(s.Cell)}
		if drawn(s) {
			if err := p.draw(h, s); err != nil {
				return rep, err
			}
			if len(s.Changes) > 0 {
				c.Changed = append(c.Changed, p)
			} else {
				c.Others = append(c.Others, p)
			}
		}
		c.Table.Rows = append(c.Table.Rows, row(h, s, p))
		if n := len(s.Changes); n > told {
			rep.Notes = append(rep.Notes, fmt.Sprintf("%s of %s changed %d times: the last %d changes are told here, and all are in the table of its figure.",
				text.Upper(text.Name(s.Title)), cellName(s.Cell), n, told))
		}
		for _, ch := range last(s.Changes) {
			rep.Moved = append(rep.Moved, moved{Text: sentence(h, s, ch), Tone: tone(ch), Word: word(ch), Link: p.ID,
				at: s.Points[ch.At].Commit})
		}
	}
	slices.SortStableFunc(rep.Moved, func(a, b moved) int { return b.at - a.at })
	return rep, nil
}

// told is how many changes of a series are told in sentences: the last ones.
const told = 5

func last(all []history.Change) []history.Change { return all[max(0, len(all)-told):] }

// headline says in one sentence what moved.
func headline(h *history.History) string {
	if len(h.Commits) == 0 {
		return "The history has no commit yet."
	}
	var worse, accepted, better, scatter int
	for _, s := range h.Series {
		for _, c := range s.Changes {
			switch {
			case c.Scatter != "":
				scatter++
			case c.Worse && c.Accepted != "":
				accepted++
			case c.Worse:
				worse++
			default:
				better++
			}
		}
	}
	in := " in " + text.Count(len(h.Commits), "commit")
	all := worse + accepted + better + scatter
	if all == 0 {
		return "No number changed" + in + "."
	}
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{worse, "for the worse"}, {accepted, "for the worse, which was accepted"}, {better, "for the better"}, {scatter, "of how a number scatters"}} {
		if p.n > 0 {
			parts = append(parts, text.Number(float64(p.n))+" "+p.what)
		}
	}
	return text.Count(all, "change") + in + ": " + strings.Join(parts, "; ") + "."
}

// span says what the history reaches over.
func span(h *history.History) string {
	if len(h.Commits) == 0 {
		return ""
	}
	var anchors, machines []string
	for _, l := range h.Commits {
		anchors = text.Fresh(anchors, history.Short(l.Anchor))
		machines = text.Fresh(machines, machine(l.Class))
	}
	first, last := h.Commits[0], h.Commits[len(h.Commits)-1]
	out := fmt.Sprintf("From %s (%s) to %s (%s), each against the anchor of its job: %s.",
		history.Short(first.Commit), day(first.When()),
		history.Short(last.Commit), day(last.When()), text.Join(anchors))
	if len(machines) == 1 {
		return out + " Measured on " + machines[0] + "."
	}
	return fmt.Sprintf("%s Measured on %s of machine, the last commit on %s.", out, text.Count(len(machines), "kind"),
		machine(last.Class))
}

// machine names a class of machines.
func machine(c history.Class) string {
	return fmt.Sprintf("%s with %s, kernel %s, %s", text.Name(c.CPU), text.Count(c.Cores, "core"),
		text.Name(c.Kernel), text.Name(c.Go))
}

// cellName is what readers see for a cell.
func cellName(c history.Cell) string {
	name := text.Name(c.Variant)
	if c.Transport != "" {
		name = view.CellName(results.Cell{Sweep: c.Sweep, Point: c.Point, Variant: c.Variant,
			Transport: c.Transport, Settings: c.Settings})
	}
	name += " in " + text.Name(c.Scenario)
	if v, err := strconv.ParseFloat(c.Point, 64); err == nil {
		return name + " at " + text.Point(c.Sweep, v)
	}
	return strings.TrimSpace(name + " " + text.Name(c.Point))
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// percent writes a logarithm of a ratio as a change in percent.
func percent(v float64, signed bool) string {
	p := 100 * math.Expm1(v)
	digits := 1
	if math.Abs(p) >= 99.95 {
		digits = 0
	}
	out := strings.Replace(strconv.FormatFloat(p, 'f', digits, 64), "-", "−", 1)
	switch {
	case strings.Trim(out, "−0.") == "":
		out = strings.TrimPrefix(out, "−")
	case p > 0 && signed:
		out = "+" + out
	}
	return out + "\u00a0%"
}

// shown writes a value of a series: its level or one of its points.
func shown(s *history.Series, v float64) string {
	if s.Exact {
		return number(v, s.Kind)
	}
	return percent(v, true)
}

// number writes a count to the last unit: what differs by one looks different.
func number(v float64, kind string) string {
	switch {
	case v == math.Trunc(v) && math.Abs(v) < 1e15 && kind == "bytes":
		return text.Format(v, "count") + "\u00a0B"
	case v == math.Trunc(v) && kind != "sec" && kind != "share":
		return text.Format(v, "count")
	case kind == "bytes":
		return strconv.FormatFloat(v, 'g', 8, 64) + "\u00a0B"
	case kind == "count":
		return strconv.FormatFloat(v, 'g', 8, 64)
	}
	return results.FormatValue(v, kind)
}

// row is a series in the table of its cell.
func row(h *history.History, s *history.Series, p panel) []text.Value {
	out := []text.Value{{Text: s.Title, Note: s.Metric}, {Text: "–"}, {Text: "–"},
		{Text: text.Number(float64(len(s.Points)))}, {Text: "none"}}
	if p.SVG != nil {
		out[0].Link = p.ID
	}
	if s.Void > 0 {
		out[3].Note = text.Number(float64(s.Void)) + " left out"
	}
	if n := len(s.Points); n > 0 {
		p := s.Points[n-1]
		out[1].Text, out[2].Text = shown(s, p.Y), shown(s, p.Level)
		if p.Lo < p.Hi {
			out[1].Note = percent(p.Lo, true) + " to " + percent(p.Hi, true)
		}
		if p.Commit != len(h.Commits)-1 {
			out[1].Note = strings.TrimSpace(out[1].Note + " at " + history.Short(h.Commits[p.Commit].Commit))
		}
	}
	if n := len(s.Changes); n > 0 {
		c := s.Changes[n-1]
		out[4] = text.Value{Text: by(s, c) + " at " + history.Short(c.Commit), Tone: tone(c), Sign: "▲"}
		switch {
		case c.Scatter != "":
			out[4].Sign = ""
		case c.After < c.Before:
			out[4].Sign = "▼"
		}
		if c.Accepted != "" {
			out[4].Note = "accepted by " + text.Name(c.Accepted)
		}
		if n > 1 {
			out[4].Note = strings.TrimPrefix(out[4].Note+"; "+text.Count(n, "change")+" in all", "; ")
		}
	}
	return out
}
