package view

import "pushbench/plots/text"

// Lines gathers the cells of each line of a sweep, in the order of the record.
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

// PointName writes the swept value of a cell: 1,000 clients, 4,096 B, 2 s.
func (c Cell) PointName() string {
	if v, ok := c.At(); ok && v > 0 {
		return text.Point(c.Sweep, v)
	}
	return c.Point
}

// SweptName says what a scenario sweeps.
func (s Scenario) SweptName() string { return text.Swept(s.Scenario.Sweep) }
