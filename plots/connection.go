package plots

import (
	"pushbench/plots/chart"
	"pushbench/results"
)

// holding names the scenario that tells the price of a connection: the first
// one without a sweep and without events whose connections were opened, else
// the first without a sweep that opened any; empty when there is none.
func holding(r *results.Record) string {
	best := ""
	for _, s := range r.Scenarios {
		for _, t := range r.Trials {
			if t.Scenario != s.Name || s.Sweep != "" || t.Failed != "" || t.Connection.Opened == 0 {
				continue
			}
			if t.Load.Rate == 0 {
				return s.Name
			}
			if best == "" {
				best = s.Name
			}
		}
	}
	return best
}

// aboutConnections reports whether a scenario tells the price of a connection:
// it is the one that holding names, or it has no events.
func aboutConnections(s set) bool {
	t := s.any()
	return t != nil && s.scenario.Sweep == "" && (t.Load.Rate == 0 || s.scenario.Name == holding(s.record))
}

// A part is one metric that is stacked.
type part struct{ name, unit string }

// phaseFigure draws what opening a connection takes, phase by phase.
func phaseFigure(s set) (Figure, bool, error) {
	return stackFigure(s, stack{
		name: "opening", title: "Opening a connection, phase by phase", kind: "sec", whole: "open-sec", tick: true,
		axis: "time since the connect began, phases added up",
		head: "Time to open one connection (median of each phase; the line marks the median of the whole)",
		parts: []part{
			{"TCP connect", "connect-sec"}, {"TLS handshake", "tls-sec"}, {"HTTP round trip", "http-sec"},
		},
		caption: "From connect to one complete round trip, the point at which a connection counts as open on every transport. " +
			"Medians do not add up exactly, hence the line for the whole.",
		more: []string{"first-event-sec", "handshake-B/conn", "handshake-segments/conn", "server-cpu-sec/conn", "conns/sec"},
	})
}

// memoryFigure draws what holding a connection takes, component by component.
func memoryFigure(s set) (Figure, bool, error) {
	return stackFigure(s, stack{
		name: "memory", title: "Server memory of one held connection", kind: "bytes", whole: "server-mem-B/conn",
		axis: "bytes per connection",
		head: "Server memory per held, idle connection",
		parts: []part{
			{"stacks", "stacks-B/conn"}, {"heap", "heap-B/conn"}, {"Go runtime", "runtime-B/conn"}, {"kernel sockets", "kernel-B/conn"},
		},
		caption: "What the server's process and the kernel hold more, per connection, while all connections are open and idle.",
		more:    []string{"goroutines/conn", "fds/conn", "loadgen-mem-B/conn"},
	})
}

// A stack describes a figure of stacked metrics.
type stack struct {
	name, title, head, kind, caption, axis string
	whole                                  string // the metric of the whole
	tick                                   bool   // the whole is measured apart from its parts: mark it
	parts                                  []part
	more                                   []string // further metrics for the table
}

func stackFigure(s set, st stack) (Figure, bool, error) {
	f := Figure{Name: s.id(st.name), Scenario: s.scenario.Name, Title: st.title, Caption: st.caption + " Medians of the trials."}
	ch := chart.Rows{Title: st.head}
	units := []string{st.whole}
	for i, p := range st.parts {
		ch.Kinds, ch.Colors = append(ch.Kinds, p.name), append(ch.Colors, i*2)
		units = append(units, p.unit)
	}
	lo, hi := 0.0, 0.0
	var said []string
	var shown []cell
	for _, c := range s.cells {
		r := chart.Row{Name: c.name, Look: lookOf(c.Transport).Look, Warn: c.weight()}
		if st.tick {
			r.Tick = c.center(st.whole)
		}
		parts, least, most := make([]float64, len(st.parts)), 0.0, 0.0
		found := false
		for i, p := range st.parts {
			_, ok := c.get(p.unit)
			found = found || ok
			parts[i] = c.center(p.unit)
			least, most = least+min(0, parts[i]), most+max(0, parts[i])
		}
		if !found {
			continue
		}
		r.Bars = []chart.Bar{{Parts: parts, Text: c.show(st.whole)}}
		lo, hi = min(lo, least), max(hi, most, r.Tick)
		ch.Rows, shown = append(ch.Rows, r), append(shown, c)
		said = append(said, c.name+": "+c.show(st.whole))
	}
	if len(ch.Rows) == 0 {
		return Figure{}, false, nil
	}
	ch.X = chart.Linear(lo, hi, st.kind)
	ch.X.Title = st.axis
	f.Table = metricTable(shown, append(units, st.more...)...)
	return f.draw("Stacked bar chart: "+st.head+".", said, ch)
}
