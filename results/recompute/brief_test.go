package recompute

import (
	"fmt"
	"slices"
	"strings"
)

const intervals = " Each number is the median of its trials. With it stands its 95 % interval or, in brackets, " +
	"the least and the greatest of fewer than six trials, unless they read the same as the number. " +
	"⚠ marks a number in doubt. The report says why in the section of its scenario."

// brief is what a reader with one minute reads, as lines of a report or, without
// links, of the README.
func (r *record) brief(links bool) (all []string) {
	lead := r.led()
	s, conn := *lead, r.connected()
	cells, x := r.cells(s.Name), r.first(s)
	all = append(all, fmt.Sprintf("The load: %s, %s per event, %s.", x.clients(""), format(float64(x.Load.Payload),
		"bytes"), r.path(s)))
	answer, _ := r.sentences(s)
	for _, line := range answer {
		all = append(all, "- **"+line+"**")
	}
	heads := []string{"median latency", "99 % arrive within", "bytes per event", "server CPU per event",
		"time to connect", "memory per connection"}
	units := []string{"p50-sec", "p99-sec", "wire-B/event", "server-cpu-sec/event", "open-sec", "server-mem-B/conn"}
	if n := r.first(conn).Load.Opening; n > 1 {
		heads[4] += fmt.Sprintf(", %d at a time", n)
	}
	for i, u := range units {
		if links {
			heads[i] = "[" + heads[i] + "](#" + anchor(u) + ")"
		}
	}
	all = append(all, row(append([]string{"transport"}, heads...)...))
	elsewhere := false
	for _, c := range contenders(cells, "p50-sec") {
		fields := []string{c.name()}
		for i, u := range units {
			if i < 4 {
				fields = append(fields, c.value(u))
				continue
			}
			field, noted := c.connection(s.Name, r.cells(conn.Name), u)
			fields, elsewhere = append(fields, field), elsewhere || noted
		}
		all = append(all, row(fields...))
	}
	from := "All numbers are from " + s.Name
	if conn.Name != s.Name {
		from = fmt.Sprintf("Latency, bytes and CPU are from %s. Time to connect and memory are from %s", s.Name, conn.Name)
	}
	if elsewhere {
		from += " except where noted"
	}
	all = append(all, from+"."+intervals, "### What to choose when")
	rows, missing := r.advice(s)
	columns := []string{"when", "choose", "because", "proof"}
	if !links {
		columns = columns[:3]
	}
	if len(rows) > 0 {
		all = append(all, row(columns...))
	}
	for _, fields := range rows {
		if links {
			fields = append(slices.Clone(fields), "["+words+"](#"+words+")")
		}
		all = append(all, row(fields...))
	}
	if missing != "" {
		all = append(all, missing)
	}
	return all
}

func anchor(unit string) string {
	return "metric-" + strings.ToLower(strings.ReplaceAll(unit, "/", "-"))
}

// others are what the other scenarios answer.
func (r *record) others() (all []string) {
	all = append(all, "### Other loads")
	for _, s := range r.Scenarios {
		if answer, _ := r.sentences(s); s.Name != r.led().Name && len(answer) > 0 {
			all = append(all, "- **"+s.Name+"**: "+answer[0])
		}
	}
	return all
}

// alerts are what a reader must know before any number.
func (r *record) alerts() (all []string) {
	disturbed := 0
	var codes, single, few []string
	for _, x := range r.Trials {
		hit := 0
		for _, w := range x.Warnings {
			if slices.Contains(blamed, w.Code) {
				hit, codes = 1, fresh(codes, w.Code)
			}
		}
		disturbed += hit
	}
	for _, s := range r.Scenarios {
		for _, c := range r.cells(s.Name) {
			switch n := len(c.trials); {
			case n == 1:
				single = fresh(single, s.Name)
			case n < 6:
				few = fresh(few, s.Name)
			}
		}
	}
	say := func(n int, text string) {
		if n > 0 {
			all = append(all, "> **⚠ "+text+"**")
		}
	}
	say(disturbed, fmt.Sprintf("In %d of %s the load generator or the machine was the limit (%s). ⚠ marks the "+
		"numbers concerned.", disturbed, count(len(r.Trials), "trial"), join(codes)))
	say(len(single), "Some variants have a single valid trial, so their numbers have no interval: "+join(single)+".")
	say(len(few), "Some variants have fewer than six trials. Their numbers show the least and the greatest in "+
		"brackets instead of a 95 % interval: "+join(few)+".")
	return all
}
