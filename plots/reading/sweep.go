package reading

import (
	"fmt"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/model"
)

// sweepReadings returns what to read out of a sweep: where one variant
// overtakes another, else how each grows.
func sweepReadings(s view.Scenario) []string {
	var out []string
	for _, unit := range []string{view.CrossingUnit, "p99-sec"} {
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
func crossingReading(s view.Scenario, unit string) string {
	var parts []string
	for _, x := range model.Crossings(s.Record, s.Scenario.Name, unit) {
		a, b := s.NameOf(x.Target, x.A), s.NameOf(x.Target, x.B)
		what := "moves fewer bytes than"
		if unit == "p99-sec" {
			what = "has a shorter tail (p99) than"
		}
		parts = append(parts, fmt.Sprintf("%s %s %s %s, and not beyond", a, what, b, s.UpTo(x)))
	}
	if len(parts) == 0 {
		return ""
	}
	lead := ""
	if short := s.Short(); short != "" {
		lead = "At " + short + ", "
	}
	return text.Upper(lead + strings.Join(parts, "; ") + "." + view.DoubtSign(s.Cells, unit))
}

// growth tells how a metric changes from the first to the last point. What
// changes by less than a tenth stays.
func growth(s view.Scenario, unit string) string {
	m, ok := results.MetricByUnit(unit)
	if !ok {
		return ""
	}
	var rises, falls, stays []string
	var ends []view.Cell
	for _, group := range s.Lines() {
		var have []view.Cell
		for _, c := range group {
			if sum, ok := c.Summarize(m); ok && sum.Center > 0 && c.Point != "" && !view.IsFloor(c.Transport) {
				have = append(have, c)
			}
		}
		if len(have) < 2 {
			continue
		}
		a, b := have[0], have[len(have)-1]
		ends = append(ends, a, b)
		switch change := b.Center(unit) / a.Center(unit); {
		case change > 1.1:
			rises = append(rises, fmt.Sprintf("from %s to %s on %s", a.Show(unit), b.Show(unit), a.Name))
		case change < 1/1.1:
			falls = append(falls, fmt.Sprintf("from %s to %s on %s", a.Show(unit), b.Show(unit), a.Name))
		default:
			stays = append(stays, fmt.Sprintf("at %s on %s", b.Show(unit), a.Name))
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
			parts = append(parts, p.verb+text.Join(p.what))
		}
	}
	of := ""
	if name := s.SweptName(); s.Scenario.Sweep == "interval" || s.Scenario.Sweep == "payload" {
		of = " of " + name
	}
	return fmt.Sprintf("From %s, %s %s.", text.FromTo(ends[0].PointName(), ends[len(ends)-1].PointName())+of, m.Title, strings.Join(parts, "; ")) + view.DoubtSign(ends, unit)
}
