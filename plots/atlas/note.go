package atlas

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
)

// notes are what must be known of some columns before their numbers are read.
func (s sources) notes() []string {
	var all []string
	if t := s.events.Any(); t != nil && t.Deliveries.Events > 0 {
		n := t.Deliveries.Events
		all = append(all, fmt.Sprintf("With %s in a trial, p99 latency is about that of %s: all clients get an event at nearly the same time.",
			text.Count(int(n), "event"), fromEnd(n-int64(math.Ceil(0.99*float64(n)))+1)))
	}
	if line := streamsNote(s.Record); line != "" {
		all = append(all, line)
	}
	return all
}

// fromEnd is the n-th of the events, from the latest.
func fromEnd(n int64) string {
	switch n {
	case 1:
		return "its latest event"
	case 2:
		return "its second-latest event"
	}
	return fmt.Sprintf("the event with only %d that were later", n-1)
}

// streamsNote says where the number of streams comes from; empty where nobody asked.
func streamsNote(r *results.Record) string {
	asked := 0.0
	for _, c := range r.Checks {
		for _, f := range c.Facts {
			if strings.HasSuffix(f.Name, "/streams") {
				asked = max(asked, f.Figures["asked"])
			}
		}
	}
	if asked == 0 {
		return ""
	}
	return fmt.Sprintf("Streams held are found out once, by the check, with up to %s clients. They are not from the trials.", text.Number(asked))
}

// sharing says for each cell whose clients read several events at once how much of its mean
// latency may come from that.
func sharing(s view.Scenario) string {
	var all []string
	for _, c := range s.Cells {
		most := 0.0
		for _, t := range c.Trials {
			if slices.ContainsFunc(t.Warnings, func(w results.Warning) bool { return w.Code == "shared-stamps" }) {
				most = max(most, t.SharedShare())
			}
		}
		if most > 0 {
			all = append(all, fmt.Sprintf("%s %.0f\u00a0%%", c.LongName(), 100*most))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return " At most it may be lower by this share, in the trial with the greatest: " + strings.Join(all, "; ") + "."
}

// partly says how many of the trials a number is of, and what the others have instead; empty
// when all have it.
func partly(c view.Cell, m results.Metric, s results.Summary) string {
	n, why := 0, ""
	for _, t := range c.Trials {
		if _, ok := m.Value(t); ok {
			n++
		} else if why == "" && m.Why != nil {
			why = m.Why(t)
		}
	}
	if n == len(c.Trials) {
		return ""
	}
	line := fmt.Sprintf("%d of %d trials have this number.", n, len(c.Trials))
	switch {
	case s.N > n:
		line += " In the rest it is not above zero, which is less than can be told. The median counts those trials as the lowest."
	case why != "":
		line += " In the rest, " + strings.TrimSuffix(text.Told(why), ".") + "."
	}
	return line
}

// trialCount says how many trials of the cell a number is of.
func trialCount(c view.Cell, s results.Summary) string {
	if s.N == len(c.Trials) {
		return text.Count(s.N, "trial")
	}
	return fmt.Sprintf("%d of %s", s.N, text.Count(len(c.Trials), "trial"))
}
