package view

import (
	"cmp"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/results"
)

// TargetSuffix is what follows the name of a variant where not our own servers alone
// answered: " (old)".
func TargetSuffix(r *results.Record, target string) string {
	if len(r.Targets) < 2 && (len(r.Targets) == 0 || r.Targets[0].Name == results.Builtin) || target == "" {
		return ""
	}
	return " (" + text.Name(target) + ")"
}

// Of returns the scenario as one target answered it: its cells alone, and their names
// without it.
func (s Scenario) Of(target string) Scenario {
	var cells []Cell
	for _, c := range s.Cells {
		if c.Target == target {
			c.Name, c.suffix = strings.TrimSuffix(c.Name, c.suffix), ""
			cells = append(cells, c)
		}
	}
	s.Cells = cells
	return s
}

// Over returns the scenario as its targets answered over one transport: its cells
// alone, by the names of their targets and in that order. A target with several
// variants of the transport has their names behind its own. id tells the figures of
// several transports apart.
func (s Scenario) Over(transport, id string) Scenario {
	cells := slices.DeleteFunc(slices.Clone(s.Cells), func(c Cell) bool { return c.Transport != transport })
	for i, c := range cells {
		c.Name, c.suffix, c.place = text.Name(c.Target), "", 0
		if slices.ContainsFunc(cells, func(o Cell) bool { return o.Target == c.Target && o.Variant != c.Variant }) {
			c.Name += ", " + CellName(c.Cell)
		}
		cells[i] = c
	}
	slices.SortStableFunc(cells, func(a, b Cell) int { return cmp.Compare(a.Name, b.Name) })
	s.Cells, s.slug = cells, s.slug+"-"+id
	return s
}

// targetPlace is the place of the cell's target in the record, from 0.
func targetPlace(r *results.Record, c results.Cell) int {
	return max(0, slices.IndexFunc(r.Targets, func(t results.Target) bool { return t.Name == c.Target }))
}

// Stroke is how the cell is drawn: in its transport's color, and in dots where
// its target is not the first.
func (c Cell) Stroke() chart.Stroke {
	s := StyleOf(c.Transport).Stroke
	if c.place > 0 {
		s.Dash = []vg.Length{1, vg.Length(1 + c.place)}
	}
	return s
}
