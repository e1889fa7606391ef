package claims

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/verdict"
)

// doubts names what else than the machine's limits has set ⚠ at a number of the page, with how many
// trials and what it says; empty: nothing has.
func doubts(verdicts []verdict.Verdict) string {
	type doubted struct {
		said   string
		trials map[*results.Trial]bool
	}
	by := map[string]doubted{}
	note := func(c results.Cell, unit string) {
		m, known := results.MetricByUnit(unit)
		for _, t := range c.Trials {
			for _, w := range t.Warnings {
				if !known || view.MachineLimited(w.Code) || !w.Concerns(m) {
					continue
				}
				d := by[w.Code]
				if d.trials == nil {
					d = doubted{w.Text, map[*results.Trial]bool{}}
				}
				d.trials[t] = true
				by[w.Code] = d
			}
		}
	}
	for _, v := range verdicts {
		for _, f := range v.Findings {
			note(f.Of.Cell, f.Criterion.Metric)
			note(f.To.Cell, toMetric(f.Criterion))
			for _, unit := range v.Explain {
				note(f.Of.Cell, unit)
				note(f.To.Cell, unit)
			}
		}
	}
	codes := slices.SortedFunc(maps.Keys(by), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(by[b].trials), len(by[a].trials)), strings.Compare(a, b))
	})
	var all []string
	for _, code := range codes {
		all = append(all, fmt.Sprintf("%s (%s): %s", text.Name(code), text.Count(len(by[code].trials), "trial"), strings.TrimSuffix(told(by[code].said), ".")))
	}
	if all == nil {
		return ""
	}
	return "The sign ⚠ also stands at numbers that a trial's warning concerns: " + strings.Join(all, "; ") + "."
}

// gathered says that trials of a scenario stood together in each round, where they did.
func gathered(r *results.Record) string {
	type round struct {
		scenario string
		number   int
	}
	seen, last := map[round]bool{}, round{}
	for _, t := range r.Trials {
		now := round{t.Scenario, t.Number}
		if now == last {
			continue
		}
		if seen[now] {
			return ""
		}
		seen[now], last = true, now
	}
	if len(seen) == len(r.Trials) {
		return ""
	}
	return ", those of a scenario next to each other"
}
