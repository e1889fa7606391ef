package estimate

import "slices"

// A Criterion is one of the four by which transports are compared.
type Criterion struct {
	Name string // bytes
	of   func(Estimate) Number
}

// Of is the number of an estimate by which the criterion compares.
func (c Criterion) Of(e Estimate) Number { return c.of(e) }

// Criteria are bytes, CPU, memory and lateness.
func Criteria() []Criterion {
	return []Criterion{
		{"bytes", func(e Estimate) Number { return e.Bytes }},
		{"server CPU", func(e Estimate) Number { return e.Cores }},
		{"server memory", func(e Estimate) Number { return e.Memory }},
		{"median latency", func(e Estimate) Number { return e.P50 }},
	}
}

// A Choice is which transport has the least of something under one load.
type Choice struct {
	Best   []string // the least first, then those whose bounds overlap with its own: a tie; empty: no number
	Beyond bool     // some of what was compared lies beyond what was measured
}

// Cheapest is the choice by a criterion among the estimates of one load.
func (c Criterion) Cheapest(all []Estimate) Choice {
	known := slices.DeleteFunc(slices.Clone(all), func(e Estimate) bool { return c.of(e).Missing != "" })
	slices.SortStableFunc(known, func(a, b Estimate) int {
		switch x, y := c.of(a).Value, c.of(b).Value; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	var choice Choice
	for _, e := range known {
		n := c.of(e)
		if n.Lo <= c.of(known[0]).Hi {
			choice.Best = append(choice.Best, e.Transport)
		}
		choice.Beyond = choice.Beyond || n.Beyond != nil
	}
	return choice
}

// A Map is the choice by one criterion for each number of clients and each rate.
type Map struct {
	Criterion Criterion
	Clients   []int
	Rates     []float64
	Choices   [][]Choice // by rate, then by clients
}

// Maps returns a map for each criterion. Payload, topics and poll interval are
// those of l.
func (b *Basis) Maps(l Load, clients []int, rates []float64) []Map {
	var maps []Map
	for _, c := range Criteria() {
		maps = append(maps, Map{Criterion: c, Clients: clients, Rates: rates})
	}
	for _, rate := range rates {
		rows := make([][]Choice, len(maps))
		for _, n := range clients {
			l.Clients, l.Rate = n, rate
			all := b.For(l)
			for i := range maps {
				rows[i] = append(rows[i], maps[i].Criterion.Cheapest(all))
			}
		}
		for i := range maps {
			maps[i].Choices = append(maps[i].Choices, rows[i])
		}
	}
	return maps
}
