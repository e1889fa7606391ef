package reading

import (
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// An Advice says what to choose for one need, as far as the numbers tell.
type Advice struct {
	When, Choose string
	Why          string // the numbers, in sentences
	Proof        string // what shows them, in words
	Figure       string // the name of the figure that does; empty: a table does
	Section      string // the id of the scenario's section
}

// A need is what somebody may want the least of.
type need struct {
	when, what, unit string
	figure           string // what the figure of the scenario is called; empty: its main numbers
	s                view.Scenario
	cells            []view.Cell
}

// waitingNeed is the need for few bytes where events are rare.
func waitingNeed(s view.Scenario, cells []view.Cell) need {
	return need{"Bytes are scarce, at " + perClient(s), "Bytes per client and minute", "wire-B/client-min", "bytes", s, cells}
}

// advice compares the contenders of a load, of the scenario that tells the price
// of a connection, and of one with rare events, need by need. A need that fewer
// than two of them have a number for has none. missing says what had too few trials.
func advice(all []view.Scenario, load, conn view.Scenario) (out []Advice, missing string) {
	cells, _ := plainest(view.Contenders(load.With("p50-sec")))
	connections := counterparts(conn, cells)
	needs := []need{{"Events must arrive at once", "Median latency", "p50-sec", "latency", load, cells}}
	if load.RareEvents() {
		needs = append(needs, waitingNeed(load, cells))
	} else {
		needs = append(needs, need{"Bytes are scarce, at " + perClient(load), "Bytes per event", "wire-B/event", "bytes", load, cells})
	}
	if rare, ok := rareScenario(all); ok && !load.RareEvents() {
		needs = append(needs, waitingNeed(rare, view.Contenders(rare.Cells)))
	}
	needs = append(needs,
		need{"Server CPU is scarce", "Server CPU per event", "server-cpu-sec/event", "", load, cells},
		need{"Server memory is scarce", "Server memory per open connection", "server-mem-B/conn", "memory", conn, connections})
	if conn.Opening() <= 1 {
		needs = append(needs, need{"Clients connect often", "Time to connect", "open-sec", "opening", conn, connections})
	}
	var few []string
	for _, n := range needs {
		switch a, sure := n.advice(load, cells); {
		case sure == tooFew:
			few = append(few, strings.ToLower(n.what[:1])+n.what[1:])
		case sure > tooFew:
			out = append(out, a)
		}
	}
	if len(few) > 0 {
		missing = "This run gives no advice on " + text.Join(few) + ". That takes three trials of each variant, and six for a 95\u00a0% interval."
	}
	return out, missing
}

// counterparts returns the cells of s that belong to cells, each once.
func counterparts(s view.Scenario, cells []view.Cell) []view.Cell {
	var out []view.Cell
	for _, c := range cells {
		found := counterpart(s, c)
		if found.Name != "" && !slices.ContainsFunc(out, func(o view.Cell) bool { return o.Variant == found.Variant && o.Target == found.Target }) {
			out = append(out, found)
		}
	}
	return out
}

// rareScenario is the first scenario without a sweep that tells what waiting for
// rare events costs.
func rareScenario(all []view.Scenario) (view.Scenario, bool) {
	for _, s := range all {
		if s.Scenario.Sweep == "" && s.RareEvents() && !s.NoEvents() && !s.TooBrief() {
			return s, true
		}
	}
	return view.Scenario{}, false
}

// perClient says how many events a client of a scenario gets.
func perClient(s view.Scenario) string {
	load := s.Any().Load
	rate := load.Rate / float64(max(1, load.Topics))
	if rate == 1 {
		return "1 event/s per client"
	}
	return text.Number(rate) + " events/s per client"
}

// advice chooses for one need, as surely as the numbers allow. What is late, by the
// latencies of the load, is chosen under a condition.
func (n need) advice(load view.Scenario, cells []view.Cell) (a Advice, sure certainty) {
	m, _ := results.MetricByUnit(n.unit)
	var have []view.Cell
	var missing []string
	for _, c := range n.cells {
		if _, ok := c.Get(n.unit); ok {
			have = append(have, c)
		} else {
			missing = append(missing, c.LongName())
		}
	}
	if len(have) < 2 {
		return Advice{}, none
	}
	sorted(have, n.unit)
	sums := make([]results.Summary, len(have))
	for i, c := range have {
		sums[i], _ = c.Get(n.unit)
	}
	best, sure := choose(sums)
	if sure == tooFew {
		return Advice{}, sure
	}
	a = Advice{When: n.when, Section: n.s.Section(), Proof: n.s.Scenario.Name}
	if n.figure != "" {
		a.Figure = n.s.ID(n.figure)
	}
	a.Choose = either(have[:best])
	if best == len(have) {
		a.Choose = "any of them"
	}
	if best > 1 {
		a.Why = n.what + ": " + withBounds(have[:best], sums, m.Kind) + ". " + sure.bounds() + " overlap, so this run names no single winner."
		if best < len(have) {
			a.Why += fmt.Sprintf(" The next is %s with %s.", have[best].LongName(), have[best].Show(n.unit))
		}
	} else {
		next := fmt.Sprintf("The next is %s with %s.", have[1].LongName(), bounded(sums[1], m.Kind))
		a.Why = n.what + ": " + bounded(sums[0], m.Kind) + ". " + next + " " + sure.bounds() + " do not overlap."
	}
	if sure == likely {
		a.Why += " Fewer than six trials give no 95\u00a0% interval: this is a hint."
	}
	if len(missing) > 0 {
		a.Why += " Not compared for want of a number: " + text.Join(missing) + "."
	}
	if n.unit != "p50-sec" && best < len(have) {
		a.Choose += condition(have[:best], load, cells)
	}
	a.Why += view.DoubtSign(have, n.unit)
	return a, sure
}

// A certainty is how much a choice can be trusted.
type certainty int

const (
	none    certainty = iota // fewer than two have the number
	tooFew                   // too few trials
	likely                   // the least and the greatest of a few trials
	certain                  // 95 % intervals
)

// bounds names what is compared.
func (c certainty) bounds() string {
	if c == certain {
		return "The 95\u00a0% intervals"
	}
	return "The ranges of the trials"
}

// choose returns how many of the summaries, sorted by their centers, are as good
// as the first: those whose bounds overlap with its. The choice is as sure as the
// least known of them.
func choose(sums []results.Summary) (best int, sure certainty) {
	sure = certain
	for _, s := range sums {
		switch {
		case s.N < 3:
			sure = tooFew
		case !s.Interval:
			sure = min(sure, likely)
		}
	}
	for best = 1; best < len(sums) && overlap(sums[0], sums[best]); best++ {
	}
	return best, sure
}

// overlap reports whether the bounds of two summaries do.
func overlap(a, b results.Summary) bool { return a.Lo <= b.Hi && b.Lo <= a.Hi }

// withBounds names cells with their numbers and bounds.
func withBounds(cells []view.Cell, sums []results.Summary, kind string) string {
	var parts []string
	for i, name := range view.ShortNames(cells) {
		parts = append(parts, name+" "+bounded(sums[i], kind))
	}
	return strings.Join(parts, ", ")
}

// bounded writes the median of a summary and, in brackets, its bounds.
func bounded(s results.Summary, kind string) string {
	if bounds := strings.Trim(view.Bounds(s, kind), "()"); bounds != "" {
		return text.Format(s.Center, kind) + " (" + bounds + ")"
	}
	return text.Format(s.Center, kind)
}

// either names cells of which any will do.
func either(cells []view.Cell) string {
	var names []string
	for _, c := range cells {
		names = append(names, c.LongName())
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}

// condition says how late the events of what is chosen may be; empty when none of
// it is much later than the earliest.
func condition(chosen []view.Cell, load view.Scenario, cells []view.Cell) string {
	const much = 20 // times the least median
	earliest := sorted(slices.Clone(cells), "p50-sec")[0].Center("p50-sec")
	for _, c := range chosen {
		there := counterpart(load, c)
		if there.Center("p50-sec") <= much*earliest {
			continue
		}
		late := there.Show("p99-sec")
		if _, ok := there.Get("p99-sec"); !ok {
			late = there.Show("p50-sec")
		}
		if len(chosen) > 1 {
			return fmt.Sprintf(" (%s only if events may be %s late)", c.LongName(), late)
		}
		return fmt.Sprintf(", if events may be %s late", late)
	}
	return ""
}
