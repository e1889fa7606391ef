package plots

import (
	"fmt"
	"strings"

	"pushbench/plots/proof"
	"pushbench/plots/table"
	"pushbench/plots/words"
	"pushbench/results"
)

// decision returns the table that decides: one row for each contender of the
// first scenario with events, and the name of that scenario. What each is good for
// is said by comparison, and so not of one alone.
func decision(r *results.Record) (table.Table, string) {
	t := table.Table{Columns: table.Columns("transport", "how late", "bytes per event", "server CPU per event", "opening a connection", "holding it open")}
	for i, unit := range []string{"p50-sec", "wire-B/event", "server-cpu-sec/event", "open-sec", "server-mem-B/conn"} {
		t.Columns[i+1].Link = proof.MetricID(unit)
	}
	held, queue := newSet(r, results.Scenario{Name: holding(r)}), ""
	if n := opening(held); n > 1 {
		queue = fmt.Sprintf("%d at a time; ", n)
	}
	for _, sc := range r.Scenarios {
		s := newSet(r, sc)
		cells := contenders(s.with("p50-sec"))
		if sc.Sweep != "" || len(cells) == 0 {
			continue
		}
		if len(cells) > 1 {
			t.Columns = append(t.Columns, table.Column{Title: "good for, by these numbers"})
		}
		for _, c := range cells {
			h := held.same(c)
			row := []table.Value{
				c.head(), c.of("p50-sec", "p99-sec", "99 % within "), c.of("wire-B/event", "overhead-B/event", "overhead "),
				c.of("server-cpu-sec/event", "", ""), h.of("open-sec", "handshake-B/conn", queue+"handshake "), h.of("server-mem-B/conn", "", ""),
			}
			if len(cells) > 1 {
				row = append(row, table.Value{Text: fit(c, h, cells, contenders(held.cells))})
			}
			t.Rows = append(t.Rows, row)
		}
		return t, sc.Name
	}
	return table.Table{}, ""
}

// of is a metric of the cell without its interval, with another one as its
// note unless that is empty.
func (c cell) of(unit, more, lead string) table.Value {
	m, _ := results.MetricByUnit(unit)
	if _, ok := c.get(unit); !ok {
		return c.value(m)
	}
	v := c.measured(c.show(unit), "", m)
	if _, ok := c.get(more); ok {
		v.Note = lead + c.show(more)
		if v.Doubt == "" {
			v.Note += sign([]cell{c}, more)
		}
	}
	return v
}

// same finds the cell of another scenario's variant in this set, or else the
// first one of its transport.
func (s set) same(as cell) cell {
	var found cell
	for _, c := range s.cells {
		if c.Variant == as.Variant {
			return c
		}
		if c.Transport == as.Transport && found.name == "" {
			found = c
		}
	}
	return found
}

// fit says what a contender is good for, judged by nothing but the numbers: c
// of cells in the feed, h of held in the scenario about connections.
func fit(c, h cell, cells, held []cell) string {
	var good, bad []string
	p50, best := c.center("p50-sec"), least(cells, "p50-sec")
	switch {
	case p50 <= best*1.5:
		good = append(good, "events that must arrive at once")
	case p50 > best*20:
		good = append(good, fmt.Sprintf("data that may be %s late", c.show("p99-sec")))
	default:
		good = append(good, fmt.Sprintf("events that may take %s", c.show("p50-sec")))
	}
	if wire, least := c.center("wire-B/event"), least(cells, "wire-B/event"); wire > 0 && compared(cells, "wire-B/event") {
		switch ratio := wire / least; {
		case ratio <= 1.02:
			good = append(good, "the fewest bytes")
		case ratio >= 3:
			bad = append(bad, "where bytes are paid for ("+words.Times(ratio)+" the least)")
		}
	}
	if cpu, least := c.center("server-cpu-sec/event"), least(cells, "server-cpu-sec/event"); least > 0 && cpu/least >= 3 {
		bad = append(bad, "where the server's CPU is scarce ("+words.Times(cpu/least)+" the least)")
	}
	const memory = "server-mem-B/conn" // which is not judged by when it is in doubt
	if mem, least := h.center(memory), least(held, memory); mem > 0 && compared(held, memory) && sign(held, memory) == "" {
		switch ratio := mem / least; {
		case ratio <= 1.05:
			good = append(good, "little memory for each connection")
		case ratio >= 2:
			bad = append(bad, "where connections are many ("+words.Times(ratio)+" the least memory)")
		}
	}
	text := words.Upper(strings.Join(good, "; "))
	if len(bad) > 0 {
		text += ". Not " + strings.Join(bad, " nor ")
	}
	return text + "."
}

// compared reports whether several cells have a metric, so that the least of it
// says something.
func compared(cells []cell, unit string) bool {
	n := 0
	for _, c := range cells {
		n += btoi(c.center(unit) > 0)
	}
	return n > 1
}

// least is the smallest median of a metric among cells that have it.
func least(cells []cell, unit string) float64 {
	out := 0.0
	for _, c := range cells {
		if v := c.center(unit); v > 0 && (out == 0 || v < out) {
			out = v
		}
	}
	return out
}
