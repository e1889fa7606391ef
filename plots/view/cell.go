package view

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/results"
)

// A Cell is a results.Cell with the name that readers see.
type Cell struct {
	results.Cell
	Name   string
	suffix string // of the name: who answered, where there are several
	place  int    // of its target among the record's

	// MarkFrom is the share of the trials with a warning from which on a number is marked,
	// with how many they are. 0: one trial marks it, and they are not counted.
	MarkFrom float64
}

// WithPoints returns cells with their points in their names.
func WithPoints(cells []Cell) []Cell {
	cells = slices.Clone(cells)
	for i, c := range cells {
		if c.Point != "" {
			cells[i].Name += " · " + c.PointName()
		}
	}
	return cells
}

// ShortNames returns the names of cells for a list in a sentence: without the polling
// interval where no other cell polls, and with settings in brackets.
func ShortNames(cells []Cell) []string {
	var names []string
	for _, c := range cells {
		name := c.Name
		if n := len(slices.DeleteFunc(slices.Clone(cells), func(o Cell) bool { return o.Transport != c.Transport || o.Target != c.Target })); n == 1 {
			name = VariantName(c.Transport, without(c.Settings, "interval")) + c.suffix
		}
		names = append(names, inBrackets(name))
	}
	return names
}

// LongName is the name of the cell within a sentence: its settings stand in brackets.
func (c Cell) LongName() string { return inBrackets(c.Name) }

// inBrackets writes a name so that a list of names can have commas.
func inBrackets(name string) string {
	transport, settings, ok := strings.Cut(name, ", ")
	if !ok {
		return name
	}
	if strings.Contains(transport, " (") { // the comma is between targets
		return name
	}
	if rest, target, ok := strings.Cut(settings, " ("); ok {
		settings = rest + ", " + strings.TrimSuffix(target, ")")
	}
	return transport + " (" + settings + ")"
}

// Inside is a name that stands in brackets: what it has in brackets itself follows a comma.
func Inside(name string) string {
	return strings.NewReplacer(" (", ", ", ")", "").Replace(name)
}

// Contenders returns cells without the floor.
func Contenders(cells []Cell) []Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return IsFloor(c.Transport) })
}

// Get summarizes a metric of the cell.
func (c Cell) Get(unit string) (results.Summary, bool) {
	m, ok := results.MetricByUnit(unit)
	if !ok {
		return results.Summary{}, false
	}
	return c.Summarize(m)
}

// Center is the cell's median of a metric; 0 when it has none.
func (c Cell) Center(unit string) float64 {
	s, _ := c.Get(unit)
	return s.Center
}

// Show formats the cell's median of a metric.
func (c Cell) Show(unit string) string {
	m, ok := results.MetricByUnit(unit)
	if !ok {
		return "–"
	}
	return c.Value(m).Text
}

// Value is the cell's median of m with its interval, or why it has none.
func (c Cell) Value(m results.Metric) text.Value {
	s, ok := c.Summarize(m)
	if !ok {
		return text.Value{Text: "–", Note: c.Why(m)}
	}
	return c.Measured(text.Format(s.Center, m.Kind), Bounds(s, m.Kind), m)
}

// Measured is a value that m, or something like it, says of the cell.
func (c Cell) Measured(line, note string, m results.Metric) text.Value {
	why, weight := c.Doubt(m)
	v := text.Value{Text: line, Note: note, Doubt: why, Alarming: weight == chart.Alarming}
	if why != "" && c.MarkFrom > 0 {
		v.Doubtful = fmt.Sprintf("%d/%d", c.Concerned(m), len(c.Trials))
	}
	return v
}

// Head is the first field of a cell's row: its name, and whether it failed.
// What there is to doubt stands at the numbers that it concerns.
func (c Cell) Head() text.Value {
	return text.Value{Text: c.Name, Doubt: c.failure(), Alarming: true, Transport: c.Transport}
}

// TrialCount says how many trials a cell's numbers stand on.
func (c Cell) TrialCount() text.Value {
	v := text.Value{Text: strconv.Itoa(len(c.Trials))}
	if n := len(c.Failed); n > 0 {
		v.Note = strconv.Itoa(n) + " failed"
		v.Doubt, v.Alarming = text.Told(c.Failed[0].Failed), true
	}
	return v
}
