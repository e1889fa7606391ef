package reading

import (
	"fmt"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// Decision returns the table that decides: one row for each contender of the
// first scenario with events, and the name of that scenario. What each is good for
// is said by comparison, and so not of one alone.
func Decision(r *results.Record) (text.Table, string) {
	t := text.Table{Columns: text.Heads("transport", "how late", "bytes per event", "server CPU per event", "opening a connection", "holding it open")}
	for i, unit := range []string{"p50-sec", "wire-B/event", "server-cpu-sec/event", "open-sec", "server-mem-B/conn"} {
		t.Columns[i+1].Link = view.MetricID(unit)
	}
	held, queue := view.Find(r, view.ConnectionScenario(r)), ""
	if n := held.Opening(); n > 1 {
		queue = fmt.Sprintf("%d at a time; ", n)
	}
	for _, sc := range r.Scenarios {
		s := view.New(r, sc)
		cells := view.Contenders(s.With("p50-sec"))
		if sc.Sweep != "" || len(cells) == 0 {
			continue
		}
		if len(cells) > 1 {
			t.Columns = append(t.Columns, text.Column{Title: "good for, by these numbers"})
		}
		for _, c := range cells {
			h := counterpart(held, c)
			row := []text.Value{
				c.Head(), costOf(c, "p50-sec", "p99-sec", "99 % within "), costOf(c, "wire-B/event", "overhead-B/event", "overhead "),
				costOf(c, "server-cpu-sec/event", "", ""), costOf(h, "open-sec", "handshake-B/conn", queue+"handshake "), costOf(h, "server-mem-B/conn", "", ""),
			}
			if len(cells) > 1 {
				row = append(row, text.Value{Text: fit(c, h, cells, view.Contenders(held.Cells))})
			}
			t.Rows = append(t.Rows, row)
		}
		return t, sc.Name
	}
	return text.Table{}, ""
}

// costOf is a metric of the cell without its interval, with another one as its
// note unless that is empty.
func costOf(c view.Cell, unit, more, lead string) text.Value {
	m, _ := results.MetricByUnit(unit)
	if _, ok := c.Get(unit); !ok {
		return c.Value(m)
	}
	v := c.Measured(c.Show(unit), "", m)
	if _, ok := c.Get(more); ok {
		v.Note = lead + c.Show(more)
		if v.Doubt == "" {
			v.Note += view.DoubtSign([]view.Cell{c}, more)
		}
	}
	return v
}

// counterpart finds the cell of another scenario's variant and target in s, or else
// the first one of its transport and target.
func counterpart(s view.Scenario, as view.Cell) view.Cell {
	var found view.Cell
	for _, c := range s.Cells {
		if c.Target != as.Target {
			continue
		}
		if c.Variant == as.Variant {
			return c
		}
		if c.Transport == as.Transport && found.Name == "" {
			found = c
		}
	}
	return found
}

// fit says what a contender is good for, judged by nothing but the numbers: c
// of cells in the feed, h of held in the scenario about connections.
func fit(c, h view.Cell, cells, held []view.Cell) string {
	var good, bad []string
	p50, best := c.Center("p50-sec"), least(cells, "p50-sec")
	switch {
	case p50 <= best*1.5:
		good = append(good, "events that must arrive at once")
	case p50 > best*20:
		good = append(good, fmt.Sprintf("data that may be %s late", c.Show("p99-sec")))
	default:
		good = append(good, fmt.Sprintf("events that may take %s", c.Show("p50-sec")))
	}
	if wire, least := c.Center("wire-B/event"), least(cells, "wire-B/event"); wire > 0 && compared(cells, "wire-B/event") {
		switch ratio := wire / least; {
		case ratio <= 1.02:
			good = append(good, "the fewest bytes")
		case ratio >= 3:
			bad = append(bad, "where bytes are paid for ("+text.Times(ratio)+" the least)")
		}
	}
	if cpu, least := c.Center("server-cpu-sec/event"), least(cells, "server-cpu-sec/event"); least > 0 && cpu/least >= 3 {
		bad = append(bad, "where the server's CPU is scarce ("+text.Times(cpu/least)+" the least)")
	}
	const memory = "server-mem-B/conn" // which is not judged by when it is in doubt
	if mem, least := h.Center(memory), least(held, memory); mem > 0 && compared(held, memory) && view.DoubtSign(held, memory) == "" {
		switch ratio := mem / least; {
		case ratio <= 1.05:
			good = append(good, "little memory for each connection")
		case ratio >= 2:
			bad = append(bad, "where connections are many ("+text.Times(ratio)+" the least memory)")
		}
	}
	line := text.Upper(strings.Join(good, "; "))
	if len(bad) > 0 {
		line += ". Not " + strings.Join(bad, " nor ")
	}
	return line + "."
}

// compared reports whether several cells have a metric, so that the least of it
// says something.
func compared(cells []view.Cell, unit string) bool {
	n := 0
	for _, c := range cells {
		if c.Center(unit) > 0 {
			n++
		}
	}
	return n > 1
}

// least is the smallest median of a metric among cells that have it.
func least(cells []view.Cell, unit string) float64 {
	out := 0.0
	for _, c := range cells {
		if v := c.Center(unit); v > 0 && (out == 0 || v < out) {
			out = v
		}
	}
	return out
}
