package reading

import (
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/model"
)

// sweepReadings returns what to read out of a sweep: where one variant
// overtakes another, else how each grows.
func sweepReadings(s view.Scenario) []string {
	out := []string{
		crossingReading(s, view.CrossingUnit, "moves fewer bytes than", "more"),
		crossingReading(s, "p99-sec", "has a lower p99 latency than", "a higher one"),
	}
	for _, unit := range []string{"p50-sec", "wire-B/event", "server-cpu-sec/event"} {
		out = append(out, growth(s, unit))
	}
	return slices.DeleteFunc(out, empty)
}

// crossingReading tells where variants overtake one another, a sentence each.
func crossingReading(s view.Scenario, unit, lower, higher string) string {
	var parts []string
	for _, x := range model.Crossings(s.Record, s.Scenario.Name, unit) {
		var both []view.Cell
		for _, c := range s.With(unit) {
			if line := results.Unswept(c.Cell); c.Target == x.Target && (line == x.A || line == x.B) {
				both = append(both, c)
			}
		}
		parts = append(parts, s.Crossing(x, lower, higher)+single(both, unit)+view.DoubtSign(both, unit)+".")
	}
	return strings.Join(parts, " ")
}

// growth tells how a metric changes from the first to the last point. What
// changes by less than a tenth stays.
func growth(s view.Scenario, unit string) string {
	m, ok := results.MetricByUnit(unit)
	if !ok {
		return ""
	}
	var starts, ends []view.Cell
	for _, group := range s.Lines() {
		have := slices.DeleteFunc(slices.Clone(group), func(c view.Cell) bool {
			return c.Point == "" || view.IsFloor(c.Transport) || c.Center(unit) <= 0
		})
		if len(have) > 1 {
			starts, ends = append(starts, have[0]), append(ends, have[len(have)-1])
		}
	}
	if len(ends) == 0 {
		return ""
	}
	var parts []string
	for i, name := range view.ShortNames(ends) {
		a, b := starts[i], ends[i]
		if change := b.Center(unit) / a.Center(unit); change > 1.1 || change < 1/1.1 {
			parts = append(parts, name+" "+fromTo(a, b, unit))
		} else {
			parts = append(parts, name+" "+b.Show(unit)+view.DoubtSign([]view.Cell{a, b}, unit)+" at both ends")
		}
	}
	of := ""
	if s.Scenario.Sweep == "interval" || s.Scenario.Sweep == "payload" {
		of = " of " + s.SweptName()
	}
	return text.Upper(m.Title) + ", from " + text.FromTo(starts[0].PointName(), ends[0].PointName()) + of +
		single(slices.Concat(starts, ends), unit) + ": " + strings.Join(parts, ", ") + "."
}

// fromTo writes the medians of two cells, each with its sign of doubt.
func fromTo(a, b view.Cell, unit string) string {
	if view.DoubtSign([]view.Cell{a}, unit) != "" {
		return numberOf(a, unit) + " to " + numberOf(b, unit)
	}
	return text.FromTo(a.Show(unit), b.Show(unit)) + view.DoubtSign([]view.Cell{b}, unit)
}
