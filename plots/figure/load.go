package figure

import (
	"strings"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/plots/view"
	"pushbench/results"
	"pushbench/results/estimate"
)

// MapName is the name of the figure that belongs to no scenario.
const MapName = "your-load-map"

// The loads of the map.
var (
	mapClients = []int{10, 100, 1000, 10_000, 100_000}
	mapRates   = []float64{0.01, 0.1, 1, 10, 100}
)

// mapFigure draws which transport has the least of something, by clients and
// rate, as results/estimate has it.
func mapFigure(r *results.Record) (Figure, bool, error) {
	b := estimate.From(r)
	if b.Transports == nil {
		return Figure{}, false, nil
	}
	l := b.Usual
	f := Figure{
		Name: MapName, Scenario: "your load", Title: "Which transport has the least of it",
		Caption: "Estimated for events of " + text.Bytes(float64(l.Payload)) + " that go to every client, and polling every " + text.Seconds(l.Interval) +
			": P is polling, L long-polling, S SSE, W WebSocket. Several are a tie: their bounds overlap. A ~ and thin strokes mark what lies beyond the loads that were measured.",
		Table: text.Table{Columns: text.Heads("events/s for each client", "clients")},
	}
	f.Table.Columns[0].Number = true
	var tiles chart.TileMaps
	var said []string
	maps := b.Maps(l, mapClients, mapRates)
	for _, m := range maps {
		t := chart.TileMap{Title: "Least " + m.Criterion.Name, XTitle: "clients", Corner: "events/s for each client"}
		for _, n := range m.Clients {
			t.Columns = append(t.Columns, text.Number(float64(n)))
		}
		for i, rate := range m.Rates {
			t.Rows = append(t.Rows, text.Number(rate))
			var row []chart.Tile
			for _, c := range m.Choices[i] {
				row = append(row, tile(c))
			}
			t.Tiles = append(t.Tiles, row)
		}
		tiles = append(tiles, t)
		f.Table.Columns = append(f.Table.Columns, text.Column{Title: "least " + m.Criterion.Name})
		said = append(said, m.Criterion.Name+" at 1,000 clients with an event a second each: "+named(m.Choices[2][2]))
	}
	for i, rate := range mapRates {
		for j, n := range mapClients {
			row := []text.Value{{Text: text.Number(rate)}, {Text: text.Number(float64(n))}}
			for _, m := range maps {
				row = append(row, text.Value{Text: named(m.Choices[i][j])})
			}
			f.Table.Rows = append(f.Table.Rows, row)
		}
	}
	return f.draw("Four maps of the transport with the least bytes, server CPU, server memory and median latency, by clients and rate.", said, tiles)
}

// tile is a choice as the map has it.
func tile(c estimate.Choice) chart.Tile {
	t := chart.Tile{Faint: c.Beyond || c.Best == nil, Text: "–"}
	if c.Best != nil {
		t.Text = ""
	}
	if c.Beyond {
		t.Text = "~"
	}
	for _, transport := range c.Best {
		s := view.StyleOf(transport)
		t.Text += strings.ToUpper(s.Name[:1])
		t.Strokes = append(t.Strokes, s.Stroke)
	}
	return t
}

// named is a choice in words.
func named(c estimate.Choice) string {
	var names []string
	for _, transport := range c.Best {
		names = append(names, view.StyleOf(transport).Name)
	}
	switch {
	case names == nil:
		return "–"
	case c.Beyond:
		return "~ " + strings.Join(names, ", ")
	}
	return strings.Join(names, ", ")
}
