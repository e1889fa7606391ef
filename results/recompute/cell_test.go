package recompute

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// doubtful are the metrics that a warning can be about, by its code.
func doubtful(code, unit string) bool {
	tail := slices.Contains([]string{"p99-sec", "p999-sec", "max-sec"}, unit)
	arrival := tail || slices.Contains([]string{"p50-sec", "p90-sec", "mean-sec", "uncorrected-p99-sec",
		"generator-wait-sec", "from-server-sec", "uniform-fit",
		"spread-sec", "age-sec", "peak-age-sec"}, unit)
	server := unit == "to-server-sec" || unit == "from-server-sec"
	k := kind(unit)
	switch code {
	case "few-samples", "few-events":
		return tail
	case "unstamped", "shared-stamps", "slow-answers":
		return arrival
	case "schedule-lag", "publisher-reopened": // not what begins when the event was sent
		return arrival && !slices.Contains([]string{"generator-wait-sec", "from-server-sec", "spread-sec", "uniform-fit"}, unit) ||
			unit == "to-server-sec"
	case "backlog":
		return strings.HasSuffix(unit, "/event") && unit != "server-allocs/event" || unit == "wire-B/client-min"
	case "server-clock":
		return server
	case "clock":
		return arrival || server
	case "reopened":
		return k == "bytes" || strings.HasPrefix(unit, "requests/") || unit == "segments/event" || tail
	case "few-connections":
		return unit == "kernel-B/conn" || unit == "server-mem-B/conn" || unit == "outside-B/conn"
	case "server-processes":
		return unit == "server-cpu-sec/event" || unit == "server-cpu-sec/conn" || unit == "server-syscalls/event"
	case "machine-busy", "cpu-pressure", "overlap", "ceiling", "ceiling-unknown", "bias", "throttled", "path-late":
		return k == "sec" || unit == "conns/sec"
	case "retransmission", "path-overrun":
		return k == "sec" || k == "bytes"
	}
	return true // nobody knows what it is about
}

// blamed are the warnings that the load generator or the machine was the limit.
var blamed = []string{"machine-busy", "cpu-pressure", "schedule-lag", "ceiling", "bias", "clock", "throttled",
	"path-late", "path-overrun"}

// behind is the warning that what came in a window is not what was due in it.
var behind = warning{"backlog", "the deliveries within the window differ by more than 5 % from those that were due in it, " +
	"because events came late and many at once: bytes and CPU time per event are divided by what came"}

// doubts are a trial's warnings, and that of a window that lags behind.
func (x *trial) doubts() []warning {
	off := x.Latency.Count - x.Deliveries.InWindow
	off = max(off, -off)
	if x.Deliveries.Superseded == 0 && 20*off > x.Latency.Count && off > 2*int64(x.Load.Clients) {
		return append(slices.Clone(x.Warnings), behind)
	}
	return x.Warnings
}

// doubted reports whether one of the trial's warnings is about unit. A late publisher is in the
// tails, and in another number where a tenth of it may be the lag's.
func (x *trial) doubted(w warning, unit string) bool {
	if w.Code != "schedule-lag" && w.Code != "publisher-reopened" || !doubtful(w.Code, unit) {
		return doubtful(w.Code, unit)
	}
	if x.numbers == nil {
		x.numbers = metrics(x)
	}
	late := x.Trust.Lag
	lag := late.mean()
	switch unit {
	case "p99-sec", "p999-sec", "max-sec":
		return true
	case "p50-sec", "peak-age-sec", "to-server-sec":
		lag = late.at(1, 2)
	case "p90-sec":
		lag = late.at(9, 10)
	case "uncorrected-p99-sec":
		lag = late.at(99, 100)
	}
	v, has := x.numbers[unit]
	return late.Count == 0 || !has || lag > 0.1*v
}

// warnings are a cell's, those of the most trials first; n is their number.
func (c *cell) warnings() (all []warning, n map[string]int) {
	return c.wanted(func(*trial, warning) bool { return true })
}

// about are the warnings about unit.
func (c *cell) about(unit string) []warning {
	all, _ := c.wanted(func(x *trial, w warning) bool { return x.doubted(w, unit) })
	return all
}

func (c *cell) wanted(is func(*trial, warning) bool) (all []warning, n map[string]int) {
	n = map[string]int{}
	for _, x := range c.trials {
		var seen []string
		for _, w := range x.doubts() {
			if slices.Contains(seen, w.Code) || !is(x, w) {
				continue
			}
			seen = append(seen, w.Code)
			if n[w.Code]++; n[w.Code] == 1 {
				all = append(all, w)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b warning) int { return cmp.Compare(n[b.Code], n[a.Code]) })
	return all, n
}

// sign is that of a number in doubt.
func sign(unit string, cells ...*cell) string {
	for _, c := range cells {
		if len(c.about(unit)) > 0 {
			return " ⚠"
		}
	}
	return ""
}

// mid is a cell's median.
func (c *cell) mid(unit string) float64 {
	s, _ := summarize(c, unit)
	return s.mid
}

func (c *cell) has(unit string) bool {
	_, ok := summarize(c, unit)
	return ok
}

// show is a cell's median, and the sign of doubt.
func (c *cell) show(unit string) string {
	if !c.has(unit) {
		return "–"
	}
	return shown(c.mid(unit), kind(unit))
}

// value is a field of a table.
func (c *cell) value(unit string) string {
	s, ok := summarize(c, unit)
	if !ok {
		return "–" + c.why(unit)
	}
	return s.written(func(s summary) string {
		text := format(s.mid, kind(unit)) + sign(unit, c)
		if b := s.bounds(kind(unit)); b != "" {
			text += "<br>" + b
		}
		return text
	})
}

// why is the reason for a missing number.
func (c *cell) why(unit string) string {
	for _, x := range c.trials {
		switch n := x.Latency.Count; {
		case unit == "p99-sec" && n > 0 && n < 100:
			return fmt.Sprintf("<br>%d of the 100 deliveries that a p99 needs", n)
		case unit == "server-mem-B/conn" && x.Connection.Opened < 100 && held(x) != nil:
			return "<br>below what can be told: fewer than 100 connections were held"
		}
	}
	return ""
}

// head is a cell's name in a table: with the value of the sweep.
func (c *cell) head() string {
	if at := c.where(); at != "" {
		return c.name() + " · " + at
	}
	return c.name()
}

// brackets writes a name so that a list of names can have commas.
func brackets(name string) string {
	if transport, settings, ok := strings.Cut(name, ", "); ok {
		return transport + " (" + settings + ")"
	}
	return name
}

// shorts are the names of cells that stand beside each other: the interval is
// left out where no other has the transport.
func shorts(cells []*cell) (all []string) {
	for _, c := range cells {
		n := 0
		for _, o := range cells {
			if o.transport == c.transport && o.target == c.target {
				n++
			}
		}
		all = append(all, brackets(c.named(n > 1)))
	}
	return all
}

// contenders are the cells that have a metric, without the floor.
func contenders(cells []*cell, unit string) (all []*cell) {
	for _, c := range cells {
		if c.transport != "tcp" && c.has(unit) {
			all = append(all, c)
		}
	}
	return all
}

// plainest is the first cell of each transport where there are too many.
func plainest(cells []*cell) (all []*cell, rest string) {
	if len(cells) < 8 {
		return cells, ""
	}
	for _, c := range cells {
		if !slices.ContainsFunc(all, func(o *cell) bool { return o.transport == c.transport && o.target == c.target }) {
			all = append(all, c)
		}
	}
	return all, fmt.Sprintf(" The table has all %d variants.", len(cells))
}

func ordered(cells []*cell, unit string) []*cell {
	return slices.SortedStableFunc(slices.Values(cells), func(a, b *cell) int {
		return cmp.Compare(a.mid(unit),
			b.mid(unit))
	})
}

// list says what contenders have of a metric, the least first.
func list(cells []*cell, unit, lead string) string {
	cells, rest := plainest(contenders(cells, unit))
	if len(cells) == 0 {
		return ""
	}
	return lead + alone(unit, cells...) + ": " + enumerate(ordered(cells, unit), unit) + "." + rest
}

// alone says that one trial of each cell is all that has a number.
func alone(unit string, cells ...*cell) string {
	for _, c := range cells {
		if s, _ := summarize(c, unit); s.n > 1 {
			return ""
		}
	}
	return map[bool]string{true: " (one trial)", false: " (one trial each)"}[len(cells) == 1]
}

func enumerate(cells []*cell, unit string) string {
	var parts []string
	for i, name := range shorts(cells) {
		parts = append(parts, name+" "+cells[i].show(unit)+sign(unit, cells[i]))
	}
	return strings.Join(parts, ", ")
}
