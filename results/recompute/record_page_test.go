package recompute

import (
	"fmt"
	"slices"
	"strings"
)

// met is what was expected of a run, where it held. One that does not hold by what
// was measured fits no page.
func (r *record) met() (all []string) {
	if len(r.Expectations) == 0 {
		return nil
	}
	all = append(all, "## Expectations")
	var texts []string
	for _, e := range r.Expectations {
		texts = fresh(texts, e.Text)
	}
	for _, text := range texts {
		var places, parts []string
		on := map[string][]string{}
		for _, e := range r.Expectations {
			if e.Text != text {
				continue
			}
			place := e.Scenario
			if e.Point != "" {
				place += " at " + e.Point
			}
			for _, c := range r.cells(e.Scenario) {
				if c.variant != e.Variant || c.point != e.Point {
					continue
				}
				metric, bound, _ := strings.Cut(text, " == ")
				if !e.Held || c.mid(metric) != e.Got || bound != fmt.Sprint(e.Want) || e.Got != e.Want {
					place += ", which is not so"
				}
				places = fresh(places, place)
				on[place] = fresh(on[place], brackets(c.name()))
			}
		}
		for len(places) > 0 {
			names := on[places[0]]
			other := func(p string) bool { return !slices.Equal(on[p], names) }
			parts = append(parts, "in "+join(slices.DeleteFunc(slices.Clone(places), other))+" on "+join(names))
			places = slices.DeleteFunc(places, func(p string) bool { return !other(p) })
		}
		all = append(all, "- `"+text+"` was met "+strings.Join(parts, "; ")+".")
	}
	return all
}

// defined explains the metrics of a report's tables. Its prose is its own; how many
// predictions came true is counted.
func (r *record) defined(got []string) []string {
	all := []string{"## Definitions", "<details><summary>The metrics of the tables above</summary>"}
	for _, line := range got {
		rest, ok := strings.CutPrefix(line, `- <a id="metric-`)
		id, _, closed := strings.Cut(rest, `"`)
		if !ok || !closed {
			continue
		}
		n, within := 0, 0
		for _, p := range r.Predictions {
			if anchor(p.Metric) == "metric-"+id {
				if n++; !p.Finding {
					within++
				}
			}
		}
		pattern := `- <a id="metric-` + id + `"></a>` + prose
		is := "are"
		if within == 1 {
			is = "is"
		}
		switch {
		case n > 0:
			pattern += fmt.Sprintf(" In this run %d of %s with a closed form %s exact or within its tolerance.", within,
				count(n, "cell"), is)
		case strings.Contains(line, " In this run "):
			pattern = "no prediction is of " + id
		}
		all = append(all, pattern)
	}
	return all
}

// again is how to repeat a run.
func (r *record) again() []string {
	p := r.Provenance
	command := []string{"bin/pushbench"}
	for i := 1; i < len(p.Command); i++ {
		if p.Command[i] == "--out" {
			i++
			continue
		}
		command = append(command, p.Command[i])
	}
	if !slices.Contains(command, "--seed") {
		command = append(command, "--seed", fmt.Sprint(r.Seed))
	}
	return []string{"## Reproduce", "In a clone of the repository, with " + p.GoVersion + " on kernel " + p.Kernel + ":",
		"git checkout --detach " + p.Commit, "make bin/pushbench", strings.Join(command, " ")}
}
