package recompute

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// each is how many events a second a client gets.
func (x *trial) each() float64 { return x.Load.Rate / float64(max(1, x.Load.Topics)) }

// clients says who they are and what each gets, but for what is swept.
func (x *trial) clients(sweep string) string {
	who, each := count(x.Load.Clients, "client"), ", each with "
	if sweep == "clients" {
		who, each = "", "each client with "
	}
	topics := max(1, x.Load.Topics)
	switch {
	case x.Load.Rate <= 0:
		return strings.TrimPrefix(who+", no events", ", ")
	case sweep == "rate" && topics > 1:
		return fmt.Sprintf("%s on %d topics, each with its share of the events", who, topics)
	case sweep == "rate":
		return who
	}
	text := who + each + perSecondEach(x)
	if topics > 1 {
		text += " (" + count(topics, "topic") + ")"
	}
	return text
}

func perSecondEach(x *trial) string {
	if x.each() == 1 {
		return "1 event/s"
	}
	return whole(number(x.each()) + " events/s")
}

// over says what lies between clients and server.
func (x *trial) over() string {
	p := x.Path
	var parts []string
	switch p.Kind {
	case "", "loopback":
		return "over loopback"
	case "veth":
		parts = []string{"between network namespaces"}
	default:
		parts = []string{"over a " + p.Kind}
	}
	if p.Profile != "" {
		parts[0] = "over " + p.Profile
	}
	if p.Delay > 0 {
		text := seconds(p.Delay)
		if p.Jitter > 0 {
			text += " ± " + seconds(p.Jitter)
		}
		parts = append(parts, text+" each way")
	}
	if p.Rate > 0 {
		parts = append(parts, whole(format(p.Rate, "bytes"))+"/s each way")
	}
	if p.Loss > 0 {
		parts = append(parts, format(p.Loss, "share")+" of packets lost each way")
	}
	if p.MTU > 0 {
		parts = append(parts, "MTU "+number(float64(p.MTU))+" B")
	}
	return strings.Join(parts, ", ")
}

// path is that of all trials of a scenario.
func (r *record) path(s scenario) string {
	var all []string
	for _, c := range r.cells(s.Name) {
		for _, x := range c.trials {
			all = fresh(all, x.over())
		}
	}
	return strings.Join(all, " or ")
}

// asked says what a scenario's clients and publisher did.
func (r *record) asked(s scenario) string {
	x := r.cells(s.Name)[0].trials[0]
	l := x.Load
	parts := []string{x.clients(s.Sweep)}
	if l.Rate > 0 && l.Arrival != "" && l.Arrival != "constant" {
		text := l.Arrival + " arrivals"
		if l.Burst > 1 {
			text += " of " + strconv.Itoa(l.Burst)
		}
		parts = append(parts, text)
	}
	if l.Send > 0 {
		text := "1 event"
		if l.Send != 1 {
			text = strconv.FormatFloat(l.Send, 'g', 3, 64) + " events"
		}
		parts = append(parts, "each client publishes "+text+"/s")
	}
	if l.Retained > 0 {
		parts = append(parts, count(l.Retained, "retained event")+" per topic")
	}
	if s.Sweep != "payload" {
		parts = append(parts, "payload "+format(float64(l.Payload), "bytes"))
	}
	if l.Filler != "" {
		parts = append(parts, "padded at "+l.Filler)
	}
	least, most := l.Warmup, l.Warmup
	for _, other := range r.Trials {
		if other.Scenario == s.Name {
			least, most = min(least, other.Load.Warmup), max(most, other.Load.Warmup)
		}
	}
	after := " after "
	if least < most {
		after += "up to "
	}
	parts = append(parts, "measured for "+seconds(l.Window)+after+seconds(most)+" of warm-up")
	if s.Sweep != "" {
		name := map[string]string{"rate": "events per second", "interval": "polling interval"}[s.Sweep]
		if name == "" {
			name = s.Sweep
		}
		parts = append(parts, "swept: "+name)
	}
	if x.Stall != nil {
		parts = append(parts, "the server is paused for "+seconds(x.Stall.For)+", "+seconds(x.Stall.After)+" into the "+
			"window")
	}
	if s := l.Slow; s != nil {
		read := "read each"
		if s.Clients == 1 {
			read = "reads"
		}
		said := "beside " + count(s.Clients, "client") + " that " + read + " at most " + format(s.Rate, "bytes") + "/s"
		if s.History > 0 {
			said += ", from a server that keeps " + count(s.History, "event") + " of a topic"
		}
		parts = append(parts, said)
	}
	if f := x.Fault; f != nil {
		what := "the server is started again "
		if f.Kind == "reload" {
			what = "the proxy reloads its configuration "
		}
		if f.Kind == "cut" {
			what = "the connections of all clients are cut "
			if f.Share > 0 {
				what = "the connections of " + strconv.FormatFloat(100*f.Share, 'g', 3, 64) + "\u00a0% of the clients are cut "
			}
		}
		parts = append(parts, what+seconds(f.After)+" into the window, "+x.comeback())
	} else if x.Load.Reconnect != nil {
		parts = append(parts, x.comeback())
	}
	if over := r.path(s); over != "over loopback" {
		parts = append(parts, over)
	}
	if s.Proxy != nil {
		parts = append(parts, "through "+s.Proxy.Name+" ("+s.Proxy.Config+")")
	}
	if n := s.Nodes; n != nil {
		parts = append(parts, count(n.Count, "node")+" behind "+n.Backplane)
	}
	return strings.Join(append(parts, count(s.Trials, "trial")+" of each variant"), " · ")
}

// led is the scenario that a report opens with: the first without a sweep in which
// several transports had events, else the first with any.
func (r *record) led() *scenario {
	var first *scenario
	for i, s := range r.Scenarios {
		switch n := len(contenders(r.cells(s.Name), "p50-sec")); {
		case s.Sweep != "" || n == 0:
		case n > 1:
			return &r.Scenarios[i]
		case first == nil:
			first = &r.Scenarios[i]
		}
	}
	return first
}

// connected is the scenario that tells what a connection costs: the first without
// events that opens one connection at a time, else the first without events, else
// the first.
func (r *record) connected() scenario {
	i := slices.IndexFunc(r.Scenarios, func(s scenario) bool { return r.opens(s) && r.first(s).Load.Opening <= 1 })
	if i < 0 {
		i = slices.IndexFunc(r.Scenarios, r.opens)
	}
	return r.Scenarios[max(0, i)]
}

func (r *record) first(s scenario) *trial { return r.cells(s.Name)[0].trials[0] }

// opens says that a scenario only opens connections.
func (r *record) opens(s scenario) bool { return s.Sweep == "" && r.first(s).Load.Rate == 0 }

// rare says that a client waits for more than a second for an event.
func (r *record) rare(s scenario) bool { return r.first(s).each() < 1 }

// alike is the cell of a variant and target in another scenario.
func alike(cells []*cell, as *cell) *cell {
	for _, c := range cells {
		if c.target == as.target && c.variant == as.variant {
			return c
		}
	}
	return nil
}

// connection is a field on what a connection costs: of the scenario of connections
// where it has the variant, else of the load, else of another variant there; of the
// last two it says so.
func (c *cell) connection(load string, conn []*cell, unit string) (field string, noted bool) {
	of, note := c, ""
	if same := alike(conn, c); same != nil {
		return same.value(unit), false
	}
	if c.has(unit) {
		note = "from " + load
	} else if i := slices.IndexFunc(conn, func(o *cell) bool {
		return o.has(unit) && o.transport == c.transport && o.target == c.target
	}); i >= 0 {
		of, note = conn[i], "of "+brackets(conn[i].name())
	} else {
		return c.value(unit), false
	}
	s, _ := summarize(of, unit)
	return s.written(func(s summary) string {
		text := format(s.mid, kind(unit)) + sign(unit, of) + "<br>"
		if b := s.bounds(kind(unit)); b != "" {
			text += b + ", "
		}
		return text + note
	}), true
}

// comeback says what clients do that lose their connection.
func (x *trial) comeback() string {
	r := x.Load.Reconnect
	text := "clients that lose their connection connect again after " + seconds(r.After)
	if r.Jitter > 0 {
		text += " to " + seconds(r.After+r.Jitter)
	}
	if r.Forget {
		text += ", over WebSocket without their cursor"
	}
	return text
}
