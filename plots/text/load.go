package text

import (
	"fmt"
	"strconv"
	"strings"

	"pushbench/results"
)

// Load says what clients and publisher do, but for what is swept. Some trials have less
// warm-up than l says: least is the least of it.
func Load(l results.Workload, sweep string, least float64) string {
	parts := []string{}
	add := func(name, text string) {
		if name == "" || sweep != name {
			parts = append(parts, text)
		}
	}
	add("", Clients(l, sweep))
	if arrival := arrivals(l); arrival != "" {
		add("", arrival)
	}
	if l.Send > 0 {
		add("", "each client publishes "+several(l.Send, "event")+"/s")
	}
	if l.Retained > 0 {
		add("", Count(l.Retained, "retained event")+" per topic")
	}
	add("payload", "payload "+Format(float64(l.Payload), "bytes"))
	if l.Filler != "" {
		add("", "padded at "+l.Filler)
	}
	upTo := ""
	if least < l.Warmup {
		upTo = "up to "
	}
	add("", "measured for "+Seconds(l.Window)+" after "+upTo+Seconds(l.Warmup)+" of warm-up")
	if sweep != "" {
		parts = append(parts, "swept: "+Swept(sweep))
	}
	return strings.Join(parts, " · ")
}

// Clients says how many clients there are and what each of them gets, but for
// what is swept: 100 clients, each with 10 events/s (10 topics).
func Clients(l results.Workload, sweep string) string {
	who, each := Count(l.Clients, "client"), ", each with "
	if sweep == "clients" {
		who, each = "", "each client with "
	}
	topics := max(1, l.Topics)
	switch {
	case l.Rate <= 0:
		return strings.TrimPrefix(who+", no events", ", ")
	case sweep == "rate" && topics > 1:
		return who + fmt.Sprintf(" on %d topics, each with its share of the events", topics)
	case sweep == "rate":
		return who
	}
	text := who + each + Number(l.Rate/float64(topics)) + " event/s"
	if l.Rate != float64(topics) {
		text = strings.Replace(text, " event/s", " events/s", 1)
	}
	if topics > 1 {
		text += " (" + Count(topics, "topic") + ")"
	}
	return text
}

// arrivals says how events come where they do not come one by one at equal
// distances.
func arrivals(l results.Workload) string {
	if l.Rate <= 0 || l.Arrival == "" || l.Arrival == "constant" {
		return ""
	}
	text := l.Arrival + " arrivals"
	if l.Burst > 1 {
		text += " of " + strconv.Itoa(l.Burst)
	}
	return text
}

// Swept names what is swept.
func Swept(sweep string) string {
	switch sweep {
	case "rate":
		return "events per second"
	case "interval":
		return "polling interval"
	}
	return sweep
}

// several writes a number, which need not be a whole one, with its noun.
func several(v float64, noun string) string {
	if v == 1 {
		return "1 " + noun
	}
	return Number(v) + " " + noun + "s"
}

// Point writes a value of what is swept.
func Point(sweep string, v float64) string {
	switch sweep {
	case "clients":
		return several(v, "client")
	case "payload":
		return Number(v) + "\u00a0B"
	case "rate":
		return several(v, "event") + "/s"
	case "interval":
		return Seconds(v)
	}
	return Number(v)
}

// Stall says when the server is paused.
func Stall(s results.Stall) string {
	return "the server is paused for " + Seconds(s.For) + ", " + Seconds(s.After) + " into the window"
}

// Slow says which clients read slowly beside the others.
func Slow(s results.SlowClients) string {
	said := "beside " + Count(s.Clients, "client") + " that " + Be(s.Clients, "reads", "read each") + " at most " + Bytes(s.Rate) + "/s"
	if s.History > 0 {
		said += ", from a server that keeps " + Count(s.History, "event") + " of a topic"
	}
	return said
}

// Proxy says which proxy is in front of the server: nginx (tuned).
func Proxy(p results.Proxy) string { return Name(p.Name) + " (" + Name(p.Config) + ")" }

// Nodes says how many processes are the server, and what is between them: 4 nodes behind redis.
func Nodes(n results.Nodes) string {
	return several(float64(n.Count), "node") + " behind " + Name(n.Backplane)
}

// Fault says what befalls the clients, and what they do about it.
func Fault(f *results.Fault, r *results.Reconnect) string {
	var parts []string
	if f != nil {
		who := "all clients"
		if f.Share > 0 {
			who = Number(100*f.Share) + "\u00a0% of the clients"
		}
		what := "the connections of " + who + " are cut "
		switch f.Kind {
		case results.FaultRestart:
			what = "the server is started again "
		case results.FaultReload:
			what = "the proxy reloads its configuration "
		}
		parts = append(parts, what+Seconds(f.After)+" into the window")
	}
	if r != nil {
		after := "after " + Seconds(r.After)
		if r.Jitter > 0 {
			after += " to " + Seconds(r.After+r.Jitter)
		}
		parts = append(parts, "clients that lose their connection connect again "+after)
		if r.Forget {
			parts = append(parts, "over WebSocket without their cursor")
		}
	}
	return strings.Join(parts, ", ")
}

// Path says what a path does to packets.
func Path(p results.Path) string {
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
		parts[0] = "over " + Name(p.Profile)
	}
	if p.Delay > 0 {
		text := Seconds(p.Delay)
		if p.Jitter > 0 {
			text += " ± " + Seconds(p.Jitter)
		}
		parts = append(parts, text+" each way")
	}
	if p.Rate > 0 {
		parts = append(parts, Bytes(p.Rate)+"/s each way")
	}
	if p.Loss > 0 {
		parts = append(parts, Format(p.Loss, "share")+" of packets lost each way")
	}
	if p.MTU > 0 {
		parts = append(parts, "MTU "+Number(float64(p.MTU))+"\u00a0B")
	}
	return strings.Join(parts, ", ")
}
