package words

import (
	"strconv"
	"strings"

	"pushbench/results"
)

// Load says what clients and publisher do, but for what is swept.
func Load(l results.Workload, sweep string) string {
	parts := []string{}
	add := func(name, text string) {
		if name == "" || sweep != name {
			parts = append(parts, text)
		}
	}
	add("clients", Count(l.Clients, "client"))
	if l.Topics > 1 {
		add("", Count(l.Topics, "topic"))
	}
	if l.Rate > 0 {
		text := Number(l.Rate) + " events/s"
		if l.Arrival != "" && l.Arrival != "constant" {
			text += " (" + l.Arrival
			if l.Burst > 1 {
				text += " of " + strconv.Itoa(l.Burst)
			}
			text += ")"
		}
		add("rate", text)
	} else {
		add("", "no events")
	}
	if l.Retained > 0 {
		add("", Count(l.Retained, "retained event")+" per topic")
	}
	add("payload", "payload "+Format(float64(l.Payload), "bytes"))
	add("", "measured for "+Seconds(l.Window)+" after "+Seconds(l.Warmup))
	if sweep != "" {
		parts = append(parts, "swept: "+Swept(sweep))
	}
	return strings.Join(parts, " · ")
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

// Point writes a value of what is swept.
func Point(sweep string, v float64) string {
	switch sweep {
	case "clients":
		return Number(v) + " clients"
	case "payload":
		return Number(v) + "\u00a0B"
	case "rate":
		return Number(v) + " events/s"
	case "interval":
		return Seconds(v)
	}
	return Number(v)
}

// Stall says when the server stands still.
func Stall(s results.Stall) string {
	return "the server stands still for " + Seconds(s.For) + ", " + Seconds(s.After) + " into the window"
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
