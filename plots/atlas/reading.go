package atlas

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// readings say how far apart the servers are over one transport, where that can be told.
func readings(events, held view.Scenario) []string {
	var all []string
	for _, one := range []struct {
		s          view.Scenario
		what, unit string
	}{
		{events, "median latency", "p50-sec"},
		{events, "bytes on the wire per event", "wire-B/event"},
		{events, "server CPU per event", "server-cpu-sec/event"},
		{held, "memory per held connection", memory},
	} {
		m, _ := results.MetricByUnit(one.unit)
		compared, left := bounded(one.s.Cells, m)
		line := apart(compared, one.what+view.DoubtSign(one.s.Cells, one.unit), m)
		if line != "" && len(left) > 0 {
			line += " Not compared: " + strings.Join(left, ", ") + "."
		}
		if line != "" {
			all = append(all, line)
		}
	}
	return all
}

// A told is a server whose number has an interval.
type told struct {
	name string
	results.Summary
}

// bounded are the cells whose number has an interval and is that of all events; left names
// those that have another number.
func bounded(cells []view.Cell, m results.Metric) (all []told, left []string) {
	for _, c := range cells {
		switch s, ok := c.Summarize(m); {
		case !ok || s.Lo <= 0:
		case newestOnly(c):
			left = append(left, c.Name+" (the newest events only)")
		case !s.Interval && !s.Exact:
			left = append(left, c.Name+" (too few trials)")
		default:
			all = append(all, told{c.Name, s})
		}
	}
	return all, left
}

// apart says between which servers a metric lies: those at an end that overlap each other
// are named together. It says so when the ends overlap, and nothing of fewer than two
// servers.
func apart(all []told, what string, m results.Metric) string {
	if len(all) < 2 {
		return ""
	}
	least := slices.MinFunc(all, func(a, b told) int { return cmp.Compare(a.Hi, b.Hi) })
	most := slices.MaxFunc(all, func(a, b told) int { return cmp.Compare(a.Lo, b.Lo) })
	if most.Lo <= least.Hi {
		return fmt.Sprintf("%s: the intervals of all %d servers overlap, so the numbers show no difference.", text.Upper(what), len(all))
	}
	var low, high, both []string
	for _, t := range all {
		switch isLow, isHigh := t.Lo <= least.Hi, t.Hi >= most.Lo; {
		case isLow && isHigh:
			both = append(both, t.name)
		case isLow:
			low = append(low, t.name)
		case isHigh:
			high = append(high, t.name)
		}
	}
	line := fmt.Sprintf("%s: from %s (%s) to %s (%s), %s apart.", text.Upper(what), text.Format(least.Center, m.Kind), together(low),
		text.Format(most.Center, m.Kind), together(high), text.Times(most.Center/least.Center))
	if len(both) > 0 {
		line += " The " + text.Be(len(both), "interval", "intervals") + " of " + text.Join(both) + text.Be(len(both), " reaches", " reach") + " both."
	}
	return line
}

// together names the servers at one end of a range, which cannot be told apart.
func together(names []string) string {
	switch {
	case len(names) == 1:
		return names[0]
	case len(names) > 4:
		return fmt.Sprintf("%d servers whose intervals overlap", len(names))
	}
	return text.Join(names) + ", whose intervals overlap"
}

// limits are what the page does not tell.
var limits = []string{
	"Generator and servers share one machine and its cores. A server that uses several cores, or is alone on its machine, does better than here.",
	"Everything goes over loopback: no delay, no loss, no TLS. Over a network the difference between servers is a smaller part of the latency.",
	"There is one topic and one small load. A server that is slower here may carry more clients, larger events or many topics better.",
	"Each server has its default configuration where that works, and one process where it would usually have several behind a balancer.",
	"The programs behind the servers are small and do nothing else. Yours has its own work to do, and its own costs beside these.",
	"Some target files keep a server running from trial to trial, because a virtual machine that compiles while it runs has to warm up. The memory of connections is measured on a new process in each trial.",
	"The versions are those of one distribution or registry on one day. A newer one may differ.",
	"There is no ranking. Numbers whose intervals overlap show no difference, and cost is only one reason to choose a server.",
}
