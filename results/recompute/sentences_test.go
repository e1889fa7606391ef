package recompute

import (
	"fmt"
	"slices"
	"strings"
)

// sentences are what there is to read out of a scenario: those that answer its
// question, and the others.
func (r *record) sentences(s scenario) (answer, more []string) {
	cells, x := r.cells(s.Name), r.first(s)
	told := func(all ...string) []string { return slices.DeleteFunc(all, func(s string) bool { return s == "" }) }
	delivered := deliveries(cells)
	if s.Sweep != "" {
		all := told(r.crossings(s), grown(cells, s.Sweep, "p50-sec", "Median event latency"), grown(cells, s.Sweep,
			"wire-B/event", "Bytes on the wire per delivered event"),
			grown(cells, s.Sweep, "server-cpu-sec/event", "Server CPU per delivered event"), delivered)
		return all[:min(1, len(all))], all[min(1, len(all)):]
	}
	if x.Load.Rate > 0 {
		latency, bytes := list(cells, "p50-sec", "Median latency"), list(cells, "wire-B/event", "Bytes per event")
		tail := list(cells, "p99-sec", "99 % of the events arrive within this time")
		switch {
		case x.Stall != nil:
			answer = append(answer, "The server is paused for "+seconds(x.Stall.For)+". "+tail+
				" A load generator that waits for each event before it sends the next sends none during the pause. "+list(cells,
				"uncorrected-p99-sec", "It would report"))
			more = append(more, latency, bytes)
		case r.rare(s):
			answer, more = append(answer, list(cells, "wire-B/client-min", "Bytes per client and minute, while events "+
				"are rare"), latency), append(more, tail, bytes)
		default:
			answer, more = append(answer, latency, bytes), append(more, tail)
		}
		more = append(more, floored(cells))
	}
	if r.opens(s) || s.Name == r.connected().Name {
		memory := list(cells, "server-mem-B/conn", "Server memory per open connection")
		about := []string{list(cells, "open-sec", "Time to open a connection"), memory}
		if n := x.Load.Opening; n > 1 {
			most := ordered(contenders(cells, "conns/sec"), "conns/sec")
			slices.Reverse(most)
			about = []string{fmt.Sprintf("Connections per second, with %d opened at a time%s: %s.", n,
				alone("conns/sec", most...), enumerate(most, "conns/sec")), list(cells, "server-cpu-sec/conn", "Server CPU per connection"),
				list(cells, "open-sec", fmt.Sprintf("Time until one of %d connections is open, with its wait for the others",
					n)), memory}
		}
		if r.opens(s) {
			answer = append(answer, about...)
		} else {
			more = append(more, about...)
		}
	}
	return told(answer...), told(append(more, delivered)...)
}

// floored tells how far the fastest, and all that overlap with it, are from raw TCP:
// where all of them have a 95 % interval.
func floored(cells []*cell) string {
	all := ordered(contenders(cells, "p50-sec"), "p50-sec")
	i := slices.IndexFunc(cells, func(c *cell) bool { return c.transport == "tcp" && c.has("p50-sec") })
	if i < 0 || len(all) == 0 {
		return ""
	}
	said := "Raw TCP is the floor. Its median latency here is " + cells[i].show("p50-sec") + sign("p50-sec", cells[i]) + "."
	floor, _ := summarize(cells[i], "p50-sec")
	best, _ := summarize(all[0], "p50-sec")
	var same, slower []string
	for _, c := range all {
		s, _ := summarize(c, "p50-sec")
		switch {
		case s.lo > best.hi || best.lo > s.hi:
		case !s.interval || !floor.interval:
			return said
		case s.lo <= floor.hi && floor.lo <= s.hi:
			same = append(same, brackets(c.name()))
		default:
			slower = append(slower, fmt.Sprintf("%s takes %.1f times as long", brackets(c.name()), s.mid/floor.mid))
		}
	}
	if same != nil {
		said += " This run cannot tell " + join(same) + " from it."
	}
	if slower != nil {
		text := join(slower)
		said += " " + strings.ToUpper(text[:1]) + text[1:] + "."
	}
	return said
}

// deliveries accounts for the events of all trials.
func deliveries(cells []*cell) string {
	var expected, bad int64
	for _, c := range cells {
		for _, x := range c.trials {
			d := x.Deliveries
			expected, bad = expected+d.Expected, bad+d.Missed+d.Duplicated+d.Reordered
		}
	}
	if expected == 0 {
		return ""
	}
	if bad > 0 {
		return "deliveries that were missed, came twice or out of order are not told here"
	}
	return "All " + number(float64(expected)) + " expected deliveries arrived once and in order."
}

// crossings tells where one transport overtakes another in bytes.
func (r *record) crossings(s scenario) string {
	if s.Sweep != "rate" {
		return ""
	}
	var all []string
	cells := r.cells(s.Name)
	for _, a := range cells {
		for _, b := range cells {
			if a.point != cells[0].point || b.point != a.point || a == b || a.transport == "tcp" || b.transport == "tcp" {
				continue
			}
			lo, hi, at := r.cross(s.Name, a.name(), b.name())
			var both []*cell
			for _, c := range cells {
				if name := c.name(); name == a.name() || name == b.name() {
					both = append(both, c)
				}
			}
			tail := alone("wire-B/client-min", both...) + sign("wire-B/client-min", both...) + "."
			point := func(v float64) string {
				return choice(number(three(v*(1-1e-12))), number(three(v*(1+1e-12)))) + " events/s"
			}
			switch {
			case hi == 0:
			case at == 0:
				all = append(all, fmt.Sprintf("%s moves fewer bytes than %s at %s, and more at %s", a.name(), b.name(),
					point(lo), point(hi))+tail)
			default:
				all = append(all, fmt.Sprintf("%s moves fewer bytes than %s below %s, and more above (calculated; the "+
					"measurement says between %s and %s)",
					a.name(), b.name(), point(at), number(lo), point(hi))+tail)
			}
		}
	}
	return strings.Join(all, " ")
}

// grown tells how a metric changes from a sweep's first point to its last.
func grown(cells []*cell, sweep, unit, title string) string {
	var names []string
	by := map[string][]*cell{}
	for _, c := range cells {
		if c.point != "" && c.transport != "tcp" && c.mid(unit) > 0 {
			names = fresh(names, c.name())
			by[c.name()] = append(by[c.name()], c)
		}
	}
	var starts, ends []*cell
	for _, name := range names {
		if all := by[name]; len(all) > 1 {
			starts, ends = append(starts, all[0]), append(ends, all[len(all)-1])
		}
	}
	if len(ends) == 0 {
		return ""
	}
	var parts []string
	for i, name := range shorts(ends) {
		a, b := starts[i].mid(unit), ends[i].mid(unit)
		if change := b / a; change <= 1.1 && change >= 1/1.1 {
			parts = append(parts, name+" "+ends[i].show(unit)+sign(unit, starts[i], ends[i])+" at both ends")
			continue
		}
		var all []string
		for _, v := range around(a) {
			for _, w := range around(b) {
				from, to := format(v, kind(unit)), format(w, kind(unit))
				if doubt := sign(unit, starts[i]); doubt != "" {
					all = append(all, from+doubt+" to "+to)
				} else {
					all = append(all, fromTo(from, to))
				}
			}
		}
		parts = append(parts, name+" "+choice(all...)+sign(unit, ends[i]))
	}
	of := ""
	if sweep == "payload" {
		of = " of payload"
	}
	return title + ", from " + fromTo(starts[0].where(), ends[0].where()) + of +
		alone(unit, append(starts, ends...)...) + ": " + strings.Join(parts, ", ") + "."
}

// fromTo has the unit once where both have the same.
func fromTo(a, b string) string {
	x, y := strings.Fields(a), strings.Fields(b)
	if x[1] == y[1] {
		a = x[0]
	}
	return a + " to " + b
}
