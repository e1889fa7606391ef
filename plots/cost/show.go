package cost

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"

	"pushbench/plots/chart"
	"pushbench/plots/text"
	"pushbench/plots/view"
)

// FigureName is the name of the figure's file without its extension.
const FigureName = "cost"

const figureTitle = "CPU time per delivery, against the number of clients"

// The readers that are no transport of ours.
const (
	bare   = "bare"   // looks at nothing
	vegeta = "vegeta" // asks by net/http
)

// name is what the load generator's readers are called.
func name(reader string) string {
	switch reader {
	case bare:
		return "bare reader"
	case vegeta:
		return "vegeta alone"
	}
	return text.Name(view.StyleOf(reader).Name)
}

// transport is what the server speaks with a reader.
func transport(reader string) string {
	if reader == bare {
		return "tcp"
	}
	return reader
}

// A side is the load generator or the server.
type side struct {
	title string
	of    func(cost) float64
	name  func(reader string) string
	shows func(reader string) bool
}

var sides = []side{
	{"load generator", ofLoadgen, name, func(string) bool { return true }},
	{"server", ofServer, func(reader string) string { return text.Name(view.StyleOf(transport(reader)).Name) },
		func(reader string) bool { return reader != vegeta }}, // which it cannot tell from ours
}

// Figure draws the costs: a panel for each side, and a line for each reader.
func (r *Run) Figure() (svg []byte, err error) {
	var parts []chart.Drawing
	var said []string
	for _, s := range sides {
		p := chart.Panel{Title: text.Upper(s.title) + ": CPU time per delivery", X: r.axis()}
		most := 0.0
		for _, reader := range r.readers {
			if !s.shows(reader) {
				continue
			}
			l := chart.Series{Name: s.name(reader), Stroke: view.StyleOf(transport(reader)).Stroke, Dots: true}
			clients, costs := r.line(reader, s.of)
			for _, n := range clients {
				l.Xs = append(l.Xs, float64(n))
			}
			l.Ys = costs
			most = max(most, slices.Max(costs))
			p.Series = append(p.Series, l)
			last := len(clients) - 1
			said = append(said, fmt.Sprintf("%s, %s: %s with %s clients to %s with %s", s.title, l.Name,
				text.Duration(costs[0]), text.Number(float64(clients[0])),
				text.Duration(costs[last]), text.Number(float64(clients[last]))))
		}
		p.Y = chart.Linear(0, 1.1*most, "sec")
		parts = append(parts, p)
	}
	return chart.SVG(FigureName, figureTitle, "Line charts. "+strings.Join(said, "; ")+".", parts...)
}

// axis has a tick at each number of clients.
func (r *Run) axis() chart.Axis {
	a := chart.Axis{Title: "clients", Log: true}
	for _, n := range r.clients {
		a.Ticks = append(a.Ticks, plot.Tick{Value: float64(n), Label: text.Number(float64(n))})
	}
	least, most := float64(r.clients[0]), float64(r.clients[len(r.clients)-1])
	room := math.Pow(max(most/least, 4), 0.03)
	a.Min, a.Max = least/room, most*room
	return a
}

// ReadmeBlock is what the README shows. The figure's path is from there.
func (r *Run) ReadmeBlock(figure string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "![%s](%s)\n\n%s\n", figureTitle, figure, r.table().Markdown())
	fmt.Fprintf(&b, "Measured on %s, with %s deliveries per second at any number of clients. "+
		"Below the cost of a stream stands its ratio to the bare reader's with as many clients. "+
		"± is how far the numbers of a row lie from their middle. "+
		"Allocations are those of the whole load generator, its publisher included; the bare reader makes none.\n\n",
		text.Name(r.cpu), r.rates())
	return b.String()
}

// rates are the deliveries per second that were measured.
func (r *Run) rates() string {
	least, most := math.Inf(1), 0.0
	for _, c := range r.points {
		least, most = min(least, c.rate), max(most, c.rate)
	}
	from, to := text.Number(math.Round(least)), text.Number(math.Round(most))
	if from == to {
		return from
	}
	return from + " to " + to
}

// table has a row for each side and reader.
func (r *Run) table() text.Table {
	var heads []string
	for _, n := range r.clients {
		heads = append(heads, text.Number(float64(n))+" clients")
	}
	t := text.Table{Columns: text.Heads("CPU time per delivery", append(heads, "±", "allocations")...)}
	for _, s := range sides {
		for _, reader := range r.readers {
			if s.shows(reader) {
				t.Rows = append(t.Rows, r.row(s, reader))
			}
		}
	}
	return t
}

func (r *Run) row(s side, reader string) []text.Value {
	row := []text.Value{{Text: s.title + ": " + s.name(reader), Transport: transport(reader)}}
	for _, n := range r.clients {
		c, ok := r.points[point{reader, n}]
		if !ok {
			row = append(row, text.Value{Text: "–"})
			continue
		}
		v := text.Value{Text: text.Duration(s.of(c))}
		floor, measured := r.points[point{bare, n}]
		streams := reader == "sse" || reader == "websocket"
		if streams && s.title == sides[0].title && measured && floor.loadgen > 0 {
			v.Note = fmt.Sprintf("%.2f ×", c.loadgen/floor.loadgen)
		}
		row = append(row, v)
	}
	_, costs := r.line(reader, s.of)
	row = append(row, text.Value{Text: fmt.Sprintf("%.0f %%", 100*varies(costs))})
	allocs := "–"
	if s.title == sides[0].title {
		_, all := r.line(reader, func(c cost) float64 { return c.allocs })
		slices.Sort(all)
		allocs = fmt.Sprintf("%.1f", all[len(all)/2])
	}
	return append(row, text.Value{Text: allocs})
}
