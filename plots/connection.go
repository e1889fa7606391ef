package plots

import (
	"fmt"
	"slices"

	"pushbench/plots/chart"
	"pushbench/plots/look"
	"pushbench/plots/words"
	"pushbench/results"
)

// holding names the scenario that tells the price of a connection: of those
// without a sweep that opened connections the first one without events that
// opened one at a time, else the first without events, else the first; empty
// when there is none.
func holding(r *results.Record) string {
	best, worth := "", 0
	for _, s := range r.Scenarios {
		for _, t := range r.Trials {
			if t.Scenario != s.Name || s.Sweep != "" || t.Failed != "" || t.Connection.Opened == 0 {
				continue
			}
			if w := 1 + btoi(t.Load.Rate == 0)*(1+btoi(t.Load.Opening <= 1)); w > worth {
				best, worth = s.Name, w
			}
		}
	}
	return best
}

// aboutConnections reports whether a scenario tells the price of a connection:
// it is the one that holding names, or it has no events.
func aboutConnections(s set) bool {
	return s.any() != nil && s.scenario.Sweep == "" && (silent(s) || s.scenario.Name == holding(s.record))
}

// silent reports whether a scenario has no events but retained ones.
func silent(s set) bool {
	t := s.any()
	return t != nil && t.Load.Rate == 0
}

// opening is how many connections a set opens at a time.
func opening(s set) int {
	if t := s.any(); t != nil {
		return t.Load.Opening
	}
	return 0
}

// openReading tells the time that opening a connection takes; when many are
// opened at a time, that this time is no price.
func openReading(s set) string {
	if n := opening(s); n > 1 {
		return listing(s, "open-sec", fmt.Sprintf("One of %d connections that are opened at a time is open after %%s: the wait for the others is in it, so it is no price of a connection.", n))
	}
	return listing(s, "open-sec", "Opening a connection takes %s.")
}

// stormReading tells how fast connections are taken when many are opened at a
// time, and what each costs the server; empty for another scenario.
func stormReading(s set) string {
	const rate, cpu = "conns/sec", "server-cpu-sec/conn"
	cells := sorted(contenders(s.with(rate)), rate)
	if opening(s) <= 1 || len(cells) == 0 {
		return ""
	}
	slices.Reverse(cells)
	var parts []string
	for _, c := range cells {
		text := words.Number(c.center(rate)) + " on " + c.name
		if _, ok := c.get(cpu); ok {
			text += " (" + words.Be(len(parts)+1, "server CPU "+c.show(cpu)+" each", c.show(cpu)) + ")"
		}
		parts = append(parts, text)
	}
	return fmt.Sprintf("With %d opened at a time, connections per second are %s.", opening(s), words.Join(parts)) + sign(cells, rate, cpu)
}

// A part is one metric that is stacked.
type part struct{ name, unit string }

// phaseFigure draws what opening a connection takes, phase by phase.
func phaseFigure(s set) (Figure, bool, error) {
	queue := ""
	if n := opening(s); n > 1 {
		queue = fmt.Sprintf(" Here %d are opened at a time: each phase has the wait for the others in it.", n)
	}
	return stackFigure(s, stack{
		name: "opening", title: "Opening a connection, phase by phase", kind: "sec", whole: "open-sec", tick: true,
		axis: "time since the connect began, phases added up",
		head: "Time to open one connection (median of each phase; the line marks the median of the whole)",
		parts: []part{
			{"TCP connect", "connect-sec"}, {"TLS handshake", "tls-sec"}, {"HTTP round trip", "http-sec"},
		},
		caption: "From connect to one complete round trip, the point at which a connection counts as open on every transport. " +
			"Medians do not add up exactly, hence the line for the whole." + queue,
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
		r := chart.Row{Name: c.name, Look: look.Of(c.Transport).Look, Warn: c.weight(st.whole)}
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
