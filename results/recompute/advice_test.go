package recompute

import (
	"fmt"
	"slices"
	"strings"
)

// A need is what somebody wants the least of.
type need struct {
	when, what, unit string
	scenario         string
	cells            []*cell
	absent           []string // variants that the scenario does not have
}

// advice is what to choose when, by the numbers alone, as rows with fields for
// when, choose and because; and the sentence on what had too few trials.
func (r *record) advice(lead scenario) (rows [][]string, missing string) {
	conn := r.connected()
	cells, _ := plainest(contenders(r.cells(lead.Name), "p50-sec"))
	var held []*cell
	var absent []string
	for _, c := range cells {
		if o := alike(r.cells(conn.Name), c); o != nil {
			held = append(held, o)
		} else {
			absent = append(absent, brackets(c.name()))
		}
	}
	rate := func(s scenario) string { return ", at " + perSecondEach(r.first(s)) + " per client" }
	waiting := func(s scenario, cells []*cell) need {
		return need{"Bytes are scarce" + rate(s), "Bytes per client and minute", "wire-B/client-min", s.Name, cells, nil}
	}
	needs := []need{{"Events must arrive at once" + rate(lead), "Median latency", "p50-sec", lead.Name, cells, nil}}
	if r.rare(lead) {
		needs = append(needs, waiting(lead, cells))
	} else {
		needs = append(needs, need{"Bytes are scarce" + rate(lead), "Bytes per event", "wire-B/event", lead.Name, cells, nil})
		for _, s := range r.Scenarios {
			if s.Sweep == "" && r.rare(s) && !r.opens(s) {
				needs = append(needs, waiting(s, contenders(r.cells(s.Name), "wire-B/client-min")))
				break
			}
		}
	}
	needs = append(needs,
		need{"Server CPU is scarce" + rate(lead), "Server CPU per event", "server-cpu-sec/event", lead.Name, cells, nil},
		need{"Server memory is scarce", "Server memory per open connection", "server-mem-B/conn", conn.Name, held, absent})
	if r.first(conn).Load.Opening <= 1 {
		needs = append(needs, need{"Clients connect often", "Time to connect", "open-sec", conn.Name, held, absent})
	}
	var few []string
	for _, n := range needs {
		have := ordered(contenders(n.cells, n.unit), n.unit)
		switch {
		case len(have) < 2:
		case slices.ContainsFunc(have, func(c *cell) bool { s, _ := summarize(c, n.unit); return s.n < 3 }):
			few = append(few, strings.ToLower(n.what[:1])+n.what[1:])
		default:
			late := contenders(r.cells(n.scenario), "p50-sec")
			if late == nil {
				late = contenders(r.cells(lead.Name), "p50-sec")
			}
			rows = append(rows, n.advise(have, late))
		}
	}
	if len(few) > 0 {
		missing = "This run gives no advice on " + join(few) + ". That takes three trials of each variant, and six " +
			"for a 95 % interval."
	}
	return rows, missing
}

// bounded is a cell's median with its sign of doubt and, in brackets, its bounds.
func (c *cell) bounded(unit string) string {
	s, _ := summarize(c, unit)
	return s.written(func(s summary) string {
		text := format(s.mid, kind(unit)) + sign(unit, c)
		if b := strings.Trim(s.bounds(kind(unit)), "()"); b != "" {
			text += " (" + b + ")"
		}
		return text
	})
}

// advise chooses the least and all whose bounds overlap with its. late are the cells
// that tell how late each is.
func (n need) advise(have, late []*cell) []string {
	least, _ := summarize(have[0], n.unit)
	var chosen, others []*cell
	certain, held, near := true, false, true
	for _, c := range have {
		s, _ := summarize(c, n.unit)
		certain = certain && s.interval
		if s.lo <= least.hi && least.lo <= s.hi {
			chosen = append(chosen, c)
			held = held || c.transport == "longpoll"
		} else {
			others = append(others, c)
		}
		for _, x := range c.trials {
			near = near && x.Path.Delay == 0
		}
	}
	ranges := "The ranges of the trials"
	if certain {
		ranges = "The 95 % intervals"
	}
	var names, values []string
	for i, short := range shorts(chosen) {
		names = append(names, brackets(chosen[i].name()))
		values = append(values, short+" "+chosen[i].bounded(n.unit))
	}
	next := ""
	if len(others) > 0 {
		next = fmt.Sprintf(" The next is %s with %s.", brackets(others[0].name()), others[0].bounded(n.unit))
	}
	last := len(names) - 1
	choose, why := names[last], ""
	if last == 0 {
		why = fmt.Sprintf("%s: %s.%s %s do not overlap.", n.what, chosen[0].bounded(n.unit), next, ranges)
	} else {
		choose = strings.Join(names[:last], ", ") + " or " + choose
		why = fmt.Sprintf("%s: %s. %s overlap, so this run names no single winner.%s", n.what, strings.Join(values, ", "),
			ranges, next)
	}
	if !certain {
		why += " Fewer than six trials give no 95 % interval: this is a hint."
	}
	if n.unit == "p50-sec" && held && near {
		why += " Over a network long-polling needs up to three transits for an event and a stream needs one (RFC 6202)."
	}
	var lacking []string
	for _, c := range n.cells {
		if c.transport != "tcp" && !c.has(n.unit) {
			lacking = append(lacking, brackets(c.name()))
		}
	}
	if lacking = append(lacking, n.absent...); len(lacking) > 0 {
		why += " Not compared for want of a number: " + join(lacking) + "."
	}
	switch {
	case len(others) == 0:
		choose = "this run cannot tell them apart"
	case n.unit != "p50-sec":
		choose += provided(chosen, late)
	}
	return []string{n.when, choose, why}
}

// provided is the condition under which those of the chosen are a choice that are
// twenty times later than the earliest.
func provided(chosen, late []*cell) string {
	earliest := ordered(late, "p50-sec")[0].mid("p50-sec")
	var all []string
	for _, c := range chosen {
		there := alike(late, c)
		if there == nil || there.mid("p50-sec") <= 20*earliest {
			continue
		}
		by := "99 % within " + there.show("p99-sec") + sign("p99-sec", there)
		if !there.has("p99-sec") {
			by = "half within " + there.show("p50-sec") + sign("p50-sec", there)
		}
		if len(chosen) == 1 {
			return ", if events may be late (" + by + ")"
		}
		all = append(all, brackets(c.name())+" only if events may be late ("+by+")")
	}
	if all == nil {
		return ""
	}
	return "; " + join(all)
}
