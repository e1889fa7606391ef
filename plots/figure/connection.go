package figure

import (
	"fmt"

	"pushbench/plots/chart"
	"pushbench/plots/view"
)

// A part is one metric that is stacked.
type part struct{ name, unit string }

// phaseFigure draws what opening a connection takes, phase by phase.
func phaseFigure(s view.Scenario) (Figure, bool, error) {
	queue := ""
	if n := s.Opening(); n > 1 {
		queue = fmt.Sprintf(" Here %d connections are opened at a time, so each phase contains the wait for the others.", n)
	}
	return stackFigure(s, stack{
		name: "opening", title: "Opening a connection, phase by phase", kind: "sec", total: "open-sec", tick: true,
		axis: "time since the connect began, phases added up",
		head: "Time to open one connection (median of each phase; the line marks the median of the whole)",
		parts: []part{
			{"TCP connect", "connect-sec"}, {"TLS handshake", "tls-sec"}, {"HTTP round trip", "http-sec"},
		},
		caption: "From connect to one complete round trip, the point at which a connection counts as open on every transport. " +
			"The medians of the phases do not add up exactly, so a line marks the median of the whole." + queue,
		more: []string{"first-event-sec", "handshake-B/conn", "handshake-segments/conn", "server-cpu-sec/conn", "conns/sec"},
	})
}

// memoryFigure draws what holding a connection takes, component by component.
func memoryFigure(s view.Scenario) (Figure, bool, error) {
	if view.AnyForeign(s.Record) {
		return outsideFigure(s)
	}
	return stackFigure(s, stack{
		name: "memory", title: "Server memory of one open connection", kind: "bytes", total: "server-mem-B/conn",
		axis: "bytes per connection",
		head: "Server memory per open, idle connection",
		parts: []part{
			{"stacks", "stacks-B/conn"}, {"heap", "heap-B/conn"}, {"Go runtime", "runtime-B/conn"}, {"kernel sockets", "kernel-B/conn"},
		},
		caption: "How much more memory the server's process and the kernel use, per connection, while all connections are open and idle.",
		more:    []string{"goroutines/conn", "fds/conn", "loadgen-mem-B/conn"},
	})
}

// outsideFigure draws the same as it is seen from outside, of any server.
func outsideFigure(s view.Scenario) (Figure, bool, error) {
	return stackFigure(s, stack{
		name: "memory", title: "Server memory of one open connection, seen from outside", kind: "bytes", total: view.MemoryUnit(s.Record),
		axis:  "bytes per connection",
		head:  "Server memory per open, idle connection, seen from outside",
		parts: []part{{"resident", "resident-B/conn"}, {"kernel sockets", "kernel-B/conn"}},
		caption: "How much more memory the processes of each server and the kernel use, per connection, while all connections are open and idle. " +
			"It is read from outside, in the same way for all targets.",
		more: []string{"fds/conn", "loadgen-mem-B/conn"},
	})
}

// A stack describes a figure of stacked metrics.
type stack struct {
	name, title, head, kind, caption, axis string
	total                                  string // the metric of the whole
	tick                                   bool   // the whole is measured apart from its parts: mark it
	parts                                  []part
	more                                   []string // further metrics for the table
}

func stackFigure(s view.Scenario, st stack) (Figure, bool, error) {
	f := Figure{Name: s.ID(st.name), Scenario: s.Scenario.Name, Title: st.title, Caption: st.caption + " Medians of the trials."}
	ch := chart.Rows{Title: st.head}
	units := []string{st.total}
	for i, p := range st.parts {
		ch.Kinds, ch.Colors = append(ch.Kinds, p.name), append(ch.Colors, i*2)
		units = append(units, p.unit)
	}
	lo, hi := 0.0, 0.0
	var said []string
	var shown []view.Cell
	for _, c := range s.Cells {
		r := chart.Row{Name: c.Name, Stroke: c.Stroke(), Warn: c.Weight(st.total)}
		if st.tick {
			r.Tick = c.Center(st.total)
		}
		parts, least, most := make([]float64, len(st.parts)), 0.0, 0.0
		found := false
		for i, p := range st.parts {
			_, ok := c.Get(p.unit)
			found = found || ok
			parts[i] = c.Center(p.unit)
			least, most = least+min(0, parts[i]), most+max(0, parts[i])
		}
		if !found {
			continue
		}
		r.Bars = []chart.Bar{{Parts: parts, Text: c.Show(st.total)}}
		lo, hi = min(lo, least), max(hi, most, r.Tick)
		ch.Rows, shown = append(ch.Rows, r), append(shown, c)
		said = append(said, c.Name+": "+c.Show(st.total))
	}
	if len(ch.Rows) == 0 {
		return Figure{}, false, nil
	}
	ch.X = chart.Linear(lo, hi, st.kind)
	ch.X.Title = st.axis
	f.Table = view.MetricTable(shown, append(units, st.more...)...)
	return f.draw("Stacked bar chart: "+st.head+".", said, ch)
}
