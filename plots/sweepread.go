package plots

import (
	"fmt"
	"strings"

	"pushbench/plots/look"
	"pushbench/plots/words"
	"pushbench/results"
	"pushbench/results/model"
)

// sweepReadings returns what to read out of a sweep: where one variant
// overtakes another, else how each grows.
func sweepReadings(s set) []string {
	var out []string
	for _, unit := range []string{crossingUnit, "p99-sec"} {
		if text := crossingReading(s, unit); text != "" {
			out = append(out, text)
		}
	}
	for _, unit := range []string{"p50-sec", "wire-B/event", "server-cpu-sec/event"} {
		if text := growth(s, unit); text != "" {
			out = append(out, text)
		}
	}
	if text := deliveryReading(s); text != "" {
		out = append(out, text)
	}
	return out
}

// crossingReading tells where variants overtake one another.
func crossingReading(s set, unit string) string {
	var parts []string
	for _, x := range model.Crossings(s.record, s.scenario.Name, unit) {
		a, b := s.shortName(x.A), s.shortName(x.B)
		what := "moves fewer bytes than"
		if unit == "p99-sec" {
			what = "has a shorter tail (p99) than"
		}
		parts = append(parts, fmt.Sprintf("%s %s %s %s, and not beyond", a, what, b, s.upTo(x)))
	}
	if len(parts) == 0 {
		return ""
	}
	lead := ""
	if short := s.short(); short != "" {
		lead = "At " + short + ", "
	}
	return words.Upper(lead + strings.Join(parts, "; ") + "." + sign(s.cells, unit))
}

// growth tells how a metric changes from the first to the last point. What
// changes by less than a tenth stays.
func growth(s set, unit string) string {
	m, ok := results.MetricByUnit(unit)
	if !ok {
		return ""
	}
	var rises, falls, stays []string
	var ends []cell
	for _, group := range sweepGroups(s) {
		var have []cell
		for _, c := range group {
			if sum, ok := c.Summarize(m); ok && sum.Center > 0 && c.Point != "" && !look.Floor(c.Transport) {
				have = append(have, c)
			}
		}
		if len(have) < 2 {
			continue
		}
		a, b := have[0], have[len(have)-1]
		ends = append(ends, a, b)
		switch change := b.center(unit) / a.center(unit); {
		case change > 1.1:
			rises = append(rises, fmt.Sprintf("from %s to %s on %s", a.show(unit), b.show(unit), a.name))
		case change < 1/1.1:
			falls = append(falls, fmt.Sprintf("from %s to %s on %s", a.show(unit), b.show(unit), a.name))
		default:
			stays = append(stays, fmt.Sprintf("at %s on %s", b.show(unit), a.name))
		}
	}
	if len(ends) == 0 {
		return ""
	}
	var parts []string
	for _, p := range []struct {
		verb string
		what []string
	}{{"rises ", rises}, {"falls ", falls}, {"stays ", stays}} {
		if len(p.what) > 0 {
			parts = append(parts, p.verb+words.Join(p.what))
		}
	}
	of := ""
	if name := sweptName(s); s.scenario.Sweep == "interval" || s.scenario.Sweep == "payload" {
		of = " of " + name
	}
	return fmt.Sprintf("From %s, %s %s.", words.FromTo(pointName(ends[0]), pointName(ends[len(ends)-1]))+of, m.Title, strings.Join(parts, "; ")) + sign(ends, unit)
}
