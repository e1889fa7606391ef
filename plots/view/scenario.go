// Package view is the scenarios of a record as readers see them.
package view

import (
	"cmp"
	"slices"
	"strings"

	"pushbench/plots/text"
	"pushbench/results"
)

// A Scenario is one scenario of a record with its cells.
type Scenario struct {
	Record   *results.Record
	Scenario results.Scenario
	Cells    []Cell // the floor last
	slug     string // the scenario's name, fit for ids and file names, unlike any other's
}

// New returns a scenario of r with its cells.
func New(r *results.Record, s results.Scenario) Scenario {
	out := Scenario{Record: r, Scenario: s, slug: slug(s.Name)}
	for _, other := range r.Scenarios {
		if other.Name == s.Name {
			break
		}
		if slug(other.Name) == slug(s.Name) {
			out.slug += "-x"
		}
	}
	for _, c := range r.Select(s.Name) {
		suffix := TargetSuffix(r, c.Target)
		out.Cells = append(out.Cells, Cell{Cell: c, Name: CellName(c) + suffix, suffix: suffix, place: targetPlace(r, c)})
	}
	slices.SortStableFunc(out.Cells, func(a, b Cell) int {
		return cmp.Compare(btoi(IsFloor(a.Transport)), btoi(IsFloor(b.Transport)))
	})
	return out
}

// Find returns the scenario of that name with its cells.
func Find(r *results.Record, name string) Scenario {
	for _, s := range r.Scenarios {
		if s.Name == name {
			return New(r, s)
		}
	}
	return Scenario{}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Section is the id of the scenario's part of the page.
func (s Scenario) Section() string { return "scenario-" + s.slug }

// ID names a figure of the scenario; it is fit for a file name and an HTML id.
func (s Scenario) ID(what string) string { return s.slug + "-" + what }

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

// With returns the cells that have at least one valid trial with unit.
func (s Scenario) With(unit string) []Cell {
	var out []Cell
	for _, c := range s.Cells {
		if _, ok := c.Get(unit); ok {
			out = append(out, c)
		}
	}
	return out
}

// Load says what the scenario's clients and publisher did.
func (s Scenario) Load() string {
	t := s.Any()
	if t == nil {
		return "nothing was run"
	}
	load, least := t.Load, t.Load.Warmup
	for _, c := range s.Cells {
		for _, other := range slices.Concat(c.Trials, c.Failed) {
			load.Warmup, least = max(load.Warmup, other.Load.Warmup), min(least, other.Load.Warmup)
		}
	}
	parts := []string{text.Load(load, s.Scenario.Sweep, least)}
	if t.Stall != nil {
		parts = append(parts, text.Stall(*t.Stall))
	}
	if slow := t.Load.Slow; slow != nil {
		parts = append(parts, text.Slow(*slow))
	}
	if said := text.Fault(t.Fault, t.Load.Reconnect); said != "" {
		parts = append(parts, said)
	}
	if path := s.Path(); path != text.Path(results.Path{}) {
		parts = append(parts, path)
	}
	if p := s.Scenario.Proxy; p != nil {
		parts = append(parts, "through "+text.Proxy(*p))
	}
	if n := s.Scenario.Nodes; n != nil {
		parts = append(parts, text.Nodes(*n))
	}
	return strings.Join(parts, " · ")
}

// Path says what lies between the clients and the server of a scenario. Trials
// over different paths are named together.
func (s Scenario) Path() string {
	var all []string
	for _, c := range s.Cells {
		for _, t := range slices.Concat(c.Trials, c.Failed) {
			all = text.Fresh(all, text.Path(t.Path))
		}
	}
	return strings.Join(all, " or ")
}

// Any returns a trial of the scenario, a valid one if there is one; nil when it has
// none. The load is the same in all but for what is swept.
func (s Scenario) Any() *results.Trial {
	var failed *results.Trial
	for _, c := range s.Cells {
		if len(c.Trials) > 0 {
			return c.Trials[0]
		}
		if len(c.Failed) > 0 {
			failed = c.Failed[0]
		}
	}
	return failed
}
