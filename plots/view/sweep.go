package view

import (
	"slices"

	"pushbench/plots/text"
)

// Lines gathers the cells of each line, in the order of the record.
func (s Scenario) Lines() [][]Cell {
	var groups [][]Cell
	at := map[string]int{}
	for _, c := range s.Cells {
		i, ok := at[c.Name]
		if !ok {
			i = len(groups)
			at[c.Name] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

// SweptValue is the swept value of a cell in base units; 0 when its scenario
// sweeps something that has none.
func (c Cell) SweptValue() float64 {
	for _, t := range slices.Concat(c.Trials, c.Failed) {
		switch c.Sweep {
		case "clients":
			return float64(t.Load.Clients)
		case "payload":
			return float64(t.Load.Payload)
		case "rate":
			return t.Load.Rate
		case "interval":
			return t.Load.Interval
		}
	}
	return 0
}

// PointName writes the swept value of a cell: 1,000 clients, 4,096 B, 2 s.
func (c Cell) PointName() string {
	if v := c.SweptValue(); v > 0 {
		return text.Point(c.Sweep, v)
	}
	return c.Point
}

// SweptName says what a scenario sweeps.
func (s Scenario) SweptName() string { return text.Swept(s.Scenario.Sweep) }
