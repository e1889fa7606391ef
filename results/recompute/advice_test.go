package recompute

import (
	"fmt"
	"slices"
	"strings"
)

// A need is what somebody wants the least of.
type need struct {
	when, what, unit string
	cells            []*cell
}

// advice is what to choose when, by the numbers alone, as rows with fields for
// when, choose and because; and the sentence on what had too few trials.
func (r *record) advice(lead scenario) (rows [][]string, missing string) {
	conn := r.connected()
	cells, _ := plainest(contenders(r.cells(lead.Name), "p50-sec"))
	var held []*cell
	for _, c := range cells {
		if o := counterpart(r.cells(conn.Name), c); o != nil && !slices.Contains(held, o) {
			held = append(held, o)
		}
	}
	atRate := func(s scenario) string { return "Bytes are scarce, at " + perSecondEach(r.first(s)) + " per client" }
	waiting := func(s scenario, cells []*cell) need {
		return need{atRate(s), "Bytes per client and minute", "wire-B/client-min", cells}
	}
	needs := []need{{"Events must arrive at once", "Median latency", "p50-sec", cells}}
	if r.rare(lead) {
		needs = append(needs, waiting(lead, cells))
	} else {
		needs = append(needs, need{atRate(lead), "Bytes per event", "wire-B/event", cells})
		for _, s := range r.Scenarios {
			if s.Sweep == "" && r.rare(s) && !r.opens(s) {
				needs = append(needs, waiting(s, contenders(r.cells(s.Name), "wire-B/client-min")))
				break
			}
		}
	}
	needs = append(needs,
		need{"Server CPU is scarce", "Server CPU per event", "server-cpu-sec/event", cells},
		need{"Server memory is scarce", "Server memory per open connection", "server-mem-B/conn", held})
	if r.first(conn).Load.Opening <= 1 {
		needs = append(needs, need{"Clients connect often", "Time to connect", "open-sec", held})
	}
	var few []string
	for _, n := range needs {
		have := ordered(contenders(n.cells, n.unit), n.unit)
		switch {
		case len(have) < 2:
		case slices.ContainsFunc(have, func(c *cell) bool { s, _ := summarize(c, n.unit); return s.n < 3 }):
			few = append(few, strings.ToLower(n.what[:1])+n.what[1:])
		default:
			rows = append(rows, n.advise(have, r.cells(lead.Name), cells))
		}
	}
	if len(few) > 0 {
		missing = "This run gives no advice on " + join(few) + ". That takes three trials of each variant, and six " +
			"for a 95 % interval."
	}
	return rows, missing
}

// advise chooses the least and all whose bounds overlap with its.
func (n need) advise(have, load, compared []*cell) []string {
	k := kind(n.unit)
	bounded := func(c *cell) string {
		s, _ := summarize(c, n.unit)
		return s.written(func(s summary) string {
			if b := strings.Trim(s.bounds(k), "()"); b != "" {
				return format(s.mid, k) + " (" + b + ")"
			}
			return format(s.mid, k)
		})
	}
	least, _ := summarize(have[0], n.unit)
	var chosen, others []*cell
	certain := true
	for _, c := range have {
		s, _ := summarize(c, n.unit)
		certain = certain && s.interval
		if s.lo <= least.hi && least.lo <= s.hi {
			chosen = append(chosen, c)
		} else {
			others = append(others, c)
		}
	}
	ranges := "The ranges of the trials"
	if certain {
		ranges = "The 95 % intervals"
	}
	var names, values, lacking []string
	for i, short := range shorts(chosen) {
		names, values = append(names, brackets(chosen[i].name())), append(values, short+" "+bounded(chosen[i]))
	}
	last := len(names) - 1
	choose, why := names[last], ""
	if last == 0 {
		why = fmt.Sprintf("%s: %s. The next is %s with %s. %s do not overlap.",
			n.what, bounded(chosen[0]), brackets(others[0].name()), bounded(others[0]), ranges)
	} else {
		choose = strings.Join(names[:last], ", ") + " or " + choose
		why = fmt.Sprintf("%s: %s. %s overlap, so this run names no single winner.", n.what, strings.Join(values, ", "),
			ranges)
		if len(others) > 0 {
			why += fmt.Sprintf(" The next is %s with %s.", brackets(others[0].name()), others[0].show(n.unit))
		}
	}
	if !certain {
		why += " Fewer than six trials give no 95 % interval: this is a hint."
	}
	for _, c := range n.cells {
		if c.transport != "tcp" && !c.has(n.unit) {
			lacking = append(lacking, brackets(c.name()))
		}
	}
	if len(lacking) > 0 {
		why += " Not compared for want of a number: " + join(lacking) + "."
	}
	switch {
	case len(others) == 0:
		choose = "any of them"
	case n.unit != "p50-sec":
		choose += late(chosen, load, compared)
	}
	return []string{n.when, choose, why + sign(n.unit, have...)}
}

// late is the condition under which the first of the chosen is a choice that is
// twenty times later than the earliest.
func late(chosen, load, compared []*cell) string {
	earliest := ordered(compared, "p50-sec")[0].mid("p50-sec")
	for _, c := range chosen {
		there := counterpart(load, c)
		if there == nil || there.mid("p50-sec") <= 20*earliest {
			continue
		}
		by := there.show("p99-sec")
		if !there.has("p99-sec") {
			by = there.show("p50-sec")
		}
		if len(chosen) > 1 {
			return fmt.Sprintf(" (%s only if events may be %s late)", brackets(c.name()), by)
		}
		return fmt.Sprintf(", if events may be %s late", by)
	}
	return ""
}
