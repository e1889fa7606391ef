package plots

import (
	"cmp"
	"slices"
	"strings"

	"pushbench/plots/look"
	"pushbench/plots/words"
	"pushbench/results"
)

// A set is one scenario of a record with its cells.
type set struct {
	record   *results.Record
	scenario results.Scenario
	cells    []cell // the floor last
	slug     string // the scenario's name, fit for ids and file names, unlike any other's
}

// A cell is a results.Cell with the name that readers see.
type cell struct {
	results.Cell
	name string
}

func newSet(r *results.Record, s results.Scenario) set {
	out := set{record: r, scenario: s, slug: slug(s.Name)}
	for _, other := range r.Scenarios {
		if other.Name == s.Name {
			break
		}
		if slug(other.Name) == slug(s.Name) {
			out.slug += "-x"
		}
	}
	for _, c := range r.Select(s.Name) {
		out.cells = append(out.cells, cell{Cell: c, name: look.Cell(c)})
	}
	slices.SortStableFunc(out.cells, func(a, b cell) int {
		return cmp.Compare(btoi(look.Floor(a.Transport)), btoi(look.Floor(b.Transport)))
	})
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// section is the id of the scenario's part of the page.
func (s set) section() string { return "scenario-" + s.slug }

// id names a figure of the set; it is fit for a file name and an HTML id.
func (s set) id(what string) string { return s.slug + "-" + what }

// slug makes s fit for a file name (at most 255 bytes with what is added) and an
// id.
func slug(s string) string {
	s = s[:min(len(s), 100)]
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, s), "-")
}

// with returns the cells that have at least one valid trial with unit.
func (s set) with(unit string) []cell {
	var out []cell
	for _, c := range s.cells {
		if _, ok := c.get(unit); ok {
			out = append(out, c)
		}
	}
	return out
}

// contenders returns cells without the floor.
func contenders(cells []cell) []cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c cell) bool { return look.Floor(c.Transport) })
}

// get summarizes a metric of the cell.
func (c cell) get(unit string) (results.Summary, bool) {
	m, ok := results.MetricByUnit(unit)
	if !ok {
		return results.Summary{}, false
	}
	return c.Summarize(m)
}

// center is the cell's median of a metric; 0 when it has none.
func (c cell) center(unit string) float64 {
	s, _ := c.get(unit)
	return s.Center
}

// show formats the cell's median of a metric.
func (c cell) show(unit string) string {
	m, ok := results.MetricByUnit(unit)
	if !ok {
		return "–"
	}
	return c.value(m).Text
}

// load says what the set's clients and publisher did.
func (s set) load() string {
	t := s.any()
	if t == nil {
		return "nothing was run"
	}
	parts := []string{words.Load(t.Load, s.scenario.Sweep)}
	if t.Stall != nil {
		parts = append(parts, words.Stall(*t.Stall))
	}
	if path := s.path(); path != "" {
		parts = append(parts, path)
	}
	return strings.Join(parts, " · ")
}

// any returns a trial of the set, a valid one if there is one; nil when it has
// none. The load is the same in all but for what is swept.
func (s set) any() *results.Trial {
	var failed *results.Trial
	for _, c := range s.cells {
		if len(c.Trials) > 0 {
			return c.Trials[0]
		}
		if len(c.Failed) > 0 {
			failed = c.Failed[0]
		}
	}
	return failed
}
