package reading

import (
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
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
	absent           []string // variants of the load that the scenario does not have
}

// waitingNeed is the need for few bytes where events are rare.
func waitingNeed(s view.Scenario, cells []view.Cell) need {
	return need{"Bytes are scarce" + perClient(s), "Bytes per client and minute", "wire-B/client-min", "bytes",
		s, cells, nil}
}

// advice compares the contenders of a load, of the scenario that tells the price
// of a connection, and of one with rare events, need by need. A need that fewer
// than two of them have a number for has none. few are those with too few trials.
func advice(all []view.Scenario, load, conn view.Scenario) (out []Advice, few []string) {
	cells, _ := plainest(view.Contenders(load.With("p50-sec")))
	var connections []view.Cell
	var absent []string
	for _, c := range cells {
		if same, ok := counterpart(conn.Cells, c); ok {
			connections = append(connections, same)
		} else {
			absent = append(absent, c.LongName())
		}
	}
	at := perClient(load)
	needs := []need{{"Events must arrive at once" + at, "Median latency", "p50-sec", "latency", load, cells, nil}}
	if load.RareEvents() {
		needs = append(needs, waitingNeed(load, cells))
	} else {
		needs = append(needs, need{"Bytes are scarce" + at, "Bytes per event", "wire-B/event", "bytes", load, cells, nil})
	}
	if rare, ok := rareScenario(all); ok && !load.RareEvents() {
		needs = append(needs, waitingNeed(rare, view.Contenders(rare.Cells)))
	}
	needs = append(needs,
		need{"Server CPU is scarce" + at, "Server CPU per event", "server-cpu-sec/event", "", load, cells, nil},
		need{"Server memory is scarce", "Server memory per open connection", view.MemoryUnit(load.Record), "memory",
			conn, connections, absent})
	if conn.Opening() <= 1 {
		needs = append(needs, need{"Clients connect often", "Time to connect", "open-sec", "opening",
			conn, connections, absent})
	}
	for _, n := range needs {
		switch a, sure := n.advice(load); {
		case sure == tooFew:
			few = append(few, strings.ToLower(n.what[:1])+n.what[1:])
		case sure > tooFew:
			out = append(out, a)
		}
	}
	return out, few
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
		return ", at 1 event/s per client"
	}
	return ", at " + text.Number(rate) + " events/s per client"
}

// advice chooses for one need, as surely as the numbers allow. What is late is
// chosen under a condition: by its own scenario, or without events there by the load.
func (n need) advice(load view.Scenario) (a Advice, sure certainty) {
	var have []view.Cell
	var missing []string
	for _, c := range n.cells {
		if _, ok := c.Get(n.unit); ok {
			have = append(have, c)
		} else {
			missing = append(missing, c.LongName())
		}
	}
	missing = append(missing, n.absent...)
	if len(have) < 2 {
		return Advice{}, none
	}
	chosen, others, sure := choose(have, n.unit)
	if sure == tooFew {
		return Advice{}, sure
	}
	a = Advice{When: n.when, Section: n.s.Section(), Proof: n.s.Scenario.Name}
	if n.figure != "" {
		a.Figure = n.s.ID(n.figure)
	}
	a.Choose = either(chosen)
	next := ""
	if len(others) > 0 {
		next = " The next is " + others[0].LongName() + " with " + bounded(others[0], n.unit) + "."
	}
	if len(chosen) > 1 {
		a.Why = n.what + ": " + withBounds(chosen, n.unit) + ". " + sure.bounds() +
			" overlap, so this run names no single winner." + next
	} else {
		a.Why = n.what + ": " + bounded(chosen[0], n.unit) + "." + next + " " + sure.bounds() + " do not overlap."
	}
	if sure == likely {
		a.Why += " Fewer than six trials give no 95\u00a0% interval: this is a hint."
	}
	if n.unit == "p50-sec" {
		a.Why += transits(n.s, chosen)
	}
	if len(missing) > 0 {
		a.Why += " Not compared for want of a number: " + text.Join(missing) + "."
	}
	switch {
	case len(others) == 0:
		a.Choose = "this run cannot tell them apart"
	case n.unit == "p50-sec":
	case len(n.s.With("p50-sec")) > 0:
		a.Choose += condition(chosen, n.s)
	default:
		a.Choose += condition(chosen, load)
	}
	return a, sure
}

// transits warns of what a network adds where it is not in the numbers.
func transits(s view.Scenario, chosen []view.Cell) string {
	polled := false
	for _, c := range chosen {
		polled = polled || c.Transport == "longpoll"
	}
	if !polled || s.Delayed() {
		return ""
	}
	return " Over a network long-polling needs up to three transits for an event and a stream needs one (RFC\u00a06202)."
}
