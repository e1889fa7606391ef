package atlas

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"pushbench/plots/chart"
	"pushbench/plots/figure"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// A forest is a figure of one metric: a row for each server, with the interval.
type forest struct {
	name, title, unit, caption string
	tail                       string   // a metric of which the same is drawn below, thin; empty: none
	more                       []string // further metrics for the table
}

var (
	latency = forest{"latency", "Event latency", "p50-sec", "From when an event was due until its last byte reached a client; thin: the 99th percentile.", "p99-sec", []string{"p90-sec", "p99-sec", "max-sec"}}
	cpu     = forest{"cpu", "Server CPU per delivered event", "server-cpu-sec/event", "The time of all processes of the server, user and system, divided by the deliveries.", "", []string{"server-syscalls/event"}}
	held    = forest{"memory", "Memory per held connection", memory, "What the server's processes grow by for each client that waits, seen from outside.",
		"", []string{"fds/conn", "open-sec", "handshake-B/conn", "server-cpu-sec/conn"}}
)

// figures draws what the servers did over one transport.
func figures(events, idle view.Scenario) ([]figure.Figure, error) {
	events.Cells = slices.Clone(events.Cells)
	for i, c := range events.Cells {
		if newestOnly(c) {
			events.Cells[i].Name += " (newest events only)"
		}
	}
	var out []figure.Figure
	for _, draw := range []func() (figure.Figure, bool, error){
		func() (figure.Figure, bool, error) { return latency.draw(events) },
		func() (figure.Figure, bool, error) { return cpu.draw(events) },
		func() (figure.Figure, bool, error) { return ledger(events) },
		func() (figure.Figure, bool, error) { return held.draw(idle) },
	} {
		f, ok, err := draw()
		if err != nil {
			return nil, err
		}
		if ok {
			f.Table.Columns[0].Title = "server"
			f.Table = f.Table.Unlinked()
			out = append(out, f)
		}
	}
	return out, nil
}

// ledger draws what the bytes are. Parts of a mean add up to it, parts of a median do not.
func ledger(events view.Scenario) (figure.Figure, bool, error) {
	f, ok, err := figure.Bytes(events)
	if ok {
		f.Caption += " The table of all numbers has medians, which can differ from these means."
	}
	return f, ok, err
}

// units are the metrics that the page has of a load: in the table, and in the figures.
func units(of bool) (all []string) {
	for _, c := range columns() {
		if c.metric != nil && c.held == of {
			all = append(all, c.metric.Unit)
		}
	}
	forests := []forest{latency, cpu}
	if of {
		forests = []forest{held}
	}
	for _, f := range forests {
		all = append(all, f.more...)
	}
	return all
}

// draw draws the medians of the metric with their bounds, on a logarithmic axis. ok is
// false when no server has it.
func (f forest) draw(s view.Scenario) (out figure.Figure, ok bool, err error) {
	m, _ := results.MetricByUnit(f.unit)
	tail, _ := results.MetricByUnit(f.tail)
	ch := chart.Forest{Title: f.title}
	lo, hi, bounds := math.Inf(1), 0.0, "95 % interval"
	var said, lacking []string
	for _, c := range s.Cells {
		sum, ok := c.Summarize(m)
		if !ok || sum.Center <= 0 {
			if c.Why(m) == "" {
				lacking = append(lacking, c.Name)
			}
			continue
		}
		if !sum.Interval && !sum.Exact {
			bounds = "95 % interval, or the least and the greatest of fewer than six trials (hollow)"
		}
		v := c.Value(m)
		ch.Changes = append(ch.Changes, chart.Change{
			Name: c.Name, Sub: trialCount(c, sum), Ink: ink(c, m), Hollow: !sum.Interval && !sum.Exact,
			Mid: sum.Center, Lo: sum.Lo, Hi: sum.Hi, Text: v.Text + sign(v), Note: v.Note,
		})
		lo, hi = min(lo, max(sum.Lo, sum.Center/1e3)), max(hi, sum.Hi)
		if far, ok := c.Get(f.tail); ok {
			last := &ch.Changes[len(ch.Changes)-1]
			last.Null, last.Note = &chart.Between{Mid: far.Center, Lo: far.Lo, Hi: far.Hi}, tail.Short+" "+text.Format(far.Center, tail.Kind)
			ch.Keys[2], hi = tail.Short, max(hi, far.Hi)
		}
		said = append(said, strings.TrimSpace(c.Name+": "+v.Text+" "+v.Note))
	}
	if len(ch.Changes) == 0 {
		return figure.Figure{}, false, nil
	}
	ch.Keys[0] = "median and " + bounds
	ch.X = chart.Log(lo, hi, m.Kind)
	ch.X.Title = strings.ToLower(f.title[:1]) + f.title[1:] + ", logarithmic"
	out = figure.Figure{
		Name: s.ID(f.name), Scenario: s.Scenario.Name, Title: f.title,
		Caption: f.caption + " Where the lines of two servers overlap, the figure shows no difference between them.",
		Table:   view.MetricTable(s.Cells, append([]string{f.unit}, f.more...)...),
	}
	for i, c := range out.Table.Columns { // captions name the columns: in words
		for _, m := range results.Metrics() {
			if m.Short == c.Title {
				out.Table.Columns[i].Title = m.Title
			}
		}
	}
	for i, c := range s.Cells {
		if sum, ok := c.Summarize(m); ok && sum.N < len(c.Trials) {
			row := out.Table.Rows[i]
			row[len(row)-1].Text = fmt.Sprintf("%d of %d", sum.N, len(c.Trials))
		}
	}
	for _, gap := range view.TakeGaps(&out.Table, s.Cells) {
		out.Caption += " " + gap
	}
	if len(lacking) > 0 {
		out.Caption += fmt.Sprintf(" Without a number: %s.", text.Join(lacking))
	}
	out.Description = "Chart of medians with their bounds on a logarithmic axis. " + strings.Join(said, "; ") + "."
	out.SVG, err = chart.SVG(out.Name, out.Title+", "+out.Scenario, out.Description, ch)
	return out, err == nil, err
}

// ink says how much there is to doubt in a number.
func ink(c view.Cell, m results.Metric) color.RGBA {
	switch _, w := c.Doubt(m); w {
	case chart.Alarming:
		return chart.Up
	case chart.Doubtful:
		return chart.Open
	}
	return chart.Calm
}

// sign is the warning sign behind a number that there is something to doubt in.
func sign(v text.Value) string {
	if v.Doubt == "" {
		return ""
	}
	return "\u00a0⚠\u00a0" + v.Doubtful
}
