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

// bounded are the cells whose number has an interval and is that of the load's events; left
// names those that have another number.
func bounded(cells []view.Cell, m results.Metric) (all []told, left []string) {
	for _, c := range cells {
		switch s, ok := c.Summarize(m); {
		case !ok || s.Lo <= 0:
		case newestOnly(c):
			left = append(left, c.Name+" (the newest events only)")
		case behind(c, m):
			left = append(left, c.Name+" (its events came late, and many at once)")
		case !s.Interval && !s.Exact:
			left = append(left, c.Name+" (too few trials)")
		default:
			all = append(all, told{c.Name, s})
		}
	}
	return all, left
}

// behind reports whether what came in the windows of the trials is not what was due in them, so that
// a number for each delivery is of another load.
func behind(c view.Cell, m results.Metric) bool {
	return slices.ContainsFunc(c.Doubts(m), func(w results.CellWarning) bool {
		return w.Code == "backlog" && float64(w.Trials) >= c.MarkFrom*float64(len(c.Trials))
	})
}

// little is the ratio of two medians below which no sentence tells how far they are apart.
const little = 1.05

// apart says between which servers a metric lies, by their medians, and whose intervals
// overlap those of the two. It says so when all overlap. It says nothing of fewer than two
// servers, and nothing when they differ by too little to matter.
func apart(all []told, what string, m results.Metric) string {
	if len(all) < 2 {
		return ""
	}
	lowest := slices.MinFunc(all, func(a, b told) int { return cmp.Compare(a.Hi, b.Hi) })
	highest := slices.MaxFunc(all, func(a, b told) int { return cmp.Compare(a.Lo, b.Lo) })
	if highest.Lo <= lowest.Hi {
		return fmt.Sprintf("%s: the intervals of all %d servers overlap, so the numbers show no difference.", text.Upper(what), len(all))
	}
	least := slices.MinFunc(all, func(a, b told) int { return cmp.Compare(a.Center, b.Center) })
	most := slices.MaxFunc(all, func(a, b told) int { return cmp.Compare(a.Center, b.Center) })
	ratio := most.Center / least.Center
	if ratio < little {
		return ""
	}
	line := fmt.Sprintf("%s: from %s (%s) to %s (%s), ", text.Upper(what), text.Format(least.Center, m.Kind), least.name, text.Format(most.Center, m.Kind), most.name)
	if most.Lo <= least.Hi {
		line += "whose intervals overlap."
	} else {
		line += text.Times(ratio) + " apart."
	}
	low, high := overlapping(all, least, most), overlapping(all, most, least)
	if slices.Equal(low, high) {
		return line + intervals(low, "both")
	}
	return line + intervals(low, "that of "+least.name) + intervals(high, "that of "+most.name)
}

// overlapping names the servers, but for other, whose intervals overlap that of one.
func overlapping(all []told, one, other told) (names []string) {
	for _, t := range all {
		if t.name != one.name && t.name != other.name && t.Lo <= one.Hi && t.Hi >= one.Lo {
			names = append(names, t.name)
		}
	}
	return names
}

// intervals says whose intervals overlap what: many of them are counted.
func intervals(names []string, what string) string {
	n := len(names)
	switch {
	case n == 0:
		return ""
	case n > 4:
		return fmt.Sprintf(" The intervals of %d more servers overlap %s.", n, what)
	}
	return fmt.Sprintf(" The %s of %s %s %s.", text.Be(n, "interval", "intervals"), text.Join(names), text.Be(n, "overlaps", "overlap"), what)
}

// limits are what the page does not tell.
var limits = []string{
	"Generator and servers share one machine and its cores. A server that uses several cores, or is alone on its machine, does better than here.",
	"Everything goes over loopback: no delay, no loss, no TLS. Over a network the difference between servers is a smaller part of the latency.",
	"A client that polls gets most events long after they were due, at its next poll. A difference of some milliseconds comes from the moments of the polls, and not from the server.",
	"Bytes per event include the acknowledgments of TCP. A client can acknowledge several events at once. That depends on the moments at which they come, and can make a difference of some bytes per event.",
	"What a message has around its payload, such as a JSON envelope, may be the choice of the program behind the server, and not of the server.",
	"There is one topic and one small load. A server that is slower here may carry more clients, larger events or many topics better.",
	"Each server has its default configuration where that works, and one process where it would usually have several behind a balancer.",
	"The programs behind the servers are small and do nothing else. Yours has its own work to do, and its own costs beside these.",
	"Some servers run on from trial to trial, because they take seconds to start, or because their virtual machine compiles while it runs. One whose target file has a warm-up gets a load of its own before its first trial. The memory of connections is measured on a new process in each trial.",
	"Each event is published by a request of its own, which is sent when the last one has been answered. Taking these requests is in the CPU time of the server, and an answer that comes late is in the latency.",
	"The versions are those of one distribution or registry on one day. A newer one may differ.",
	"There is no ranking. Numbers whose intervals overlap show no difference, and cost is only one reason to choose a server.",
}
